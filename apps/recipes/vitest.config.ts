import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.{ts,tsx}"],
    // A client and a server in real time, on a machine that may be busy: only a hang is an error.
    testTimeout: 30_000,
    reporters: ["default", ["json", { outputFile: ".reports/unit.json" }]],
  },
});
