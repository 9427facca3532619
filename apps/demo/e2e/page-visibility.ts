import type { Page } from "@playwright/test";

/** Hides the page, as another tab does, or shows it: no browser lets a test do that to the page it drives. */
export function showPage(page: Page, state: DocumentVisibilityState): Promise<void> {
  return page.evaluate((state) => {
    Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, state);
}
