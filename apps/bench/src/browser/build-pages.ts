import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const pages = ["ours", "peer", "speaker", "hearing"] as const;

/** Builds the pages under test into a directory of their own, and returns its path. */
export async function buildPages(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "layercode-bench-"));
  await build({
    entryPoints: pages.map((page) => fileURLToPath(new URL(`../src/page/${page}.ts`, import.meta.url))),
    outdir: directory,
    bundle: true,
    // As an app's build would do it.
    minify: true,
    splitting: true,
    format: "esm",
    logLevel: "error",
  });
  for (const page of pages) {
    const html = `<!doctype html><html lang="en"><title>${page}</title><link rel="icon" href="data:,">
      <script type="module" src="/${page}.js"></script></html>`;
    await writeFile(join(directory, `${page}.html`), html);
  }
  return directory;
}
