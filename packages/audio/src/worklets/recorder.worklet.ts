import { createFramer, detectionRate, type Framer } from "../capture/framer.js";
import { designDetection } from "../dsp/filter.js";
import { createPolyphaseResampler } from "../dsp/polyphase-resampler.js";
import type { Detection, DetectorScope } from "../vad/detection.js";
import type { RecorderCommand, RecorderOptions, RecorderReport } from "./messages.js";
import { players } from "./player.worklet.js";

// Made once: process() allocates nothing.
const flushed: RecorderReport = { type: "flushed" };
const closed: RecorderReport = { type: "closed" };

/** The audio thread's half of the microphone: a port around a framer. */
export class RecorderProcessor extends AudioWorkletProcessor {
  readonly #framer: Framer;
  #detection: Detection | undefined;
  #closed = false;
  /** Whether this quantum has posted a frame. */
  #posted = false;

  constructor({ processorOptions }: { processorOptions: RecorderOptions }) {
    super();
    // Frames are copied, not transferred: for a transferred buffer, the audio thread would have to allocate a new one or
    // get the old one back by a message, and a message costs more than a copy of 20 ms.
    const post = (report: RecorderReport) => this.port.postMessage(report);
    this.#framer = createFramer({
      ...processorOptions,
      inputRate: sampleRate,
      onFrame: (frame) => {
        this.#posted = true;
        if (this.#detection) frame.spokenUntil = this.#detection.spokenUntil;
        post(frame);
      },
      onFlushed: () => post(flushed),
    });
    this.port.onmessage = ({ data }: MessageEvent<RecorderCommand>) => {
      if (data.type === "flush") this.#framer.flush();
      else if (data.type === "close") this.#closed = true;
      else {
        // The main thread loads the detector's script before it sends the first command.
        this.#detection ??= (globalThis as DetectorScope).layercodeDetection?.({
          input: this.#framer,
          resampler: createPolyphaseResampler(sampleRate, detectionRate, designDetection),
          players,
          engine: processorOptions.engine,
          post,
        });
        this.#detection?.obey(data);
      }
    };
  }

  process(inputs: Float32Array[][]): boolean {
    if (this.#closed) {
      this.port.postMessage(closed);
      return false;
    }
    this.#posted = false;
    this.#framer.push(inputs[0] ?? [], currentFrame);
    this.#detection?.push(this.#posted);
    return true;
  }
}
