// From a fresh clone to installed dependencies, with nothing but Node and npm.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { StepError, step } from "./report.mjs";
import { root, run } from "./tools.mjs";

const oldest = [20, 19];
const stampPath = join(root, "node_modules", ".cache", "layercode-setup");

/** Checks Node, and installs the dependencies when they are not those of the lockfile. */
export async function setUp() {
  checkNode();
  const wanted = fingerprint();
  if (isInstalled(wanted)) return;
  await step("Installing the dependencies from the lockfile", async () => {
    rmSync(stampPath, { force: true });
    const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    // Without a terminal pnpm asks nothing; without the flag it would stop where it would ask.
    const install = ["install", "--frozen-lockfile", "--config.confirm-modules-purge=false", "--reporter=append-only"];
    await run(
      "npx",
      ["--yes", packageManager, ...install],
      "Is the npm registry reachable (`npm ping`)? If the lockfile is out of date: `npx pnpm install`, and commit it. " +
        "If node_modules is broken: delete it and run this again.",
    );
    mkdirSync(dirname(stampPath), { recursive: true });
    writeFileSync(stampPath, wanted);
  });
}

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return;
  throw new StepError(
    `This is Node ${process.versions.node}; Node ${oldest.join(".")} or newer is needed.`,
    "Install the current LTS from https://nodejs.org, or with a version manager: `nvm install --lts`.",
  );
}

/** The workspace's folders with a package.json. */
export function packageFolders() {
  return ["packages", "apps"]
    .flatMap((group) => readdirSync(join(root, group)).map((name) => join(root, group, name)))
    .filter((folder) => existsSync(join(folder, "package.json")));
}

// Whatever decides what is installed.
function fingerprint() {
  const files = ["pnpm-lock.yaml", "pnpm-workspace.yaml", ".npmrc", "package.json"].map((file) => join(root, file));
  const manifests = packageFolders().map((folder) => join(folder, "package.json"));
  const hash = createHash("sha256").update(`${process.version} ${process.platform} ${process.arch}\n`);
  for (const file of [...files, ...manifests]) hash.update(file.slice(root.length)).update(readFileSync(file));
  return hash.digest("hex");
}

function isInstalled(wanted) {
  return existsSync(stampPath) && readFileSync(stampPath, "utf8") === wanted;
}
