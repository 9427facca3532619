import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["long/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ["default", ["json", { outputFile: ".reports/long.json" }]],
  },
});
