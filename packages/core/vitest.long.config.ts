import { defineConfig } from "vitest/config";

// The random schedules, twenty times as many; every method from every callback; outages with ten times as many clients; what a client keeps.
export default defineConfig({
  test: {
    include: [
      "src/client/schedules.test.ts",
      "src/client/reentry.test.ts",
      "src/machine/connection/outages.test.ts",
      "src/machine/growth.test.ts",
    ],
    setupFiles: ["vitest.setup.ts"],
    env: { SCHEDULES: "10000", CLIENTS: "200" },
    testTimeout: 120_000,
    reporters: ["default", ["json", { outputFile: ".reports/long.json" }]],
  },
});
