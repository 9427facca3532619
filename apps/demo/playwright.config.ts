import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "e2e",
  // Sound runs in real time: two browsers at once would disturb each other.
  workers: 1,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [["line"], ["json", { outputFile: ".reports/browser.json" }]],
});
