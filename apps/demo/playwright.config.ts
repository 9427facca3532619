import type { EngineWorkerFixtures } from "@layercode/browser-testing";
import { defineConfig } from "@playwright/test";
import type { Options } from "./e2e/fixtures.js";
import { pages } from "./e2e/pages.js";

// By itself everything; `npm test` runs what concerns core, and what of the contract may break in a framework only, on
// React's page; `npm run test:all` the rest.
const { REPORT = "browser" } = process.env;
/** What is core's own doing on every page. */
const ofEveryPage = "**/contract/{accessibility,sound,switcher,two-agents}.spec.ts";

export default defineConfig<Options, EngineWorkerFixtures>({
  testDir: "e2e",
  // Sound runs in real time: two browsers at once leave holes in it.
  workers: 1,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 30_000,
  expect: { timeout: 10_000 },
  reporter: [["line"], ["json", { outputFile: `.reports/${REPORT}.json` }]],
  projects: [
    // What concerns core is tested once, on the first page.
    {
      name: "core",
      testIgnore: [
        "**/{contract,engines}/*.spec.ts",
        "**/{js-sdk,side-by-side,twenty-cuts,dead-uplink,busy-page,spoken-words,other-documents,old-browsers}.spec.ts",
      ],
    },
    // What seldom breaks by a change elsewhere: iframes and pop-outs, and a browser without what the oldest ones lack.
    { name: "surroundings", testMatch: "**/{other-documents,old-browsers}.spec.ts" },
    { name: "cuts", testMatch: "**/{twenty-cuts,dead-uplink,busy-page,spoken-words}.spec.ts" },
    // Layercode's own client against the mock server.
    { name: "js-sdk", testMatch: "**/{js-sdk,side-by-side}.spec.ts" },
    { name: "firefox", testMatch: "**/engines/*.spec.ts", use: { engine: "firefox" } },
    // WebKitGTK 2.50 crashes now and then: such a test is run again, and one that fails otherwise has failed.
    { name: "webkit", testMatch: "**/engines/*.spec.ts", use: { engine: "webkit" }, retries: 2 },
    ...pages.map(({ name, path }) => ({
      name,
      testMatch: "**/contract/*.spec.ts",
      ...(name === "react" && { testIgnore: ofEveryPage }),
      use: { path },
    })),
    { name: "react-rest", testMatch: ofEveryPage, use: { path: "/react" } },
  ],
});
