import type { LayercodeClient } from "@layercode/core";
import type { Page } from "@playwright/test";
import type { Start, StartOptions } from "../../src/shared/start.js";

declare global {
  /** The panels of the page, for the console: see src/main.ts. */
  var panels: readonly { start: Start; client: LayercodeClient | undefined }[];
}

/** Gives the component of a mounted conversation other options, as a parent does that renders again. */
export async function changeOptions(page: Page, options: StartOptions, panel = 0): Promise<void> {
  await page.evaluate(([options, panel]) => globalThis.panels[panel]?.start.change(options), [options, panel] as const);
}
