import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    // Properties over thousands of cases take seconds on a machine that does other work, too: only a hang is an error.
    testTimeout: 60_000,
    setupFiles: ["vitest.setup.ts"],
    reporters: ["default", ["json", { outputFile: ".reports/unit.json" }]],
  },
});
