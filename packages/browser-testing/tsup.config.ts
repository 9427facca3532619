import { defineConfig } from "tsup";

export default defineConfig({
  // A worker stays a file of its own: `new Worker` needs a path.
  entry: {
    index: "src/index.ts",
    microphone: "src/microphone.ts",
    "old-browsers": "src/old-browsers.ts",
    wav: "src/wav.ts",
    "speech-worker": "src/speech-worker.js",
    "word-times-worker": "src/word-times-worker.js",
  },
  format: "esm",
  target: "es2022",
  dts: {
    entry: {
      index: "src/index.ts",
      microphone: "src/microphone.ts",
      "old-browsers": "src/old-browsers.ts",
      wav: "src/wav.ts",
    },
  },
  sourcemap: true,
  clean: true,
});
