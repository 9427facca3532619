import type { StartPolicy } from "./jitter-buffer.js";

/** Measures how late messages come, and says how far playing should stay behind them. Time comes in as a value, in seconds. */
export interface Lateness extends StartPolicy {
  /** How far playing should be behind the earliest message, in seconds: as late as messages came lately, and 20 ms. */
  readonly target: number;
  /**
   * Whether playing is nearer than `target` to what arrives, with `buffered` seconds of the last turn left to play; never
   * with 120 ms more than the target.
   */
  isTight(now: number, buffered: number): boolean;
}

const start = 0.04;
/** After an underrun so much is enough: what is missing then is stretched, and not waited for. */
const restart = 0.02;
/** As long after the last message a short turn counts as complete. */
const patience = 0.06;
const margin = 0.02;
const largestTarget = 0.25;
/** What is taken for the lateness while a turn has brought less than a second, and no turn before it taught better. */
const presumed = 0.06;
const presumedFor = 1;
/** With so much more than the target buffered nothing needs to be done yet, however the server is paced. */
const plenty = 0.12;
/** The least and the greatest lateness are kept for each 125 ms of the turn, over its last 4 s. */
const bucketSeconds = 0.125;
const buckets = 32;

// Where fractions stand in `state`. A closure's own variables would be boxed by V8 at each write, on the audio thread.
const lastArrival = 0;
const received = 1;
const earliest = 2;
const spread = 3;
const taught = 4;

/** Makes a measurement that has seen no message. */
export function createLateness(): Lateness {
  const state = new Float64Array(5);
  const least = new Float64Array(buckets);
  const greatest = new Float64Array(buckets);
  // By how much messages of the same 125 ms came later than earlier ones of them.
  const rise = new Float64Array(buckets);
  let newest = 0;
  let starved = false;

  state[taught] = presumed;
  forget();

  function forget(): void {
    least.fill(Infinity);
    greatest.fill(-Infinity);
    rise.fill(0);
    newest = 0;
    state[received] = 0;
    state[spread] = 0;
  }

  function note(lateness: number): void {
    // A hair more: a sum of fractions may end just below the bound that it means.
    const bucket = Math.floor(of(received) / bucketSeconds + 1e-6);
    newest = Math.max(newest, bucket - buckets);
    while (newest < bucket) {
      newest++;
      least[newest % buckets] = Infinity;
      greatest[newest % buckets] = -Infinity;
      rise[newest % buckets] = 0;
    }
    const slot = bucket % buckets;
    least[slot] = Math.min(least[slot] as number, lateness);
    greatest[slot] = Math.max(greatest[slot] as number, lateness);
    rise[slot] = Math.max(rise[slot] as number, lateness - (least[slot] as number));
  }

  /** By how much a message came later than an earlier one; a server that is ahead, and more and more so, is not late. */
  function measure(): void {
    let before = Infinity;
    let most = 0;
    for (let age = buckets - 1; age >= 0; age--) {
      const slot = (newest - age + buckets) % buckets;
      most = Math.max(most, rise[slot] as number, (greatest[slot] as number) - before);
      before = Math.min(before, least[slot] as number);
    }
    state[earliest] = before;
    state[spread] = most;
  }

  function of(field: number): number {
    return state[field] as number;
  }

  function target(): number {
    const measured = of(received) < presumedFor ? Math.max(of(spread), of(taught)) : of(spread);
    return Math.min(largestTarget, measured) + margin;
  }

  return {
    arrived(now, seconds, goesOn) {
      if (!goesOn) {
        if (of(received) >= presumedFor) state[taught] = of(spread);
        starved = false;
        forget();
      }
      note(now - of(received));
      measure();
      state[received] = of(received) + seconds;
      state[lastArrival] = now;
    },
    ready(now, buffered, ended) {
      if (buffered <= 0) return false;
      return ended || buffered >= (starved ? restart : start) || now - of(lastArrival) >= patience;
    },
    underrun() {
      starved = true;
    },
    reset() {
      starved = false;
    },
    finished() {
      starved = false;
    },
    get target() {
      return target();
    },
    isTight(now, buffered) {
      const wanted = target();
      return buffered < wanted + plenty && now - (of(received) - buffered) - of(earliest) < wanted;
    },
  };
}
