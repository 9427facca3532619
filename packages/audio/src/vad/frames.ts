/** Cuts a stream into frames. */
export interface Frames {
  /**
   * Takes the first `count` samples, the last of which ends at `end` seconds. Calls back for each frame that is full
   * with it, which is overwritten afterwards. Allocates nothing.
   */
  push(samples: Float32Array, count: number, end: number): void;
  /** Drops what is not yet a whole frame. */
  reset(): void;
}

/** `end`: when the frame ends, in seconds. `rate`: samples a second. */
export function createFrames(
  length: number,
  rate: number,
  onFrame: (frame: Float32Array, end: number) => void,
): Frames {
  const frame = new Float32Array(length);
  let filled = 0;
  return {
    push(samples, count, end) {
      for (let index = 0; index < count; index++) {
        frame[filled++] = samples[index] as number;
        if (filled < length) continue;
        filled = 0;
        onFrame(frame, end - (count - 1 - index) / rate);
      }
    },
    reset() {
      filled = 0;
    },
  };
}
