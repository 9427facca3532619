import { defineConfig } from "vitest/config";

// What `npm test` tries with a part of the cases: random schedules and courses, hostile frames and requests, every method from
// every callback, outages. And what a client keeps after thousands of rounds.
export default defineConfig({
  test: {
    include: [
      "src/client/schedules.test.ts",
      "src/client/hostile-frames.test.ts",
      "src/client/reentry.test.ts",
      "src/authorization/hostile-requests.test.ts",
      "src/protocol/schemas.test.ts",
      "src/machine/reachable-states.test.ts",
      "src/machine/connection/outages.test.ts",
      "src/machine/growth.test.ts",
    ],
    setupFiles: ["vitest.setup.ts"],
    env: { LONG: "1", SCHEDULES: "10000", CLIENTS: "200" },
    testTimeout: 120_000,
    reporters: ["default", ["json", { outputFile: ".reports/long.json" }]],
  },
});
