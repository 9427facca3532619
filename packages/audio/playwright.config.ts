import type { EngineWorkerFixtures } from "@layercode/browser-testing";
import { defineConfig } from "@playwright/test";

// `npm test` runs Chromium, `npm run test:all` the others and what seldom breaks.
const { REPORT = "browser" } = process.env;
const seldom = "**/{detection,microphone-device,recorder,readme}.spec.ts";

export default defineConfig<object, EngineWorkerFixtures>({
  testDir: "browser",
  workers: 1,
  forbidOnly: Boolean(process.env.CI),
  reporter: [["line"], ["json", { outputFile: `.reports/${REPORT}.json` }]],
  projects: [
    { name: "chromium", testIgnore: seldom, use: { engine: "chromium" } },
    { name: "chromium-rest", testMatch: seldom, use: { engine: "chromium" } },
    { name: "firefox", use: { engine: "firefox" } },
    // WebKitGTK 2.50 crashes now and then: such a test is run again, and one that fails otherwise has failed.
    { name: "webkit", use: { engine: "webkit" }, retries: 2 },
  ],
});
