import { defineConfig } from "vitest/config";
import { bundleWorklet } from "./build/bundle-worklet.ts";

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
    reporters: ["default", ["json", { outputFile: ".reports/unit.json" }]],
  },
});
