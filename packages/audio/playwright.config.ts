import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "browser",
  workers: 1,
  forbidOnly: Boolean(process.env.CI),
  reporter: [["line"], ["json", { outputFile: ".reports/browser.json" }]],
});
