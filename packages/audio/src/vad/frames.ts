/** Cuts a stream into frames. */
export interface Frames {
  /**
   * Takes the first `count` samples. Calls back for each frame that is full with it, which is overwritten afterwards.
   * Allocates nothing.
   */
  push(samples: Float32Array, count: number): void;
  /** Drops what is not yet a whole frame. */
  reset(): void;
}

/** `behind`: how many samples have come since the end of the frame. */
export function createFrames(length: number, onFrame: (frame: Float32Array, behind: number) => void): Frames {
  const frame = new Float32Array(length);
  let filled = 0;
  return {
    push(samples, count) {
      for (let index = 0; index < count; index++) {
        frame[filled++] = samples[index] as number;
        if (filled < length) continue;
        filled = 0;
        onFrame(frame, count - 1 - index);
      }
    },
    reset() {
      filled = 0;
    },
  };
}
