import type { Instruments } from "@layercode/browser-testing";

/** How long the page waited for its microphone, on the page's clock in ms. */
export interface MicrophoneWait {
  askedAt: number;
  givenAt: number;
}

/**
 * Runs in the page, as text: the microphone as it is, and not before `delayMs`. The peer has no option against the
 * browser's processing, which changes what is measured.
 */
export function rawMicrophoneScript({ probes }: Instruments, { delayMs }: { delayMs: number }): void {
  const { getUserMedia } = MediaDevices.prototype;
  const waits: MicrophoneWait[] = [];
  probes["microphone.waits"] = () => waits;

  MediaDevices.prototype.getUserMedia = async function (constraints) {
    const raw = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
    const audio = typeof constraints?.audio === "object" ? { ...constraints.audio, ...raw } : raw;
    const askedAt = performance.now();
    // Side by side: the delay is that of a slow device, this one's own within it.
    const [stream] = await Promise.all([
      getUserMedia.call(this, { ...constraints, audio }),
      new Promise((resolve) => setTimeout(resolve, delayMs)),
    ]);
    waits.push({ askedAt, givenAt: performance.now() });
    return stream;
  };
}
