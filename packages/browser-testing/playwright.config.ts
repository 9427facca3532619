import { defineConfig } from "@playwright/test";
import type { EngineWorkerFixtures } from "./src/index.js";

// All of it in `npm run test:all`: every browser suite of `npm test` stands on these tools.

export default defineConfig<object, EngineWorkerFixtures>({
  testDir: "browser",
  workers: 1,
  forbidOnly: Boolean(process.env.CI),
  reporter: [["line"], ["json", { outputFile: ".reports/long.json" }]],
  projects: [
    // Chromium ends with the pipe that it is driven through; nothing here sees to that.
    { name: "chromium", use: { engine: "chromium" }, testIgnore: "**/crash.spec.ts" },
    { name: "firefox", use: { engine: "firefox" }, testIgnore: "**/chromium.spec.ts" },
    // WebKitGTK 2.50 crashes now and then: such a test is run again, and one that fails otherwise has failed.
    { name: "webkit", use: { engine: "webkit" }, retries: 2, testIgnore: "**/chromium.spec.ts" },
  ],
});
