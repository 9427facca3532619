import type { Model } from "../client/model.js";
import type { AudioInputFrame } from "./ports.js";
import { wireRate } from "./wire-rate.js";

/**
 * What of a microphone frame may leave, now or as soon as the connection is back; `null` when the gate is shut.
 * In push-to-talk nothing captured before the press leaves, nor after the release: a frame that straddles one is cut to
 * the sample, to none at all of one that came while the tail was on its way.
 */
export function passGate({ state, press }: Model, frame: AudioInputFrame): Int16Array | null {
  const { status } = state;
  const inSession = status === "connected" || status === "reconnecting";
  if (!(inSession || status === "connecting") || !state.audioInput || state.isMuted) return null;
  // While connecting there is no configuration yet: only what was said since a press may wait for it.
  if (inSession && !state.pushToTalk.enabled) return frame.pcm;
  if (!press) return null;
  const begin = samplesBefore(press.at, frame);
  if (begin >= frame.pcm.length) return null;
  return press.releasedAt === null
    ? frame.pcm.subarray(begin)
    : frame.pcm.subarray(begin, samplesBefore(press.releasedAt, frame));
}

/** How many samples of a frame were captured before a moment. */
function samplesBefore(time: number, frame: AudioInputFrame): number {
  // A hair of tolerance, or rounding of the clock would cut one sample at every frame boundary.
  return Math.max(0, Math.ceil((time - frame.time) * wireRate - 1e-3));
}
