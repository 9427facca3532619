import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Metafile } from "esbuild";

const folder = fileURLToPath(new URL("..", import.meta.url));

/** What an app downloads for some code. */
export interface BundleSize {
  /** Minified and compressed by gzip, each file for itself, in bytes: the code and all that it imports statically. */
  initial: number;
  /** The same, and what is behind `import()`: the packages or modules whose names begin so. */
  withLazy(...names: string[]): number;
  /** The files whose code is in it, what is behind `import()` included. */
  modules: readonly string[];
}

/** How long it is once gzip has done its best, in bytes. */
export function gzipped(contents: Uint8Array): number {
  return gzipSync(contents, { level: 9 }).length;
}

/** Bundles a few lines as an app would, and measures. */
export async function measureBundle(code: string): Promise<BundleSize> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: code, resolveDir: folder, sourcefile: "app.js" },
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    target: "es2022",
    platform: "browser",
    // A binding's framework is there without it.
    external: ["react", "react/*", "vue", "svelte", "svelte/*"],
    outdir: "out",
    absWorkingDir: folder,
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "silent",
  });
  const compressed = new Map(outputFiles.map((file) => [file.path, gzipped(file.contents)]));
  const size = (paths: Iterable<string>) =>
    [...paths].reduce((sum, path) => sum + (compressed.get(`${folder}${path}`) ?? NaN), 0);
  const entries = outputsOf(metafile, (entryPoint) => entryPoint === "app.js");
  const initial = new Set(entries.flatMap((entry) => [...staticGraph(metafile, entry)]));
  return {
    initial: size(initial),
    withLazy(...names) {
      const chunks = names.flatMap((name) => outputsOf(metafile, (entryPoint) => entryPoint.includes(`/${name}`)));
      return size(new Set([...initial, ...chunks.flatMap((chunk) => [...staticGraph(metafile, chunk)])]));
    },
    modules: Object.values(metafile.outputs).flatMap(({ inputs }) =>
      Object.keys(inputs).filter((path) => (inputs[path]?.bytesInOutput ?? 0) > 0),
    ),
  };
}

function outputsOf(metafile: Metafile, isWanted: (entryPoint: string) => boolean): string[] {
  return Object.entries(metafile.outputs)
    .filter(([, { entryPoint }]) => entryPoint && isWanted(entryPoint))
    .map(([path]) => path);
}

function staticGraph(metafile: Metafile, path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const { path: next, kind, external } of metafile.outputs[path]?.imports ?? []) {
    if (kind === "import-statement" && !external) staticGraph(metafile, next, seen);
  }
  return seen;
}
