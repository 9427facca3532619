import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/**
 * Compiles files of one package with the options of its tsconfig.json, and `paths` laid over them. Gives what the compiler
 * has to say, an entry an error.
 */
export function compile(files: URL[], paths: Record<string, string[]>): string[] {
  const names = files.map((file) => fileURLToPath(file));
  const config = ts.findConfigFile(dirname(names[0] ?? ""), ts.sys.fileExists) ?? "";
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} };
  const parsed = ts.getParsedCommandLineOfConfigFile(config, { paths }, host);
  const program = ts.createProgram(names, parsed?.options ?? {});
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n").split("\n")[0] ?? "");
}
