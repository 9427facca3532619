// `node scripts/prepare-release.mjs <folder> [output]`: all of a release that runs code of ours, and needs no rights. It
// leaves in the folder what .github/workflows/release.yml goes on with, and appends to the output what that is: `next=…`.
//   version   changesets wait: version.patch consumes them and bumps the versions
//   publish   a tarball of every version that the registry does not have, and tags.txt
//   nothing   the registry has all of them
// The packages must be built.
import { execFile } from "node:child_process";
import { appendFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { say } from "./report.mjs";
import { root, run } from "./tools.mjs";

const execute = promisify(execFile);

/** Every package that is published: its folder, name and version. */
async function publicPackages() {
  const folders = (await readdir(join(root, "packages"))).map((name) => join(root, "packages", name));
  const manifests = await Promise.all(
    folders.map(async (folder) => ({ folder, ...JSON.parse(await readFile(join(folder, "package.json"), "utf8")) })),
  );
  return manifests.filter((manifest) => !manifest.private);
}

async function changesetsWait() {
  const files = await readdir(join(root, ".changeset"));
  return files.some((file) => file.endsWith(".md") && file !== "README.md");
}

/** Whether the registry has this version. Any failure but "not found" ends the release: better none than a guess. */
async function isPublished({ name, version }) {
  try {
    const { stdout } = await execute("npm", ["view", `${name}@${version}`, "version"], { cwd: root });
    // The name is there, and this version is not: no output.
    return stdout.trim() !== "";
  } catch (error) {
    if (/\bE404\b/.test(error.stderr)) return false;
    throw error;
  }
}

async function prepareVersions(folder) {
  await run("changeset", ["version"], "A changeset names a package that is not there, or is no changeset.");
  await execute("git", ["add", "--all"], { cwd: root });
  const { stdout } = await execute("git", ["diff", "--cached", "--binary"], { cwd: root, maxBuffer: 2 ** 26 });
  await writeFile(join(folder, "version.patch"), stdout);
}

async function pack(packages, folder) {
  for (const { folder: cwd } of packages)
    await run("pnpm", ["pack", "--pack-destination", folder], "Build the packages first: `npm run build`.", { cwd });
  const tags = packages.map(({ name, version }) => `${name}@${version}\n`);
  await writeFile(join(folder, "tags.txt"), tags.join(""));
}

const folder = resolve(process.argv[2] ?? "release");
await mkdir(folder, { recursive: true });
let next = "nothing";
if (await changesetsWait()) {
  await prepareVersions(folder);
  next = "version";
} else {
  const packages = await publicPackages();
  const published = await Promise.all(packages.map(isPublished));
  const missing = packages.filter((_, i) => !published[i]);
  if (missing.length > 0) {
    await pack(missing, folder);
    next = "publish";
  }
}
if (process.argv[3]) await appendFile(process.argv[3], `next=${next}\n`);
say(`next=${next}`);
