import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { defineConfig, type Options } from "tsup";

// The same text is the audio worklet: loaded into an AudioWorkletGlobalScope, it registers the processors. So a page
// hosts one file, and a Content-Security-Policy with script-src 'self' is enough.
const worklet = await readFile(fileURLToPath(import.meta.resolve("@layercode/audio/worklet.js")), "utf8");

const shared = {
  target: ["chrome110", "firefox115", "safari16"],
  noExternal: [/./],
  splitting: false,
  minify: true,
  sourcemap: true,
  // The other build has cleaned.
  clean: false,
  dts: false,
  footer: { js: `if ("registerProcessor" in globalThis) (() => {\n${worklet}\n})();` },
} satisfies Options;

export default defineConfig([
  {
    ...shared,
    entry: { standalone: "src/standalone.ts" },
    format: "esm",
    define: { LAYERCODE_STANDALONE_URL: "import.meta.url" },
  },
  {
    ...shared,
    entry: { standalone: "src/standalone.ts" },
    format: "iife",
    globalName: "Layercode",
    // Known only while the script runs; a worklet has no document.
    banner: { js: "var layercodeScript = globalThis.document?.currentScript?.src;" },
    define: { LAYERCODE_STANDALONE_URL: "layercodeScript" },
  },
]);
