import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["long/**/*.test.ts"],
    // npm fetches what the packages depend on.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    reporters: ["default", ["json", { outputFile: ".reports/long.json" }]],
  },
});
