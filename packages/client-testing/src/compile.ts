import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

// By its path: the package names no file of its own that may be imported. Not import.meta.url, which a test's environment
// may make an address of a page.
const compiler = join(import.meta.dirname, "../../../node_modules/typescript-native/bin/tsc");

/**
 * Compiles files of one package with the options of its tsconfig.json, and `paths` laid over them. Gives what the compiler
 * has to say, an entry an error.
 */
export function compile(files: URL[], paths: Record<string, string[]>): string[] {
  const names = files.map((file) => fileURLToPath(file));
  const folder = packageFolder(dirname(names[0] ?? ""));
  // Below the package's folder, or its types would not be found.
  const project = join(folder, "node_modules", `.compile-${randomUUID()}.json`);
  const options = { noEmit: true, incremental: false, composite: false, paths };
  writeFileSync(
    project,
    JSON.stringify({ extends: join(folder, "tsconfig.json"), files: names, include: [], compilerOptions: options }),
  );
  try {
    const args = [compiler, "--project", project, "--pretty", "false"];
    const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: "utf8" });
    // What follows the first line of an error is indented.
    const errors = stdout.split("\n").flatMap((line) => /^(?:\S.*: )?error TS\d+: (.*)$/.exec(line)?.[1] ?? []);
    if (status !== 0 && errors.length === 0) throw new Error(`The compiler failed: ${stderr}${stdout}`);
    return errors;
  } finally {
    rmSync(project);
  }
}

/** The nearest folder that has a tsconfig.json. */
function packageFolder(folder: string): string {
  return existsSync(join(folder, "tsconfig.json")) ? folder : packageFolder(dirname(folder));
}
