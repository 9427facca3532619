import { createFramer, type Framer } from "../capture/framer.js";
import type { RecorderCommand, RecorderOptions, RecorderReport } from "./messages.js";

/** The audio thread's half of the microphone: a port around a framer. */
export class RecorderProcessor extends AudioWorkletProcessor {
  readonly #framer: Framer;
  #closed = false;

  constructor({ processorOptions }: { processorOptions: RecorderOptions }) {
    super();
    // Copied, not transferred: what is given away would have to be allocated anew, or sent back frame by frame, and a
    // message costs more than a copy of 20 ms.
    const post = (report: RecorderReport) => this.port.postMessage(report);
    this.#framer = createFramer({
      inputRate: sampleRate,
      outputRate: processorOptions.sampleRate,
      frameLength: processorOptions.frameLength,
      detection: processorOptions.detection,
      onFrame: post,
      onFlushed: () => post("flushed"),
    });
    this.port.onmessage = ({ data }: MessageEvent<RecorderCommand>) => {
      if (data === "flush") this.#framer.flush();
      else this.#closed = true;
    };
  }

  process(inputs: Float32Array[][]): boolean {
    if (!this.#closed) this.#framer.push(inputs[0] ?? [], currentFrame);
    return !this.#closed;
  }
}
