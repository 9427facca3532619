import { defineConfig } from "vitest/config";

// What `npm test` tries with a twentieth of the inputs.
export default defineConfig({
  test: {
    include: ["src/fuzz/*.test.ts"],
    env: { LONG: "1" },
    testTimeout: 120_000,
    reporters: ["default", ["json", { outputFile: ".reports/long.json" }]],
  },
});
