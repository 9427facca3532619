import type { Page } from "@playwright/test";

interface Counter {
  asked: (string | null)[];
  constraints: MediaTrackConstraints[];
}

/** Counts how often the page asked for a microphone, and for which, whatever the answer. */
export const countMicrophoneRequests = {
  install: (page: Page): Promise<unknown> =>
    page.addInitScript(() => {
      const { getUserMedia } = MediaDevices.prototype;
      const counter: Counter = { asked: [], constraints: [] };
      Object.assign(globalThis, { microphoneCounter: counter });
      MediaDevices.prototype.getUserMedia = function (constraints) {
        const audio = typeof constraints?.audio === "object" ? constraints.audio : {};
        const { deviceId } = audio;
        counter.constraints.push(audio);
        const exact = typeof deviceId === "object" && !Array.isArray(deviceId) ? deviceId.exact : deviceId;
        counter.asked.push(exact === undefined ? null : String(exact));
        return getUserMedia.call(this, constraints);
      };
    }),
  read: async (page: Page): Promise<number> => (await read(page)).asked.length,
  /** The id of each microphone that was asked for, `null` for any. */
  asked: async (page: Page): Promise<(string | null)[]> => (await read(page)).asked,
  /** How each was asked for. */
  constraints: async (page: Page): Promise<MediaTrackConstraints[]> => (await read(page)).constraints,
};

function read(page: Page): Promise<Counter> {
  return page.evaluate(() => (globalThis as unknown as { microphoneCounter: Counter }).microphoneCounter);
}
