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
  const source = node ? { context, node, offset: () => 0 } : await openSecondContext(engine, stream, over);
  whenOver(over, () => source.node.disconnect());
  return source;
}

async function openSecondContext(engine: AudioEngine, stream: MediaStream, over: AbortSignal): Promise<CaptureSource> {
  const rate = stream.getAudioTracks()[0]?.getSettings().sampleRate;
  const context = new AudioContext(rate ? { sampleRate: rate } : {});
  whenOver(over, () => void context.close());
  await engine.load(context);
  const node = over.aborted ? null : createNode(context, stream);
  if (node === null) throw await explained("overconstrained", undefined, (texts) => texts.rateRefused());
  const clock = createClockOffset();
  // The browser blocks this context as it does the engine's: resume it whenever the engine's state changes.
  const resume = () => void (context.state === "suspended" && context.resume().catch(() => {}));
  whenOver(over, engine.onStateChange(resume));
  resume();
  return { context, node, offset: () => clock.follow(engine.context.currentTime - context.currentTime) };
}

/** `null` where the rates differ and the browser does not convert. */
function createNode(context: AudioContext, stream: MediaStream): AudioNode | null {
  try {
    return context.createMediaStreamSource(stream);
  } catch (error) {
    if ((error as DOMException).name === "NotSupportedError") return null;
    throw error;
  }
}
