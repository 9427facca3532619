import { createFramer, type Framer } from "../capture/framer.js";
import type { RecorderCommand, RecorderOptions, RecorderReport } from "./messages.js";

// Made once: process() allocates nothing.
const flushed: RecorderReport = { type: "flushed" };

/** The audio thread's half of the microphone: a port around a framer. */
export class RecorderProcessor extends AudioWorkletProcessor {
  readonly #framer: Framer;
  #closed = false;

  constructor({ processorOptions }: { processorOptions: RecorderOptions }) {
    super();
    // Frames are copied, not transferred: for a transferred buffer, the audio thread would have to allocate a new one
    // or
    // get the old one back by a message, and a message costs more than a copy of 20 ms.
    const post = (report: RecorderReport) => this.port.postMessage(report);
    this.#framer = createFramer({
      ...processorOptions,
      inputRate: sampleRate,
      onFrame: post,
      onFlushed: () => post(flushed),
    });
    this.port.onmessage = ({ data: { type } }: MessageEvent<RecorderCommand>) => {
      if (type === "flush") this.#framer.flush();
      else this.#closed = true;
    };
  }

  process(inputs: Float32Array[][]): boolean {
    if (!this.#closed) this.#framer.push(inputs[0] ?? [], currentFrame);
    return !this.#closed;
  }
}
