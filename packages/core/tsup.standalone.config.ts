import { copyFile, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "esbuild";
import { minify } from "terser";
import { defineConfig, type Options } from "tsup";

type Plugins = NonNullable<Options["plugins"]>;

// The file is the audio worklet, too: loaded into an AudioWorkletGlobalScope, it registers the processors, and brings what
// detects speech and what records. So a page hosts one file, and a Content-Security-Policy with script-src 'self' is enough.
// Elsewhere the same function becomes the text of a blob: so the worklet's code stands in the file once.
const script = (name: string) => readFile(fileURLToPath(import.meta.resolve(`@layercode/audio/${name}.js`)), "utf8");
const scripts = await Promise.all(["worklet", "detector", "recording"].map(script));
// Each is a module: its names are its own.
const workletFunction = `var layercodeWorklet = () => {\n${scripts.map((text) => `(() => {${text}})();`).join("\n")}\n};`;
const runInWorklet = `if ("registerProcessor" in globalThis) layercodeWorklet();`;

/** What stands in place of the texts that @layercode/audio has of its scripts, by the names that esbuild gave them. */
const textOf = {
  worklet: '"(" + layercodeWorklet + ")()"',
  // What comes with the worklet needs no loading.
  detector: '""',
  tap: '""',
};
const workletOnce: Plugin = {
  name: "worklet-once",
  setup({ onLoad, onEnd }) {
    const replaced = new Set<string>();
    onLoad({ filter: /audio[\\/]dist[\\/](index|speech-detection-\w+|wav-recording)\.js$/ }, async ({ path }) => {
      let contents = await readFile(path, "utf8");
      for (const [name, text] of Object.entries(textOf)) {
        const line = new RegExp(`^var ${name}_default = .*;$`, "m");
        if (!line.test(contents)) continue;
        // As a function: a text would be searched for "$".
        contents = contents.replace(line, () => `var ${name}_default = ${text};`);
        replaced.add(name);
      }
      return { contents };
    });
    onEnd(() => {
      const missing = Object.keys(textOf).filter((name) => !replaced.has(name));
      if (missing.length > 0) throw new Error(`No "var …_default = …" of ${missing}: look how audio is built.`);
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
