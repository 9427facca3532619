import { defineConfig } from "tsup";

export default defineConfig({
  entry: {
    index: "src/index.ts",
    testing: "src/testing/index.ts",
    vite: "src/vite.ts",
    next: "src/next.ts",
    cli: "src/cli.ts",
    "speech-worker": "src/speech/speech-worker.js",
  },
  format: "esm",
  target: "es2022",
  platform: "node",
  dts: { entry: { index: "src/index.ts", testing: "src/testing/index.ts", vite: "src/vite.ts", next: "src/next.ts" } },
  // Private: what is used of it goes along.
  noExternal: ["@layercode/browser-testing"],
  sourcemap: true,
  splitting: true,
  clean: true,
});
