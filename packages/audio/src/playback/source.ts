import { pcm16ToFloat } from "../dsp/pcm.js";
import type { RingBuffer } from "../dsp/ring-buffer.js";

/** Where a run takes its samples from. */
export interface Source {
  /** Samples that `read` gives if nothing more arrives. */
  readonly length: number;
  /** Writes up to `count` samples to `output` and returns how many; 0 ends the run. */
  read(output: Float32Array, count: number): number;
}

/** The queue as it is. */
export function createQueueSource(queue: RingBuffer, longestRead: number): Source {
  const pcm = new Int16Array(longestRead);
  return {
    get length() {
      return queue.length;
    },
    read(output, count) {
      const read = queue.read(pcm, count);
      pcm16ToFloat(pcm, output, read);
      return read;
    },
  };
}
