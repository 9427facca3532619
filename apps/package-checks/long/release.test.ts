// The whole way of a release, with the lines of the workflow itself: changesets become versions, versions become tarballs,
// tarballs are published, and whoever installs a binding gets it. Into a registry of this machine.
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { publicPackages, repositoryFolder } from "../src/packages.js";
import { linesOf } from "../src/workflows.js";
import { type LocalRegistry, startRegistry } from "./local-registry.js";

const execute = promisify(execFile);
const packages = publicPackages();
const bindings = { react: ["react", "react-dom"], vue: ["vue"], svelte: ["svelte"] };

let directory: string;
/** A copy of the repository, to bump versions in. */
let checkout: string;
let registry: LocalRegistry;
let environment: NodeJS.ProcessEnv;
/** What was prepared, in the order of the test. */
let versions: Record<string, string>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "layercode-release-"));
  checkout = join(directory, "checkout");
  registry = await startRegistry();
  // What the user's own .npmrc says of the registry for everything else stays.
  const { stdout } = await execute("npm", ["config", "get", "userconfig"]);
  const own = await readFile(stdout.trim(), "utf8").catch(() => "");
  const userconfig = join(directory, "npmrc");
  await writeFile(userconfig, `${own}\n${registry.npmrc}`);
  environment = {
    ...process.env,
    NPM_CONFIG_USERCONFIG: userconfig,
    ...{ GIT_AUTHOR_NAME: "test", GIT_AUTHOR_EMAIL: "test@example.com" },
    ...{ GIT_COMMITTER_NAME: "test", GIT_COMMITTER_EMAIL: "test@example.com" },
  };
  await copyRepository();
});

afterAll(async () => {
  await registry?.close();
  await rm(directory, { recursive: true, force: true });
});

test("where changesets wait, the first half is a patch that bumps versions", async () => {
  expect(await prepare("first")).toBe("version");
  await git("reset", "--hard", "--quiet");
  await git("apply", "--index", join(directory, "first", "version.patch"));
  await git("commit", "--quiet", "--message", "Version packages");
  versions = Object.fromEntries(
    await Promise.all(packages.map(async ({ name }) => [name, (await manifestOf(name)).version] as const)),
  );
  for (const { name } of packages) expect(versions[name]).not.toBe("0.0.0");
  expect((await readdir(join(checkout, ".changeset"))).filter((file) => file.endsWith(".md"))).toEqual(["README.md"]);
  expect(await readFile(join(checkout, "packages/core/CHANGELOG.md"), "utf8")).toContain(
    `## ${versions["@layercode/core"]}`,
  );
});

test("once they are merged, it is a tarball of each version that the registry lacks", async () => {
  expect(await prepare("second")).toBe("publish");
  const files = await readdir(join(directory, "second"));
  expect(files.filter((file) => file.endsWith(".tgz")).length).toBe(packages.length);
  const tags = await readFile(join(directory, "second", "tags.txt"), "utf8");
  expect(tags.trim().split("\n").sort()).toEqual(packages.map(({ name }) => `${name}@${versions[name]}`).sort());
});

test("no tarball has a file that is not for users, and each has the licence", async () => {
  for (const file of await readdir(join(directory, "second"))) {
    if (!file.endsWith(".tgz")) continue;
    const { stdout } = await execute("tar", ["--list", "--file", join(directory, "second", file)]);
    const names = stdout.trim().split("\n");
    expect(names).toEqual(expect.arrayContaining(["package/LICENSE", "package/README.md", "package/CHANGELOG.md"]));
    // A folder with nothing but a package.json stands in for a subpath where `exports` is not read (node10, Parcel).
    const known = /^package\/((\w+\/)?package\.json|LICENSE|README\.md|CHANGELOG\.md|dist\/.*|bin\/.*)$/;
    expect(names.filter((name) => !known.test(name) || /\.test\.|\.env|\.npmrc/.test(name))).toEqual([]);
  }
});

test("the workflow's own lines publish them", async () => {
  // The folder where the job has its artefact.
  const job = join(directory, "job");
  await mkdir(job);
  await cp(join(directory, "second"), join(job, "release"), { recursive: true });
  // Only GitHub can vouch for where something was built.
  const options = { cwd: job, env: { ...environment, NPM_CONFIG_PROVENANCE: "false" } };
  await execute("bash", ["-e", "-c", linesOf("release.yml", "publish", "Publish")], options);
  for (const { name } of packages) {
    const { stdout } = await npm("view", `${name}@${versions[name]}`, "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      version: versions[name],
      repository: (await manifestOf(name)).repository,
      dist: { tarball: expect.stringContaining(registry.url) },
    });
  }
});

