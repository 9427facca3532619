import { defineConfig } from "vitest/config";
import { bundleWorklet } from "./build/bundle-worklet.js";
import { buildModel } from "./build/model-module.js";

/** What other tests allocate would be counted too. */
const measuresMemory = "src/**/{allocation,growth}.test.ts";

const test = {
  include: ["src/**/*.test.ts"],
  // Property tests render seconds of sound; a busy machine takes its time.
  testTimeout: 60_000,
};

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
    reporters: ["default", ["json", { outputFile: ".reports/unit.json" }]],
    projects: [
      // A process and its modules for each file would take as long as many files.
      { extends: true, test: { ...test, name: "audio", exclude: [measuresMemory], isolate: false } },
      { extends: true, test: { ...test, name: "memory", include: [measuresMemory] } },
    ],
  },
});
