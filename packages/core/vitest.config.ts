import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // What test/real-uses.ts imports is Layercode's own client to the compiler, and ours when it runs.
  resolve: { alias: { "@layercode/js-sdk": fileURLToPath(new URL("src/index.ts", import.meta.url)) } },
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    // Thousands of rounds: in test:all.
    exclude: ["src/machine/growth.test.ts"],
    // Properties over thousands of cases take seconds on a machine that does other work, too: only a hang is an error.
    testTimeout: 60_000,
    setupFiles: ["vitest.setup.ts"],
    reporters: ["default", ["json", { outputFile: ".reports/unit.json" }]],
  },
});
