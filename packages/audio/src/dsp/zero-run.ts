/** Counts the exact zeros at the end of a stream. */
export interface ZeroRun {
  push(samples: Float32Array): void;
  /** Zeros since the last other sample. */
  readonly length: number;
}

/** Makes a counter of zeros. */
export function createZeroRun(): ZeroRun {
  let length = 0;
  return {
    push(samples) {
      let last = samples.length - 1;
      while (last >= 0 && samples[last] === 0) last--;
      length = last < 0 ? length + samples.length : samples.length - 1 - last;
    },
    get length() {
      return length;
    },
  };
}
