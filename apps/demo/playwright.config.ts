import type { EngineWorkerFixtures } from "@layercode/browser-testing";
import { defineConfig } from "@playwright/test";
import type { Options } from "./e2e/fixtures.js";
import { pages } from "./e2e/pages.js";

// By itself everything; `npm test` runs what a change breaks most: core's conversations, and those on React's page. `npm
// run test:all` the rest.
const { REPORT = "browser" } = process.env;
/** What is core's own doing, whatever the page: on one of them. */
const ofCore = "**/contract/{sound,two-agents}.spec.ts";
/** What of the contract is run on React's page in `npm run test:all` only. */
const seldom = "**/contract/{accessibility,errors,options,page,recording,sound,switcher,two-agents}.spec.ts";
const outsideOfContract = "**/{contract,engines}/*.spec.ts";
const core = "**/{barge-in,conversation,push-to-talk,reconnect}.spec.ts";
const surroundings = "**/{other-documents,old-browsers}.spec.ts";
const cuts = "**/{twenty-cuts,dead-uplink,busy-page,spoken-words}.spec.ts";
const officialClient = "**/{js-sdk,side-by-side}.spec.ts";

export default defineConfig<Options, EngineWorkerFixtures>({
  testDir: "e2e",
  // Sound runs in real time: two browsers at once leave holes in it. The contract listens to none, only waits for what the
  // page shows and the server hears: package.json runs its projects two at a time.
  workers: 1,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 30_000,
  expect: { timeout: 10_000 },
  reporter: [["line"], ["json", { outputFile: `.reports/${REPORT}.json` }]],
  projects: [
    // What concerns core is tested once, on the first page.
    { name: "core", testMatch: core, testIgnore: outsideOfContract },
    { name: "core-rest", testIgnore: [outsideOfContract, core, surroundings, cuts, officialClient] },
    // What seldom breaks by a change elsewhere: iframes and pop-outs, and a browser without what the oldest ones lack.
    { name: "surroundings", testMatch: surroundings },
    { name: "cuts", testMatch: cuts },
    // Layercode's own client against the mock server.
    { name: "js-sdk", testMatch: officialClient },
    { name: "firefox", testMatch: "**/engines/*.spec.ts", use: { engine: "firefox" } },
    // WebKitGTK 2.50 crashes now and then: such a test is run again, and one that fails otherwise has failed.
    { name: "webkit", testMatch: "**/engines/*.spec.ts", use: { engine: "webkit" }, retries: 2 },
    ...pages.map(({ name, path }) => ({
      name,
      testMatch: "**/contract/*.spec.ts",
      testIgnore: name === "react" ? seldom : ofCore,
      use: { path },
    })),
    { name: "react-rest", testMatch: seldom, use: { path: "/react" } },
  ],
});
