import { contextLength, frameLane, frameLength, hidden, type Lane, lookLane, stateAt } from "./layout.js";
import { runStep } from "./network.js";
import { planWindow, stepLength } from "./plan.js";

/** Samples that are kept: 256 ms, a power of two. */
const ringLength = 4096;

/** Complete frames that may wait, beside the one that is under way. */
const mostWaiting = 3;

/** From one extra window to the next, in samples: 8 ms. */
const lookStep = 128;

/** Silero v6 on a stream of 16 kHz, computed in slices. */
export interface Silero {
  /** Of a whole window, in multiplications. */
  readonly cost: number;
  /** Takes the first `count` samples, 2048 at most. */
  push(samples: Float32Array, count: number): void;
  /**
   * Goes on with the current frame for `budget` multiplications, one step at least, as far as its samples are there.
   * Returns whether the frame is done: then `probability` is its own, and the next call begins the next frame. Allocates
   * nothing.
   */
  run(budget: number): boolean;
  /**
   * Goes on in the same way with an extra window, of the newest samples and 8 ms after the one before: what would come of
   * them after the frames that are done. It is dropped when the current frame is full, which knows more.
   */
  look(budget: number): boolean;
  /** Of speech, in the window that was done last. */
  readonly probability: number;
  /** How many samples have come since its end. */
  readonly behind: number;
  /** How often frames were left out because computing fell behind, since the last `reset()`. */
  readonly skipped: number;
  /** Forgets what was heard. */
  reset(): void;
}

/** Makes a detector on the memory that `unpackWeights()` fills. The memory is its own from then on. */
export function createSilero(memory: Float32Array): Silero {
  const ring = new Float32Array(ringLength);
  const frames = createWindow(frameLane);
  const looks = createWindow(lookLane);
  /** Samples received. It shrinks together with the starts of the lanes: all stay small integers. */
  let received = 0;
  let skipped = 0;
  let probability = 0;
  let behind = 0;

  function createWindow(lane: Lane) {
    // `start`: where the window begins in the samples received. `next`: its next step.
    return { ...planWindow(lane), output: lane.output, start: 0, next: 0 };
  }

  /** Runs steps of a window as far as there is budget, and samples. Whether that was the last one. */
  function advance(window: typeof frames, budget: number): boolean {
    const { steps, start } = window;
    let left = budget;
    while (received - start >= (steps[window.next + 1] as number)) {
      runStep(memory, steps, window.next, ring, start);
      left -= steps[window.next + 2] as number;
      window.next += stepLength;
      if (window.next === steps.length) {
        window.next = 0;
        probability = memory[window.output] as number;
        behind = received - start - frameLength;
        return true;
      }
      if (left <= 0) return false;
    }
    return false;
  }

  function reset(): void {
    ring.fill(0);
    memory.fill(0, stateAt, stateAt + 2 * hidden);
    received = contextLength;
    frames.start = contextLength;
    frames.next = 0;
    looks.start = 0;
    looks.next = 0;
    skipped = 0;
    probability = 0;
  }

  reset();
  return {
    cost: frames.cost,
    push(samples, count) {
      for (let index = 0; index < count; index++) {
        ring[(received + index) & (ringLength - 1)] = samples[index] as number;
      }
      received += count;
      if (received - frames.start > (mostWaiting + 1) * frameLength) {
        // Behind for good: hear what is said now. The state stays, so that the network need not settle again.
        frames.start = received - frameLength;
        frames.next = 0;
        skipped++;
      }
      if (frames.start >= 2 * ringLength) {
        received -= ringLength;
        frames.start -= ringLength;
        looks.start -= ringLength;
      }
    },
    run(budget) {
      const done = advance(frames, budget);
      if (done) frames.start += frameLength;
      return done;
    },
    look(budget) {
      if (received - frames.start >= frameLength) {
        looks.next = 0;
        return false;
      }
      if (looks.next === 0) {
        // Its samples come before those of the current frame end, and after those of the last one.
        if (received - frames.start < lookStep || received - frameLength - looks.start < lookStep) return false;
        looks.start = received - frameLength;
      }
      return advance(looks, budget);
    },
    get probability() {
      return probability;
    },
    get behind() {
      return behind;
    },
    get skipped() {
      return skipped;
    },
    reset,
  };
}
