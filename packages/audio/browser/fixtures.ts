import {
  type BrowserSession,
  type Census,
  type ChromiumOptions,
  expectNothingLeft,
  installOutputTap,
  installResourceCensus,
  launchChromium,
  readCensus,
} from "@layercode/browser-testing";
import { test as base, type Page } from "@playwright/test";
import type * as audioModule from "../src/index";
import { type PageOptions, type PageServer, servePage } from "./serve-page";

declare global {
  var audio: typeof audioModule;
}

export interface Fixtures {
  /** Opens a page that has `audio`; its output is tapped and its resources are counted. */
  open(options?: OpenOptions): Promise<Page>;
}

export interface OpenOptions extends PageOptions {
  microphone?: ChromiumOptions["microphone"] & {};
  /** Whether sound needs no gesture. Default true. */
  autoplay?: boolean;
}

/** Chromium in a page on localhost. All of it is closed after the test. */
export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants an object pattern here.
  open: async ({}, use) => {
    const servers: PageServer[] = [];
    const sessions: BrowserSession[] = [];
    await use(async ({ microphone = "absent", autoplay = true, ...served } = {}) => {
      const server = await servePage(served);
      servers.push(server);
      const session = await launchChromium({ microphone, autoplay });
      sessions.push(session);
      const page = await session.newPage();
      await installResourceCensus(page);
      await installOutputTap(page, { workletUrl: "/tap.js" });
      await page.goto(server.url);
      await page.waitForFunction(() => "audio" in globalThis);
      untouched.set(page, await readCensus(page));
      return page;
    });
    for (const session of sessions) await session.close();
    for (const server of servers) await server.close();
  },
});

// Playwright has listeners of its own in the page.
const untouched = new WeakMap<Page, Census>();

/** Throws when the page holds anything that it did not hold when it was opened. */
export async function expectClean(page: Page): Promise<void> {
  expectNothingLeft(await readCensus(page), untouched.get(page));
}

export { expect } from "@playwright/test";
