import type { Page } from "@playwright/test";
import type { DemoPage } from "../demo-page.js";
import { test as base, expect, type OpenOptions } from "../fixtures.js";
import { expectReleased } from "./released.js";

/**
 * As the tests of core, and at the end of each: no error was thrown, the console is empty but for what the browser itself
 * says, and closing what is open releases everything.
 */
export const test = base.extend({
  open: async ({ open }, use, { status, expectedStatus }) => {
    const pages = new Set<Page>();
    const errors: Error[] = [];
    const written: string[] = [];
    const prepare = async (page: Page, more: OpenOptions["prepare"]) => {
      page.on("pageerror", (error) => errors.push(error));
      page.on("console", (message) => {
        if (!browsers.test(message.text())) written.push(message.text());
      });
      await more?.(page);
    };
    await use(async (options: OpenOptions = {}): Promise<DemoPage> => {
      const demo = await open({ ...options, prepare: (page) => prepare(page, options.prepare) });
      pages.add(demo.page);
      return demo;
    });
    expect(errors).toEqual([]);
    expect(written).toEqual([]);
    if (status !== expectedStatus) return;
    for (const page of pages) {
      const close = page.getByRole("button", { name: "Close", exact: true });
      while ((await close.count()) > 0) await close.first().click();
      await expectReleased(page);
    }
  },
});

/** What Chromium writes of the network, and of sound before a gesture. */
const browsers = /^(Failed to load resource|WebSocket connection to|The AudioContext was not allowed to start)/;

export { expect };
