import {
  type Census,
  type EngineFixtures,
  type EnginePage,
  type EnginePageOptions,
  type EngineWorkerFixtures,
  engineFixtures,
  expectNothingLeft,
  installOutputTap,
  installResourceCensus,
  readCensus,
} from "@layercode/browser-testing";
import { test as base } from "@playwright/test";
import type * as audioModule from "../src/index.js";
import { type PageOptions, type PageServer, servePage } from "./serve-page.js";

declare global {
  var audio: typeof audioModule;
}

export interface Fixtures extends EngineFixtures {
  /** Opens a page that has `audio`; its output is tapped and its resources are counted. */
  open(options?: OpenOptions): Promise<EnginePage>;
}

export interface OpenOptions extends PageOptions, EnginePageOptions {
  /** Whether sound needs no gesture. Default true. */
  autoplay?: boolean;
}

/**
 * A page on localhost, in the engine of the project. All of it is closed after the test. Microphones that speak, are
 * denied, dismissed or absent are Chromium's own there, and scripted in the others, which have none such.
 */
export const test = base.extend<Fixtures, EngineWorkerFixtures>({
  ...engineFixtures,
  open: async ({ engine, newPage }, use) => {
    const servers: PageServer[] = [];
    await use(async ({ microphone = "absent", autoplay = true, ...served } = {}) => {
      test.skip(
        engine === "firefox" && !autoplay,
        "Playwright's Firefox takes every page for one that was clicked into.",
      );
      const server = await servePage(served);
      servers.push(server);
      const page = await newPage({ microphone, autoplay });
      await installResourceCensus(page);
      await installOutputTap(page, { workletUrl: "/tap.js" });
      await page.goto(server.url);
      await page.waitForFunction(() => "audio" in globalThis);
      untouched.set(page, await readCensus(page));
      return page;
    });
    for (const server of servers) await server.close();
  },
});

// Playwright has listeners of its own in the page.
const untouched = new WeakMap<EnginePage, Census>();

/** Throws when the page holds anything that it did not hold when it was opened. */
export async function expectClean(page: EnginePage): Promise<void> {
  expectNothingLeft(await readCensus(page), untouched.get(page));
}

export { expect } from "@playwright/test";
