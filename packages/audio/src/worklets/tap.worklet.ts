import type { TapCommand, TapOptions, TapReport } from "../recording/commands.js";
import { createInterleaver, type Interleaver } from "../recording/interleaver.js";

const ended: TapReport = { type: "ended" };

/** The audio thread's half of a recording: two inputs, microphone and players, as they are in the same quantum. */
export class TapProcessor extends AudioWorkletProcessor {
  readonly #interleaver: Interleaver;
  /** Where the next quantum begins, in frames of the context's clock; `null` before the first. */
  #next: number | null = null;
  #hearsMicrophone = true;
  #ended = false;

  constructor({ processorOptions }: { processorOptions: TapOptions }) {
    super();
    this.#interleaver = createInterleaver({
      ...processorOptions,
      inputRate: sampleRate,
      onBlock: (pcm, frames) => this.port.postMessage({ type: "block", pcm, frames } satisfies TapReport, [pcm.buffer]),
    });
    this.port.onmessage = ({ data }: MessageEvent<TapCommand>) => {
      if (data.type === "recycle") return this.#interleaver.recycle(data.pcm);
      if (data.type === "hear") {
        this.#hearsMicrophone = data.microphone;
        return;
      }
      this.#ended = true;
      this.#interleaver.end();
      this.port.postMessage(ended);
    };
  }

  process(inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    if (this.#ended) {
      // In Chromium it ends only once nothing is connected to it.
      if (!(inputs[0]?.[0] ?? inputs[1]?.[0])) this.port.postMessage(ended);
      return false;
    }
    const length = outputs[0]?.[0]?.length;
    if (length === undefined) return true;
    // Chromium leaves quanta out now and then, as when a context is resumed: nothing sounded, and their time is kept. Its
    // `currentFrame` also stands still for a quantum where the main thread holds the lock of the audio graph.
    let next = this.#next ?? currentFrame;
    for (; next < currentFrame; next += length) this.#interleaver.push(undefined, undefined, length);
    this.#next = next + length;
    // An input without a source has no channels.
    this.#interleaver.push(this.#hearsMicrophone ? inputs[0]?.[0] : undefined, inputs[1]?.[0], length);
    return true;
  }
}
