import { createFade } from "./fade.js";

/** A gain that moves from one value to the next along a raised cosine, sample by sample. */
export interface Gain {
  /**
   * The gain to move to. Set during a move, it takes effect when that one is over: a change of direction half-way would
   * click.
   */
  target: number;
  /** Multiplies samples in place. */
  apply(samples: Float32Array): void;
}

/** Makes a gain that starts at `initial` and takes `length` samples for each move. */
export function createGain(length: number, initial: number): Gain {
  const move = createFade(length);
  let from = initial;
  let to = initial;
  return {
    target: initial,
    apply(samples) {
      let index = 0;
      while (index < samples.length && (move.position < length || to !== this.target)) {
        if (move.position === length) {
          from = to;
          to = this.target;
          move.position = 0;
        }
        move.position++;
        samples[index] = (samples[index] as number) * (from + (to - from) * move.gain());
        index++;
      }
      if (to === 1) return;
      for (; index < samples.length; index++) samples[index] = (samples[index] as number) * to;
    },
  };
}
