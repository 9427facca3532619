import { defineConfig } from "@playwright/test";
import type { Options } from "./e2e/fixtures";
import { pages } from "./e2e/pages";

export default defineConfig<Options>({
  testDir: "e2e",
  // Sound runs in real time: most of a test is waiting, and more than two browsers would disturb each other.
  workers: 2,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 30_000,
  expect: { timeout: 10_000 },
  reporter: [["line"], ["json", { outputFile: ".reports/browser.json" }]],
  projects: [
    // What concerns core is tested once, on the first page.
    { name: "core", testIgnore: "**/contract/*.spec.ts" },
    ...pages.map(({ name, path }) => ({ name, testMatch: "**/contract/*.spec.ts", use: { path } })),
  ],
});
