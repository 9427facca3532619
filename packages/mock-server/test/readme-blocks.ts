// The README's tests, run as they stand there: each is written to a file of its own before its runner looks for tests.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

/** Writes the README's only block of code that imports from `runner` to `.reports/readme/<name>`. */
export function writeReadmeTest(runner: string, name: string): void {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const blocks = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = ""]) => code);
  const tests = blocks.filter((code) => code.includes(`from "${runner}"`));
  const [code] = tests;
  if (code === undefined || tests.length > 1)
    throw new Error(`The README has ${tests.length} tests for ${runner}, not one.`);
  const directory = new URL("../.reports/readme/", import.meta.url);
  mkdirSync(directory, { recursive: true });
  writeFileSync(new URL(name, directory), code);
}
