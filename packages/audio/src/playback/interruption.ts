import type { PlaybackPositions } from "./position.js";

/** The fade-out of an interruption: its samples, and the report that is due once they are rendered. */
export interface Interruption {
  /** The buffer for the samples of the fade-out. */
  readonly tail: Float32Array;
  /** Samples of it that are not yet rendered. */
  readonly left: number;
  /** The first `length` samples of `tail` are the fade-out. */
  begin(length: number): void;
  /** Reports `positions` once the fade-out is rendered; `null`: nothing to report. */
  report(positions: PlaybackPositions | null): void;
  /** Sends the pending report at once: another interruption follows. */
  settle(): void;
  /** Writes the rest of the fade-out to the start of `output` and returns how many samples that was. */
  render(output: Float32Array): number;
}

/** Allocates the buffer for fade-outs of up to `length` samples. */
export function createInterruption(
  length: number,
  onInterrupted: (positions: PlaybackPositions) => void,
): Interruption {
  const tail = new Float32Array(length);
  let from = 0;
  let to = 0;
  let due: PlaybackPositions | null = null;

  function settle(): void {
    const positions = due;
    due = null;
    if (positions !== null) onInterrupted(positions);
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
