import { defineConfig } from "vitest/config";

// The random schedules, ten times as many.
export default defineConfig({
  test: {
    include: ["src/client/schedules.test.ts"],
    setupFiles: ["vitest.setup.ts"],
    env: { SCHEDULES: "10000" },
    reporters: ["default", ["json", { outputFile: ".reports/long.json" }]],
  },
});
