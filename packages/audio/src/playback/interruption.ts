import type { PlaybackPositions } from "./position.js";

/** What still sounds of what was interrupted, and what is to be told when it is over. */
export interface Interruption {
  /** Room for the samples that are to sound on. */
  readonly tail: Float32Array;
  /** How many of them are left. */
  readonly left: number;
  /** The first `length` samples of `tail` are to sound. */
  begin(length: number): void;
  /** Tells `positions` when all has sounded. */
  report(positions: PlaybackPositions | null): void;
  /** Tells at once what is still to be told. */
  settle(): void;
  /** Writes what is left to the start of `output` and returns how much that was. */
  render(output: Float32Array): number;
}

/** Makes room for an interruption that sounds for up to `length` samples. */
export function createInterruption(length: number, tell: (positions: PlaybackPositions) => void): Interruption {
  const tail = new Float32Array(length);
  let from = 0;
  let to = 0;
  let due: PlaybackPositions | null = null;

  function settle(): void {
    const positions = due;
    due = null;
    if (positions !== null) tell(positions);
  }

  return {
    tail,
    get left() {
      return to - from;
    },
    begin(count) {
      from = 0;
      to = count;
    },
    report(positions) {
      due = positions;
      if (from === to) settle();
    },
    settle,
    render(output) {
      let index = 0;
      while (index < output.length && from < to) output[index++] = tail[from++] as number;
      if (from === to) settle();
      return index;
    },
  };
}
