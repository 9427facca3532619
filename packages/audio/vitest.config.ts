import { defineConfig } from "vitest/config";
import { bundleWorklet } from "./build/bundle-worklet.js";

export default defineConfig({
  plugins: [
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
