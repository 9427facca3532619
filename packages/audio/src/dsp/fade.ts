/** A gain that moves between 0 and 1 along a raised cosine, one sample at a time, and may turn round on its way. */
export interface Fade {
  /** How many samples it takes from one end to the other. */
  readonly length: number;
  /** How many samples it is away from silence, 0..length. */
  position: number;
  /** The gain at `position`, 0..1. */
  gain(): number;
}

/** Makes a fade of `length` samples, fully open. A raised cosine clicks less than any straight line of its length. */
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