test("a second run has nothing to do", async () => {
  expect(await prepare("third")).toBe("nothing");
  expect(await readdir(join(directory, "third"))).toEqual([]);
});

test.each(Object.entries(bindings))(
  "@layercode/%s installs from the registry in an empty project, and imports",
  async (name, peers) => {
    const project = await emptyProject(name);
    const manifest = await manifestOf(`@layercode/${name}`);
    expect(Object.keys(manifest.dependencies ?? {})).toEqual(["@layercode/core"]);
    await execute("npm", ["install", "--no-audit", "--no-fund", `@layercode/${name}`, ...peers], {
      cwd: project,
      env: environment,
    });
    const script = `
    const binding = await import("@layercode/${name}");
    const server = await import("@layercode/${name}/server");
    console.log(typeof binding.LayercodeClient, typeof server.createAuthorizeHandler);`;
    const { stdout } = await execute("node", ["--input-type=module", "--eval", script], { cwd: project });
    expect(stdout.trim()).toBe("function function");
    const lock = JSON.parse(await readFile(join(project, "package-lock.json"), "utf8")).packages;
    for (const [path, { resolved, version }] of Object.entries<{ resolved?: string; version: string }>(lock)) {
      const ours = /node_modules\/(@layercode\/[^/]+)$/.exec(path)?.[1];
      if (ours === undefined) continue;
      expect(version).toBe(versions[ours]);
      if (resolved !== undefined) expect(resolved).toContain(registry.url);
    }
  },
);

test("the mock server installs as well, and its command runs", async () => {
  const project = await emptyProject("mock-server");
  await execute("npm", ["install", "--no-audit", "--no-fund", "--omit=optional", "@layercode/mock-server"], {
    cwd: project,
    env: environment,
  });
  const { stdout } = await execute("npx", ["--no-install", "layercode-mock", "--version"], { cwd: project });
  expect(stdout.trim()).toBe(versions["@layercode/mock-server"]);
});

/** Runs the first half, as the workflow does; answers what it says comes next. */
async function prepare(folder: string): Promise<string> {
  const output = join(directory, `${folder}.output`);
  const args = ["scripts/prepare-release.mjs", join(directory, folder), output];
  await execute("node", args, { cwd: checkout, env: environment });
  return (await readFile(output, "utf8")).trim().replace("next=", "");
}

/** All files that git knows, the builds, and of what is installed as much as packing reads. */
async function copyRepository(): Promise<void> {
  const { stdout } = await execute("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], {
    cwd: repositoryFolder,
    maxBuffer: 2 ** 26,
  });
  const kept = stdout
    .split("\0")
    .filter((file) => /^[^/]+$|^(packages|scripts|\.changeset)\/|\/package\.json$/.test(file));
  for (const file of kept) await cp(join(repositoryFolder, file), join(checkout, file)).catch(ignoreMissing);
  await symlink(join(repositoryFolder, "node_modules"), join(checkout, "node_modules"));
  for (const { folder, name } of packages) {
    const copy = join(checkout, "packages", name.replace("@layercode/", ""));
    await cp(join(folder, "dist"), join(copy, "dist"), { recursive: true });
    // From there pnpm takes the version that stands for `workspace:`.
    const { dependencies, devDependencies } = await manifestOf(name);
    const all = Object.keys({ ...dependencies, ...devDependencies });
    for (const dependency of all.filter((one) => one.startsWith("@layercode/"))) {
      await mkdir(join(copy, "node_modules/@layercode"), { recursive: true });
      await symlink(
        join(checkout, "packages", dependency.replace("@layercode/", "")),
        join(copy, "node_modules", dependency),
      );
    }
  }
  // Right after a release none waits.
  const bumps = packages.map(({ name }) => `"${name}": patch\n`);
  await writeFile(join(checkout, ".changeset", "dry-run.md"), `---\n${bumps.join("")}---\n\nA dry run.\n`);
  await git("init", "--quiet", "--initial-branch=main");
  await git("add", "--all");
  await git("commit", "--quiet", "--message", "As it is");
}

// Deleted, and not yet committed.
function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}

function git(...args: string[]) {
  return execute("git", args, { cwd: checkout, env: environment, maxBuffer: 2 ** 26 });
}

function npm(...args: string[]) {
  return execute("npm", args, { cwd: directory, env: environment });
}

async function emptyProject(name: string): Promise<string> {
  const project = join(directory, "projects", name);
  await mkdir(project, { recursive: true });
  await writeFile(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
  return project;
}

interface Manifest {
  version: string;
  repository: unknown;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

async function manifestOf(name: string): Promise<Manifest> {
  return JSON.parse(
    await readFile(join(checkout, "packages", name.replace("@layercode/", ""), "package.json"), "utf8"),
  );
}
