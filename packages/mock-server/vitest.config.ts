import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts"],
    // Hundreds of real connections in one test, on a machine that may be busy; no test asserts a duration.
    testTimeout: 30_000,
    reporters: ["default", ["json", { outputFile: ".reports/unit.json" }]],
  },
});
