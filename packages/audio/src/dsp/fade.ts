/** A raised-cosine fade between 0 and 1: the caller moves `position` a sample at a time, in either direction. */
export interface Fade {
  /** Samples of a whole fade. */
  readonly length: number;
  /** 0 (silent) to `length` (fully open). */
  position: number;
  /** The gain at `position`, 0..1. */
  gain(): number;
}

/** Makes a fade of `length` samples, fully open. A raised cosine clicks less than a linear fade of the same length. */
export function createFade(length: number): Fade {
  const gains = new Float32Array(length + 1);
  for (let index = 0; index <= length; index++) gains[index] = 0.5 - 0.5 * Math.cos((Math.PI * index) / length);
  return {
    length,
    position: length,
    gain() {
      return gains[this.position] as number;
    },
  };
}
