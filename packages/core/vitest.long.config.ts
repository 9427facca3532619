import { defineConfig } from "vitest/config";

// The random schedules, ten times as many; and every method from every callback.
export default defineConfig({
  test: {
    include: ["src/client/schedules.test.ts", "src/client/reentry.test.ts"],
    setupFiles: ["vitest.setup.ts"],
    env: { SCHEDULES: "10000" },
    reporters: ["default", ["json", { outputFile: ".reports/long.json" }]],
  },
});
