// Audio is sent faster than real time, as Layercode does, but not all at once: an interruption must find some unsent.
const burstMs = 600;
const speed = 4;

/** How long to wait, in ms, before more audio may be sent, `elapsedMs` after a reply's first audio and with `sentMs` of it sent. */
export function waitBeforeAudio(sentMs: number, elapsedMs: number): number {
  return Math.max(0, (sentMs - burstMs) / speed - elapsedMs);
}
