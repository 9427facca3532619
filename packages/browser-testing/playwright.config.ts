import { defineConfig } from "@playwright/test";
import type { EngineWorkerFixtures } from "./src/index";

// `npm test` runs Chromium, `npm run test:all` the others.
const { REPORT = "browser" } = process.env;

export default defineConfig<object, EngineWorkerFixtures>({
  testDir: "browser",
  workers: 1,
  forbidOnly: Boolean(process.env.CI),
  reporter: [["line"], ["json", { outputFile: `.reports/${REPORT}.json` }]],
  projects: [
    // Chromium ends with the pipe that it is driven through; nothing here sees to that.
    { name: "chromium", use: { engine: "chromium" }, testIgnore: "**/crash.spec.ts" },
    { name: "firefox", use: { engine: "firefox" }, testIgnore: "**/chromium.spec.ts" },
    // WebKitGTK 2.50 crashes now and then: such a test is run again, and one that fails otherwise has failed.
    { name: "webkit", use: { engine: "webkit" }, retries: 2, testIgnore: "**/chromium.spec.ts" },
  ],
});
