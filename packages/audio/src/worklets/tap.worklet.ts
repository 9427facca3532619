import type { TapCommand, TapOptions, TapReport } from "../recording/commands.js";
import { createInterleaver, type Interleaver } from "../recording/interleaver.js";

/** The audio thread's half of a recording: two inputs, microphone and players, as they are in the same quantum. */
export class TapProcessor extends AudioWorkletProcessor {
  readonly #interleaver: Interleaver;
  #ended = false;

  constructor({ processorOptions }: { processorOptions: TapOptions }) {
    super();
    const post = (report: TapReport, transfer: Transferable[] = []) => this.port.postMessage(report, transfer);
    this.#interleaver = createInterleaver({
      ...processorOptions,
      inputRate: sampleRate,
      onBlock: (pcm, frames) => post({ type: "block", pcm, frames }, [pcm.buffer]),
    });
    this.port.onmessage = ({ data }: MessageEvent<TapCommand>) => {
      if (data.type === "recycle") return this.#interleaver.recycle(data.pcm);
      this.#ended = true;
      this.#interleaver.end();
      post({ type: "ended" });
    };
  }

  process(inputs: Float32Array[][]): boolean {
    // An input without a source has no channels.
    if (!this.#ended) this.#interleaver.push(inputs[0]?.[0], inputs[1]?.[0]);
    return !this.#ended;
  }
}
