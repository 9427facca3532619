import { copyFile, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "esbuild";
import { minify } from "terser";
import { defineConfig, type Options } from "tsup";

type Plugins = NonNullable<Options["plugins"]>;

// The file is the audio worklet, too: loaded into an AudioWorkletGlobalScope, it registers the processors. So a page hosts
// one file, and a Content-Security-Policy with script-src 'self' is enough. Elsewhere the same function becomes the text of
// a blob: so the worklet's code stands in the file once.
const worklet = await readFile(fileURLToPath(import.meta.resolve("@layercode/audio/worklet.js")), "utf8");
const workletFunction = `var layercodeWorklet = () => {\n${worklet}\n};`;
const runInWorklet = `if ("registerProcessor" in globalThis) layercodeWorklet();`;

/** Puts the function in place of the text that @layercode/audio has of its worklet. */
const workletOnce: Plugin = {
  name: "worklet-once",
  setup({ onLoad }) {
    onLoad({ filter: /audio[\\/]dist[\\/]index\.js$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const contents = text.replace(
        /^var worklet_default = .*;$/m,
        'var worklet_default = "(" + layercodeWorklet + ")()";',
      );
      if (contents === text) throw new Error(`${path} has no line "var worklet_default = …": look how it is built.`);
      return { contents };
    });
  },
};

// The model that detects speech is four times as large as everything else, and loads when speech is detected: it stays a
// file beside this one.
const model = "vad-model.js";
const modelBeside: Plugin = {
  name: "model-beside",
  setup({ onResolve }) {
    onResolve({ filter: /\/vad-model\.js$/ }, () => ({ path: `./${model}`, external: true }));
  },
};

/**
 * What esbuild has minified, terser makes shorter by another 4 %, compressed; `before` and `after` stay as they are. The
 * worklet must: with the names that terser gives, V8 keeps its numbers as objects. tsup's own `minify: "terser"` would leave
 * esbuild out, and its map would name this machine's folders.
 */
function shortened(before: string, after: string): Plugins[number] {
  return {
    name: "shortened",
    async renderChunk(code, chunk) {
      const content = typeof chunk.map === "string" ? chunk.map : JSON.stringify(chunk.map);
      const module = this.format === "esm";
      const result = await minify(code, { module, ecma: 2020, compress: { passes: 2 }, sourceMap: { content } });
      if (result.code === undefined || typeof result.map !== "string") throw new Error(`No ${chunk.path}, or no map.`);
      const map: { mappings: string } = JSON.parse(result.map);
      // A line without a source for each that stands before.
      map.mappings = ";".repeat(before.split("\n").length) + map.mappings;
      chunk.code = `${before}\n${result.code}\n${after}\n`;
      chunk.map = JSON.stringify(map);
    },
  };
}

const shared = {
  entry: { standalone: "src/standalone.ts" },
  target: ["chrome110", "firefox115", "safari16"],
  noExternal: [/./],
  esbuildPlugins: [workletOnce, modelBeside],
  splitting: false,
  minify: true,
  sourcemap: true,
  // The other build has cleaned.
  clean: false,
  dts: false,
  async onSuccess() {
    const audio = fileURLToPath(import.meta.resolve("@layercode/audio/worklet.js"));
    await copyFile(join(dirname(audio), model), `dist/${model}`);
  },
} satisfies Options;

export default defineConfig([
  {
    ...shared,
    format: "esm",
    plugins: [shortened(workletFunction, runInWorklet)],
    define: { LAYERCODE_STANDALONE_URL: "import.meta.url" },
  },
  {
    ...shared,
    format: "iife",
    globalName: "Layercode",
    // In a function, so that the page has one global more. Where the script is, is known only while it runs; a worklet has no
    // document.
    plugins: [
      shortened(
        `var Layercode = (() => {\nvar layercodeScript = globalThis.document?.currentScript?.src;\n${workletFunction}`,
        `${runInWorklet}\nreturn Layercode;\n})();`,
      ),
    ],
    define: { LAYERCODE_STANDALONE_URL: "layercodeScript" },
  },
]);
