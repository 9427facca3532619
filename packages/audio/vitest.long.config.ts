import { defineConfig } from "vitest/config";
import config from "./vitest.config.js";

// The properties of player, framer and resampler, with eight times as many cases as in `npm test`.
export default defineConfig({
  ...config,
  test: {
    include: ["src/playback/*.test.ts", "src/capture/framer.test.ts", "src/dsp/polyphase-resampler.test.ts"],
    env: { LONG: "1" },
    testTimeout: 240_000,
    reporters: ["default", ["json", { outputFile: ".reports/long-unit.json" }]],
  },
});
