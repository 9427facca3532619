import { defineConfig } from "vitest/config";
import { bundleWorklet } from "./build/bundle-worklet.js";
import { buildModel } from "./build/model-module.js";

export default defineConfig({
  plugins: [
    {
      name: "model",
      enforce: "pre",
      resolveId: (id) => (id.endsWith("/vad-model.js") ? "\0vad-model" : null),
      load: async (id) => (id === "\0vad-model" ? (await buildModel()).module : null),
    },
    {
      name: "worklet",
      enforce: "pre",
      async load(id) {
        const [path = "", query] = id.split("?");
        return query === "worklet" ? `export default ${JSON.stringify(await bundleWorklet(path))}` : null;
      },
    },
  ],
  test: {
    include: ["src/**/*.test.ts"],
    // Property tests render seconds of sound; a busy machine takes its time.
    testTimeout: 60_000,
    reporters: ["default", ["json", { outputFile: ".reports/unit.json" }]],
  },
});
