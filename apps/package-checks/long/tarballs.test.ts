import { afterAll, beforeAll, expect, test } from "vitest";
import { publicPackages } from "../src/packages.js";
import { type InstalledProject, installTarballs } from "./installed-project.js";

const packages = publicPackages();
let project: InstalledProject;

beforeAll(async () => {
  project = await installTarballs();
});

afterAll(() => project.remove());

test("there is a tarball of every public package", () => {
  expect(project.tarballs.length).toBe(packages.length);
});

test.each(packages.flatMap((one) => one.modules))("%s imports from its tarball in an empty project", async (name) => {
  const script = `console.log(Object.keys(await import(${JSON.stringify(name)})).length)`;
  const { stdout, stderr } = await project.run("node", "--input-type=module", "--eval", script);
  expect(stderr).toBe("");
  expect(Number(stdout)).toBeGreaterThan(0);
});

test("the packages use each other, not what a registry has under their names", async () => {
  const { stdout } = await project.run("npm", "ls", "--all", "--parseable");
  const installed = stdout.split("\n").filter((path) => /@layercode\/[^/]+$/.test(path));
  expect(installed.length).toBe(packages.length);
});

test("the mock server's command runs", async () => {
  const { stdout } = await project.run("npx", "--no-install", "layercode-mock", "--help");
  expect(stdout).toContain("--port");
});
