import { whenOver } from "../abort.js";
import type { AudioEngine } from "../audio-engine.js";
import { explained } from "../errors.js";
import { createClockOffset } from "./clock-offset.js";

/** A stream as a node of the Web Audio graph. */
export interface CaptureSource {
  /** The engine's context, or one that only captures. */
  readonly context: AudioContext;
  readonly node: AudioNode;
  /** What has to be added to a time of `context` now, in seconds, for the time of the engine's context. */
  offset(): number;
}

/**
 * Opens a stream in the engine's context. Where that refuses the stream's rate (Firefox up to 150), in a second context
 * that runs at it, and the player's context and clock stay as they are. Both clocks are then read on the main thread,
 * and each stands still for a buffer of its device: times are off by half a buffer of each at most, 10 ms as a rule.
 */
export async function openSource(engine: AudioEngine, stream: MediaStream, over: AbortSignal): Promise<CaptureSource> {
  const { context } = engine;
  const node = createNode(context, stream);
  if (node !== null) return close({ context, node, offset: () => 0 }, over);

  const rate = stream.getAudioTracks()[0]?.getSettings().sampleRate;
  const own = new AudioContext({ latencyHint: "interactive", ...(rate ? { sampleRate: rate } : {}) });
  whenOver(over, () => void own.close());
  await engine.load(own);
  const ownNode = over.aborted ? null : createNode(own, stream);
  if (ownNode === null) {
    throw await explained("overconstrained", undefined, (texts) => texts.rateRefused());
  }
  const clock = createClockOffset();
  // It is held back, and let go, with the engine.
  const resume = () => void (own.state === "suspended" && own.resume().catch(() => {}));
  whenOver(over, engine.onStateChange(resume));
  resume();
  const offset = () => clock.follow(context.currentTime - own.currentTime);
  return close({ context: own, node: ownNode, offset }, over);
}

function close(source: CaptureSource, over: AbortSignal): CaptureSource {
  whenOver(over, () => source.node.disconnect());
  return source;
}

/** `null` where the rates differ and the browser does not convert. */
function createNode(context: AudioContext, stream: MediaStream): AudioNode | null {
  try {
    return context.createMediaStreamSource(stream);
  } catch (error) {
    if (error instanceof Error && error.name === "NotSupportedError") return null;
    throw error;
  }
}
