import type { Page } from "@playwright/test";

declare global {
  var controls: { handlers: Map<string, () => void>; active: boolean[] };
}

/** The media controls of a system that shows what the page told it, and whose buttons a test presses. */
export const mediaControls = {
  install: (page: Page): Promise<unknown> =>
    page.addInitScript(() => {
      globalThis.controls = { handlers: new Map(), active: [] };
      const { setActionHandler } = MediaSession.prototype;
      // The browser's own takes it as well: one that it does not know throws.
      MediaSession.prototype.setActionHandler = function (action, handler) {
        setActionHandler.call(this, action, handler);
        if (handler) controls.handlers.set(action, () => handler({ action }));
        else controls.handlers.delete(action);
      };
      Object.assign(MediaSession.prototype, {
        setMicrophoneActive: (active: boolean) => void controls.active.push(active),
      });
    }),
  press: (page: Page, action: string): Promise<void> =>
    page.evaluate((action) => controls.handlers.get(action)?.(), action),
  /** The names of the buttons that do something. */
  handled: (page: Page): Promise<string[]> => page.evaluate(() => [...controls.handlers.keys()].sort()),
};
