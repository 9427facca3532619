import { type CapturedFrame, createFramer, type Framer } from "../capture/framer";
import type { RecorderCommand, RecorderFrame, RecorderOptions, RecorderReport } from "./messages";

/** The audio thread's half of the microphone: a port around a framer. */
export class RecorderProcessor extends AudioWorkletProcessor {
  readonly #framer: Framer;
  #closed = false;
  // One message and one list for ever: posting copies them.
  readonly #message: RecorderFrame;
  readonly #transfer: ArrayBuffer[] = [];

  constructor({ processorOptions }: { processorOptions: RecorderOptions }) {
    super();
    this.#framer = createFramer({
      inputRate: sampleRate,
      outputRate: processorOptions.sampleRate,
      frameLength: processorOptions.frameLength,
      detection: processorOptions.detection,
      onFrame: (frame) => this.#post(frame),
      onFlushed: () => this.port.postMessage({ type: "flushed" } satisfies RecorderReport),
    });
    this.#message = {
      type: "frame",
      pcm: new Int16Array(0),
      detection: null,
      length: 0,
      detectionLength: 0,
      time: 0,
      level: 0,
      silence: 0,
    };
    this.port.onmessage = ({ data }: MessageEvent<RecorderCommand>) => this.#obey(data);
  }

  process(inputs: Float32Array[][]): boolean {
    if (!this.#closed) this.#framer.push(inputs[0] ?? [], currentFrame);
    return !this.#closed;
  }

  #obey(command: RecorderCommand): void {
    switch (command.type) {
      case "release":
        return this.#framer.release(command);
      case "flush":
        return this.#framer.flush();
      case "close":
        this.#closed = true;
    }
  }

  #post({ buffers, length, detectionLength, time, level, silence }: CapturedFrame): void {
    const message = this.#message;
    message.pcm = buffers.pcm;
    message.detection = buffers.detection;
    message.length = length;
    message.detectionLength = detectionLength;
    message.time = time;
    message.level = level;
    message.silence = silence;
    this.#transfer[0] = buffers.pcm.buffer;
    if (buffers.detection !== null) this.#transfer[1] = buffers.detection.buffer;
    this.port.postMessage(message, this.#transfer);
  }
}
