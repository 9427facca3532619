import { writeFile } from "node:fs/promises";
import { defineConfig } from "tsup";
import { besideIndex, buildRecording, recordingModule } from "./build/beside-index.js";
import { bundleWorklet, workletPlugin } from "./build/bundle-worklet.js";
import { buildModel, modelModule } from "./build/model-module.js";

export default defineConfig({
  entry: { index: "src/index.ts" },
  format: ["esm", "cjs"],
  target: ["chrome110", "firefox115", "safari16"],
  dts: true,
  sourcemap: true,
  clean: true,
  esbuildPlugins: [workletPlugin(), besideIndex()],
  async onSuccess() {
    const { file, module } = await buildModel();
    await writeFile("dist/silero-v6.bin", file);
    await writeFile(`dist/${modelModule}`, module);
    await buildRecording(`dist/${recordingModule}`);
    // The same texts as files, for apps that host them themselves.
    const scripts = { worklet: "worklet", detector: "detector", recording: "tap" };
    for (const [name, entry] of Object.entries(scripts)) {
      await writeFile(`dist/${name}.js`, await bundleWorklet(`src/worklets/${entry}.ts`));
    }
  },
});
