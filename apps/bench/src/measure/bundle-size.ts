import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** Bytes of what a page would load for an import: bundled, minified, gzip. Files that are loaded besides count as well. */
export async function bundleSize(code: string, besides: readonly Uint8Array[] = []): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: fileURLToPath(new URL("../", import.meta.url)) },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
    // What a library requires only in Node is not loaded in a page.
    external: ["fs", "path", "crypto", "module", "url", "worker_threads"],
    logLevel: "error",
  });
  return [...outputFiles.map(({ contents }) => contents), ...besides]
    .map((bytes) => gzipSync(bytes, { level: 9 }).length)
    .reduce((sum, size) => sum + size, 0);
}
