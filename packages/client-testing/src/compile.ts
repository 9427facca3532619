import { fileURLToPath } from "node:url";
import ts from "typescript";

/**
 * Compiles a file with the options of its package's tsconfig.json, and `paths` laid over them. Gives what the compiler has
 * to say, an entry an error.
 */
export function compile(file: URL, paths: Record<string, string[]>): string[] {
  const config = fileURLToPath(new URL("../tsconfig.json", file));
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} };
  const parsed = ts.getParsedCommandLineOfConfigFile(config, { paths }, host);
  const program = ts.createProgram([fileURLToPath(file)], parsed?.options ?? {});
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n").split("\n")[0] ?? "");
}
