import { designVoice } from "../dsp/filter.js";
import { createPolyphaseResampler } from "../dsp/polyphase-resampler.js";
import type { Source } from "./source.js";

/** Gapless playback from a start until the queue is dry. Samples are resampled as they are rendered. */
export interface Run {
  /** Begins with the next sample of the queue. */
  start(): void;
  /** Drops samples that are resampled and not yet rendered. */
  stop(): void;
  /** Whether it has started and not stopped. */
  readonly active: boolean;
  /** Writes samples to `output[from..to)`, as many as there are, and returns where it stopped. */
  render(output: Float32Array, from: number, to: number): number;
  /** Output samples of the run, with all that the queue holds now. */
  readonly length: number;
  /** Output samples rendered so far. */
  readonly rendered: number;
  /** Input samples that these stand for. */
  readonly renderedInput: number;
  /** Whether the filter already got silence behind the last sample: audio that arrives now belongs to the next run. */
  readonly drained: boolean;
}

/**
 * Makes a run over a queue of `inputRate` Hz, rendered at `outputRate` Hz. `pieceLength`: samples that are resampled at a
 * time, few, so that no block takes long.
 */
export function createRun(queue: Source, pieceLength: number, inputRate: number, outputRate: number): Run {
  const resampler = createPolyphaseResampler(inputRate, outputRate, designVoice);
  const filterDelay = Math.round(resampler.delay * outputRate);
  const piece = new Float32Array(pieceLength);
  const converted = new Float32Array(Math.ceil((pieceLength * outputRate) / inputRate) + 1);
  let convertedFrom = 0;
  let convertedTo = 0;
  let active = false;
  let consumed = 0;
  let rendered = 0;
  let toSkip = 0;
  let drained = false;

  function inputLength(): number {
    return drained ? consumed : consumed + queue.length;
  }

  function outputLength(): number {
    return Math.ceil((inputLength() * outputRate) / inputRate);
  }

  /** Resamples until there is a sample to render. */
  function convert(): void {
    while (convertedFrom === convertedTo) {
      let count = drained ? 0 : queue.read(piece, pieceLength);
      if (count > 0) consumed += count;
      else {
        drained = true;
        count = pieceLength;
        piece.fill(0);
      }
      convertedTo = resampler.process(piece, converted, count);
      convertedFrom = Math.min(toSkip, convertedTo);
      toSkip -= convertedFrom;
    }
  }

  return {
    start() {
      active = true;
      consumed = 0;
      rendered = 0;
      drained = false;
      // The first outputs, as many as the filter's group delay, stand for the time before the run: skip them, so that
      // resampling adds no delay.
      toSkip = filterDelay;
    },
    stop() {
      active = false;
      convertedFrom = 0;
      convertedTo = 0;
      resampler.reset();
    },
    get active() {
      return active;
    },
    render(output, from, to) {
      const until = Math.max(from, Math.min(to, from + outputLength() - rendered));
      for (let index = from; index < until; index++) {
        if (convertedFrom === convertedTo) convert();
        output[index] = converted[convertedFrom++] as number;
      }
      rendered += until - from;
      return until;
    },
    get length() {
      return outputLength();
    },
    get rendered() {
      return rendered;
    },
    get renderedInput() {
      return Math.min(inputLength(), Math.floor((rendered * inputRate) / outputRate));
    },
    get drained() {
      return drained;
    },
  };
}
