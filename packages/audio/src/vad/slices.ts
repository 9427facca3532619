import { createSilero, type Silero } from "./silero/silero.js";

/** Quanta of the warm-up with one step each, then as many with two, and with four. */
const warmUpQuanta = 40;
const warmUpStages = 3;

/** By how much the budget exceeds the mean: a frame is done soon after its last sample. */
const haste = 3;

/** The watch looks at so many samples at a time: about a second. */
const watchLength = 16384;

/** What one quantum counts for at most, in ms: a process that the system stops has cost nothing. */
const mostCounted = 8;

/** More than this share of the time is too much for the audio thread; so are more skips than this in a second. */
const mostTime = 0.25;
const mostSkips = 2;

/** The model on the audio thread: a share of its work each quantum. */
export interface Slices {
  /** Whether it is warm, and its probabilities count. */
  readonly warm: boolean;
  /** Whether it was too slow for this machine: its probabilities count no more. */
  readonly overloaded: boolean;
  /**
   * Takes the samples of a quantum, and works on them. `looking`: extra windows, too. `isDear`: the quantum has cost enough
   * already, and the work waits for the next one, if it did not wait in the one before. Calls back for each window that is
   * done, with the samples that came after its end. Allocates nothing but
   * the two numbers of the clock.
   */
  push(samples: Float32Array, count: number, looking: boolean, isDear?: boolean): void;
  reset(): void;
}

/** `now`: the time in ms. */
export function createSlices(
  memory: Float32Array,
  now: () => number,
  onWindow: (probability: number, behind: number) => void,
): Slices {
  const silero: Silero = createSilero(memory);
  let quanta = 0;
  let warm = false;
  let overloaded = false;
  let watched = 0;
  let busy = 0;
  let skips = 0;
  let rested = false;

  /** New code is slow, and compiled while it runs: little of it at a time. */
  function warmUp(): void {
    const stage = Math.floor(quanta++ / warmUpQuanta);
    for (let step = 0; step < 1 << stage; step++) silero.run(0);
    if (quanta < warmUpStages * warmUpQuanta) return;
    warm = true;
    silero.reset();
  }

  function work(count: number, looking: boolean): void {
    // Whole numbers: for each step that takes its cost off a fraction, V8 would allocate.
    const budget = Math.ceil((silero.cost * haste * count) / 512);
    // Once is enough, unless a quantum is longer than a frame.
    for (let left = count; left > 0 && silero.run(budget); left -= 512) onWindow(silero.probability, silero.behind);
    if (looking && silero.look(Math.ceil((silero.cost * count) / 128))) onWindow(silero.probability, silero.behind);
  }

  function watch(count: number, time: number): void {
    busy += Math.min(time, mostCounted);
    watched += count;
    if (watched < watchLength) return;
    overloaded = busy > (mostTime * watched) / 16 || silero.skipped - skips > mostSkips;
    skips = silero.skipped;
    watched = 0;
    busy = 0;
  }

  return {
    get warm() {
      return warm;
    },
    get overloaded() {
      return overloaded;
    },
    push(samples, count, looking, isDear = false) {
      if (overloaded) return;
      silero.push(samples, count);
      // Where a quantum is as long as a frame of the microphone, each of them is dear.
      rested = isDear && !rested;
      if (!warm) return rested ? undefined : warmUp();
      if (rested) return watch(count, 0);
      const began = now();
      work(count, looking);
      watch(count, now() - began);
    },
    reset() {
      silero.reset();
      skips = 0;
    },
  };
}
