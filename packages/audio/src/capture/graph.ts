import { whenOver } from "../abort.js";
import type { AudioEngine } from "../audio-engine.js";
import { AudioError, explained, invalidOption } from "../errors.js";
import type { FloatSamples } from "../typed-arrays.js";
import { type RecorderCommand, type RecorderOptions, type RecorderReport, recorderName } from "../worklets/messages.js";
import type { CapturedFrame } from "./framer.js";
import { type CaptureSource, openSource } from "./source.js";
import type { DetectingRecorder } from "./speech-detection.js";

export interface GraphOptions {
  engine: AudioEngine;
  stream: MediaStream;
  recorder: RecorderOptions;
  processor?: ((context: AudioContext) => AudioNode | Promise<AudioNode>) | undefined;
  /** `time`: of the first sample, on the clock of the engine. `captured` is the receiver's to keep. */
  onFrame(captured: CapturedFrame, time: number): void;
  /** The recorder threw on the audio thread: no frame comes any more. */
  onCrash(error: AudioError): void;
}

/** The audio graph from a stream to its frames. */
export interface CaptureGraph {
  /** Delivers the samples that are not yet a whole frame as a shorter one, then resolves. */
  flush(): Promise<void>;
  spectrum(output: FloatSamples): void;
  readonly recorder: DetectingRecorder;
  /** What is captured, as the recorder hears it; disconnected when the signal fires. */
  readonly output: AudioNode;
}

/** Connects stream, processor and recorder until the signal fires. Rejects with an `AudioError`. */
export async function openGraph(options: GraphOptions, over: AbortSignal): Promise<CaptureGraph> {
  const source = await openSource(options.engine, options.stream, over);
  over.throwIfAborted();
  const { context } = source;
  const last = await insert(options.processor, source.node, context, over);
  over.throwIfAborted();
  const recorder = new AudioWorkletNode(context, recorderName, { processorOptions: options.recorder });
  const listening = listen(recorder, source, over, options);
  recorder.addEventListener("processorerror", () => options.onCrash(crashed()), { signal: over });
  last.connect(recorder);
  // It puts out silence. Without a way to the destination, Safari never runs it.
  recorder.connect(context.destination);
  return { ...listening, spectrum: createSpectrum(context, last), output: last };
}

async function insert(
  processor: GraphOptions["processor"],
  source: AudioNode,
  context: AudioContext,
  over: AbortSignal,
): Promise<AudioNode> {
  if (processor === undefined) return source;
  try {
    const node = await processor(context);
    whenOver(over, () => node.disconnect());
    if (!over.aborted) source.connect(node);
    return node;
  } catch (error) {
    throw await explained("invalid-option", error, (texts) => texts.processorFailed(error));
  }
}

/** Receives the recorder's reports until the signal fires. */
function listen(
  node: AudioWorkletNode,
  { context, offset }: CaptureSource,
  over: AbortSignal,
  { engine, onFrame }: Pick<GraphOptions, "engine" | "onFrame">,
): Pick<CaptureGraph, "flush" | "recorder"> {
  const { port } = node;
  const post = (command: RecorderCommand, transfer: Transferable[] = []) => port.postMessage(command, transfer);
  const recorder: DetectingRecorder = { context, command: post, onDetection: null };
  let flushing: Promise<void> | null = null;
  let flushed = () => {};
  port.onmessage = ({ data }: MessageEvent<Exclude<RecorderReport, { type: "closed" }>>) => {
    if (data.type === "frame") onFrame(data, data.time + offset());
    else if (data.type === "flushed") flushed();
    else recorder.onDetection?.(data, offset());
  };
  context.addEventListener("statechange", () => context.state !== "running" && flushed(), { signal: over });
  whenOver(over, () => {
    // It stays connected until it has ended by itself, and the engine's context open.
    const closed = new Promise<void>((resolve) => {
      port.onmessage = ({ data }: MessageEvent<RecorderReport>) => {
        if (data.type === "closed") resolve(node.disconnect());
      };
    });
    post({ type: "close" });
    if (context === engine.context) engine.holdOpen(closed);
    flushed();
  });
  const flush = async () => {
    // A context that does not run captures nothing, and would never answer the flush.
    if (context.state !== "running" || over.aborted) return;
    flushing ??= new Promise((resolve) => {
      flushed = () => {
        flushing = null;
        resolve();
      };
      post({ type: "flush" });
    });
    return flushing;
  };
  return { flush, recorder };
}

/** Makes its AnalyserNode at the first call: nothing before it, then one FFT a call. */
function createSpectrum(context: AudioContext, from: AudioNode): CaptureGraph["spectrum"] {
  let analyser: AnalyserNode | null = null;
  return (output) => {
    const { length } = output;
    if (analyser === null) {
      analyser = new AnalyserNode(context, { smoothingTimeConstant: 0 });
      from.connect(analyser);
    }
    try {
      analyser.fftSize = 2 * length;
    } catch {
      throw invalidOption("output.length", length, "a power of two from 16 to 16384");
    }
    analyser.getFloatFrequencyData(output);
  };
}

function crashed(): AudioError {
  return new AudioError("worklet-load", "The recorder stopped on the audio thread. Start the microphone again.");
}
