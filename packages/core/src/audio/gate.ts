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
  /** Whether that is known: the backend has answered. */
  readonly isModeKnown: boolean;
  /** The current press, in seconds on the audio clock; `releasedAt` is `null` while it is held. */
  readonly press: { readonly at: number; readonly releasedAt: number | null } | null;
  /** While an agent that always listens is not spoken to: how much of the silence is kept, in ms. `null`: it is no silence. */
  readonly preRollMs: number | null;
}

/**
 * What happens to a frame. `shut`: it is dropped, and so is what was held. `undecided`: it waits to be judged again, when
 * the agent's configuration is there. `silence`: it waits for speech, as its pre-roll. `hold`: it waits for the connection.
 * `pass`: it is written.
 */
export interface GateVerdict {
  readonly verdict: "shut" | "undecided" | "silence" | "hold" | "pass";
  /** What of the frame may leave. */
  readonly pcm: Int16Array;
  /** How many samples may wait; then the oldest are dropped. */
  readonly limit: number;
}

const shut: GateVerdict = { verdict: "shut", pcm: new Int16Array(0), limit: 0 };

/** How much of a press may wait, for a connection or a network that is behind: nobody holds a button for longer. */
const pressLimit = 60 * wireRate;
/**
 * How much may wait for a network that is behind, where the agent always listens: a whole sentence, so that a few seconds
 * in a tunnel cost none. An answer to what was said earlier than that would come too late.
 */
const behindLimit = 10 * wireRate;
/** How much of what was said in a gap goes to the next connection. */
const gapLimit = wireRate;
/** What `true` means for the option `preConnectBuffer`, in seconds. */
const longestPreConnect = 10;

/**
 * Judges a microphone frame. In push-to-talk nothing captured before the press leaves, nor after the release: a frame
 * that straddles one is cut to the sample, to none at all of one that came while the tail was on its way.
 * `preConnectBuffer` is the option.
 */
export function judgeFrame(
  { status, isListening, isPushToTalk, isModeKnown, press, preRollMs }: GateState,
  frame: AudioInputFrame,
  preConnectBuffer: boolean | number,
): GateVerdict {
  if (status === "disconnected" || status === "error" || !isListening) return shut;
  const isConnecting = status === "connecting";
  const { pcm } = frame;
  const early = isConnecting ? earlyLimit(preConnectBuffer) : 0;
  // What was said before may be of a press, or of somebody who presses later: the configuration decides.
  if (early && !isModeKnown) return { verdict: "undecided", pcm, limit: press ? pressLimit : early };
  const verdict = status === "connected" ? "pass" : "hold";
  if (preRollMs !== null && !isConnecting) return { verdict: "silence", pcm, limit: (preRollMs / 1000) * wireRate };
  if (!isPushToTalk && (early || !isConnecting))
    return { verdict, pcm, limit: early || (verdict === "pass" ? behindLimit : gapLimit) };
  // While the first connection is coming there is no configuration: only what was said since a press may wait for it.
  if (!press) return shut;
  const begin = samplesBefore(press.at, frame);
  if (begin >= pcm.length) return shut;
  const end = press.releasedAt === null ? pcm.length : samplesBefore(press.releasedAt, frame);
  return { verdict, pcm: pcm.subarray(begin, end), limit: pressLimit };
}

/** The option `preConnectBuffer` in samples. */
function earlyLimit(preConnectBuffer: boolean | number): number {
  const seconds = preConnectBuffer === true ? longestPreConnect : Number(preConnectBuffer) / 1000;
  return seconds * wireRate;
}

/** How many samples of a frame were captured before a moment. */
function samplesBefore(time: number, frame: AudioInputFrame): number {
  // A hair of tolerance, or rounding of the clock would cut one sample at every frame boundary.
  return Math.max(0, Math.ceil((time - frame.time) * wireRate - 1e-3));
}
