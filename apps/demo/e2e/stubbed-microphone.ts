import type { Page } from "@playwright/test";

declare global {
  var stubbed: { tracks: MediaStreamTrack[]; asked: unknown[]; refusal: string | null };
}

/** A microphone that hums, of which a test knows whether it is open, and says whether it may be opened. */
export const stubbedMicrophone = {
  install: (page: Page): Promise<unknown> =>
    page.addInitScript(() => {
      globalThis.stubbed = { tracks: [], asked: [], refusal: null };
      let context: AudioContext | undefined;
      MediaDevices.prototype.getUserMedia = async (constraints) => {
        const { deviceId = null } = Object(constraints?.audio) as MediaTrackConstraints;
        stubbed.asked.push(Object(deviceId).exact ?? deviceId);
        if (stubbed.refusal !== null) throw new DOMException("Permission denied", stubbed.refusal);
        context ??= new AudioContext();
        const destination = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
        const source = new ConstantSourceNode(context, { offset: 0.25 });
        source.connect(destination);
        source.start();
        stubbed.tracks.push(...destination.stream.getAudioTracks());
        return destination.stream;
      };
    }),
  /** How many microphones the page holds. */
  live: (page: Page): Promise<number> =>
    page.evaluate(() => stubbed.tracks.filter(({ readyState }) => readyState === "live").length),
  /** Which devices the page has asked for; `null`: whichever. */
  asked: (page: Page): Promise<unknown[]> => page.evaluate(() => stubbed.asked),
  /** From now on `getUserMedia()` rejects with that; `null`: no more. */
  refuse: (page: Page, name: string | null): Promise<void> =>
    page.evaluate((name) => {
      stubbed.refusal = name;
    }, name),
};
