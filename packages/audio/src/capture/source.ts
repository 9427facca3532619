import { whenOver } from "../abort.js";
import type { AudioEngine } from "../audio-engine.js";
import { explained } from "../errors.js";
import { createClockOffset } from "./clock-offset.js";

/** A stream as a node of the Web Audio graph. */
export interface CaptureSource {
  /** The engine's context, or a second one that only captures. */
  readonly context: AudioContext;
  readonly node: AudioNode;
  /** Seconds to add to a current time of `context` to get the time of the engine's context. */
  offset(): number;
}

/**
 * Opens a stream in the engine's context. Where that refuses the stream's rate (Firefox up to 150), in a second context
 * that runs at it, so that the player keeps its context and clock. Both clocks are then compared on the main thread,
 * where each advances only once a device buffer: times are off by half a buffer of each at most, usually 10 ms.
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
  // The browser blocks this context as it does the engine's: resume it whenever the engine's state changes.
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
