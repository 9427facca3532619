import type { Page } from "@playwright/test";
import type { DemoPage } from "../demo-page";
import { test as base, type OpenOptions } from "../fixtures";
import { expectReleased } from "./released";

/** As the tests of core, and at the end of each: closing what is open releases everything. */
export const test = base.extend({
  open: async ({ open }, use, { status, expectedStatus }) => {
    const pages = new Set<Page>();
    await use(async (options?: OpenOptions): Promise<DemoPage> => {
      const demo = await open(options);
      pages.add(demo.page);
      return demo;
    });
    if (status !== expectedStatus) return;
    for (const page of pages) {
      const close = page.getByRole("button", { name: "Close", exact: true });
      while ((await close.count()) > 0) await close.first().click();
      await expectReleased(page);
    }
  },
});

export { expect } from "@playwright/test";
