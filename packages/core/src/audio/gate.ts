import type { Model } from "../client/model.js";
import type { AudioInputFrame } from "./ports.js";
import { wireRate } from "./wire-rate.js";

/**
 * What of a microphone frame may leave, now or as soon as the connection is back; `null` when nothing may.
 * In push-to-talk nothing captured before the press leaves: a frame that straddles it is cut to the sample.
 */
export function passGate({ state, press }: Model, frame: AudioInputFrame): Int16Array | null {
  const { status } = state;
  const inSession = status === "connected" || status === "reconnecting";
  if (!(inSession || status === "connecting") || !state.audioInput || state.isMuted) return null;
  // While connecting there is no configuration yet: only what was said since a press may wait for it.
  if (inSession && !state.pushToTalk.enabled) return frame.pcm;
  if (!press) return null;
  // A hair of tolerance, or rounding of the clock would cut one sample at every frame boundary.
  const before = Math.max(0, Math.ceil((press.at - frame.time) * wireRate - 1e-3));
  return before >= frame.pcm.length ? null : frame.pcm.subarray(before);
}
