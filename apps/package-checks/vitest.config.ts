import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts"],
    // Each case is a process of its own, or a bundle.
    testTimeout: 30_000,
    reporters: ["default", ["json", { outputFile: ".reports/unit.json" }]],
  },
});
