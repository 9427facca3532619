import { createFade } from "./fade.js";

/** A gain that moves along a raised cosine from one value to the next, sample by sample. */
export interface Gain {
  /** Where it moves to. Set while it moves, it is taken up when the move is over: a turn on the way would click. */
  target: number;
  /** Weakens samples in place. */
  apply(samples: Float32Array): void;
}

/** Makes a gain that takes `length` samples for a move and starts at `initial`. */
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
