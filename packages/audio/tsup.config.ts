import { writeFile } from "node:fs/promises";
import { defineConfig } from "tsup";
import { bundleWorklet, workletPlugin } from "./build/bundle-worklet.js";

export default defineConfig({
  entry: { index: "src/index.ts" },
  format: ["esm", "cjs"],
  target: ["chrome110", "firefox115", "safari16"],
  dts: true,
  sourcemap: true,
  clean: true,
  esbuildPlugins: [workletPlugin()],
  async onSuccess() {
    // The same texts as files, for apps that host them themselves.
    for (const name of ["worklet", "detector"]) {
      await writeFile(`dist/${name}.js`, await bundleWorklet(`src/worklets/${name}.ts`));
    }
  },
});
