import type { Page } from "@playwright/test";

/** Counts how often the page asked for a microphone, whatever the answer. */
export const countMicrophoneRequests = {
  install: (page: Page): Promise<unknown> =>
    page.addInitScript(() => {
      const { getUserMedia } = MediaDevices.prototype;
      const counter = { requests: 0 };
      Object.assign(globalThis, { microphoneCounter: counter });
      MediaDevices.prototype.getUserMedia = function (constraints) {
        counter.requests++;
        return getUserMedia.call(this, constraints);
      };
    }),
  read: (page: Page): Promise<number> =>
    page.evaluate(
      () => (globalThis as unknown as { microphoneCounter: { requests: number } }).microphoneCounter.requests,
    ),
};
