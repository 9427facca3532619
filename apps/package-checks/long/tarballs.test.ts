import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { publicPackages } from "../src/packages";

const run = promisify(execFile);
const packages = publicPackages();
let project: string;
let tarballs: string[];

beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), "layercode-tarballs-"));
  project = join(directory, "project");
  for (const { folder } of packages) await run("pnpm", ["pack", "--pack-destination", directory], { cwd: folder });
  tarballs = (await readdir(directory)).filter((file) => file.endsWith(".tgz")).map((file) => join(directory, file));
  await mkdir(project);
  await writeFile(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
  await run("npm", ["install", "--no-audit", "--no-fund", ...tarballs], { cwd: project });
});

afterAll(() => rm(join(project, ".."), { recursive: true, force: true }));

test("there is a tarball of every public package", () => {
  expect(tarballs.length).toBe(packages.length);
});

test.each(packages.flatMap((one) => one.modules))("%s imports from its tarball in an empty project", async (name) => {
  const script = `console.log(Object.keys(await import(${JSON.stringify(name)})).length)`;
  const { stdout, stderr } = await run("node", ["--input-type=module", "--eval", script], { cwd: project });
  expect(stderr).toBe("");
  expect(Number(stdout)).toBeGreaterThan(0);
});

test("the packages use each other, not what a registry has under their names", async () => {
  const { stdout } = await run("npm", ["ls", "--all", "--parseable"], { cwd: project });
  const installed = stdout.split("\n").filter((path) => /@layercode\/[^/]+$/.test(path));
  expect(installed.length).toBe(packages.length);
});

test("the mock server's command runs", async () => {
  const { stdout } = await run("npx", ["--no-install", "layercode-mock", "--help"], { cwd: project });
  expect(stdout).toContain("--port");
});
