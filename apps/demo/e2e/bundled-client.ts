import { build } from "esbuild";

/**
 * Core as an app's bundler makes it, with its chunks: scripts by their paths. `/client.js` makes the exports of these names
 * globals of the page.
 */
export async function bundleClient(...names: string[]): Promise<Map<string, string>> {
  const list = names.join(", ");
  const { outputFiles } = await build({
    stdin: {
      contents: `import { ${list} } from "@layercode/core"; Object.assign(globalThis, { ${list} });`,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    splitting: true,
    entryNames: "client",
    outdir: "/",
    format: "esm",
    write: false,
    logLevel: "error",
  });
  return new Map(outputFiles.map(({ path, text }) => [path, text]));
}
