import type { Page } from "@playwright/test";

/** Lets no worklet of the page load until `releaseWorklets()`. */
export async function holdWorklets(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const { addModule } = AudioWorklet.prototype;
    const held = new Promise<void>((resolve) => Object.assign(globalThis, { releaseWorklets: resolve }));
    AudioWorklet.prototype.addModule = async function (url, options) {
      await held;
      return addModule.call(this, url, options);
    };
  });
}

/** Lets those that were held, and all later ones, load. */
export async function releaseWorklets(page: Page): Promise<void> {
  await page.evaluate(() => (globalThis as unknown as { releaseWorklets(): void }).releaseWorklets());
}
