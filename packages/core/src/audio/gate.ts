import type { AudioInputFrame } from "./ports.js";
import { wireRate } from "./wire-rate.js";

/** What decides whether a frame of the microphone may leave the page. */
export interface GateState {
  /** How far the connection is; `connecting`: a first one, `reconnecting`: one that was lost. */
  readonly status: "disconnected" | "error" | "connecting" | "reconnecting" | "connected";
  /** Whether the microphone is on and not muted. */
  readonly isListening: boolean;
  /** Whether the agent listens only while push-to-talk is held. */
  readonly isPushToTalk: boolean;
  /** The current press, in seconds on the audio clock; `releasedAt` is `null` while it is held. */
  readonly press: { readonly at: number; readonly releasedAt: number | null } | null;
}

/**
 * What happens to a frame. `shut`: it is dropped, and so is what was held. `hold`: it waits for the connection. `pass`:
 * it is written. `pcm` is what of the frame may leave.
 */
export interface GateVerdict {
  readonly verdict: "shut" | "hold" | "pass";
  readonly pcm: Int16Array;
}

const shut: GateVerdict = { verdict: "shut", pcm: new Int16Array(0) };

/**
 * Judges a microphone frame. In push-to-talk nothing captured before the press leaves, nor after the release: a frame
 * that straddles one is cut to the sample, to none at all of one that came while the tail was on its way.
 */
export function judgeFrame(
  { status, isListening, isPushToTalk, press }: GateState,
  frame: AudioInputFrame,
): GateVerdict {
  if (status === "disconnected" || status === "error" || !isListening) return shut;
  const verdict = status === "connected" ? "pass" : "hold";
  // While the first connection is coming there is no configuration: only what was said since a press may wait for it.
  if (status !== "connecting" && !isPushToTalk) return { verdict, pcm: frame.pcm };
  if (!press) return shut;
  const begin = samplesBefore(press.at, frame);
  if (begin >= frame.pcm.length) return shut;
  const end = press.releasedAt === null ? frame.pcm.length : samplesBefore(press.releasedAt, frame);
  return { verdict, pcm: frame.pcm.subarray(begin, end) };
}

/** How many samples of a frame were captured before a moment. */
function samplesBefore(time: number, frame: AudioInputFrame): number {
  // A hair of tolerance, or rounding of the clock would cut one sample at every frame boundary.
  return Math.max(0, Math.ceil((time - frame.time) * wireRate - 1e-3));
}
