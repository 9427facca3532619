/** Decides when enough sound has arrived to start playing. Time comes in as a value: seconds on the audio clock. */
export interface JitterBuffer {
  /** `seconds` of sound arrived at `now`. `goesOn`: they belong to the same turn as what arrived before. */
  arrived(now: number, seconds: number, goesOn: boolean): void;
  /** Whether playing may start at `now`: `buffered` seconds wait, and `ended` says whether a turn ends among them. */
  ready(now: number, buffered: number, ended: boolean): boolean;
  /** How much is wanted before the first sample after silence, in seconds. */
  readonly threshold: number;
  /**
   * The queue ran dry, and the turn was not ended. If it goes on, 100 ms are wanted before it does, and 40 ms more from
   * then on; if another turn comes, this one was just over, and its server does not say so.
   */
  underrun(): void;
  /** What comes next does not go on with what ran dry. */
  reset(): void;
  /** A turn was played to its end. One without an underrun takes a tenth off the threshold, never below what was measured. */
  finished(): void;
}

const coldStart = 0.06;
const rebuffer = 0.1;
const least = 0.04;
const most = 0.24;
const underrunPenalty = 0.04;
const cleanTurnShare = 0.1;
/** What cannot be waited for: the 5 ms in which sound fades out before it is dry, and a block or two. */
const reserve = 0.01;
/** Gaps that are remembered, and the share of them that the threshold must outlast. */
const gapsRemembered = 64;
const share = 0.95;

/** Makes a jitter buffer. It starts at the threshold, at the end of a turn, or when nothing more came for so long that the reply must be whole. */
export function createJitterBuffer(): JitterBuffer {
  const shortfalls = new Float64Array(gapsRemembered);
  const sorted = new Float64Array(gapsRemembered);
  let measured = 0;
  let shortfall = 0;
  let penalty = 0;
  let clean = true;
  let rebuffering = false;
  let dry = false;
  let lastArrival = 0;
  let lastSeconds = 0;

  function threshold(): number {
    // It must outlast the gap that follows: as long as the last message, and what gaps lacked. A message of 100 ms or
    // more plays at once all the same, unless gaps lacked something.
    const gap = measured === 0 ? coldStart : Math.min(lastSeconds, coldStart) + shortfall + reserve;
    return Math.max(rebuffering ? rebuffer : 0, Math.min(most, Math.max(least, gap + penalty)));
  }

  return {
    arrived(now, seconds, goesOn) {
      if (dry && goesOn) {
        clean = false;
        penalty = Math.min(most, penalty + underrunPenalty);
      } else if (dry) rebuffering = false;
      dry = false;
      if (goesOn) {
        // What a listener lacks who has nothing but the last message when the next one is due.
        shortfalls[measured++ % gapsRemembered] = now - lastArrival - lastSeconds;
        shortfall = percentile(shortfalls, Math.min(measured, gapsRemembered), sorted);
      }
      lastArrival = now;
      lastSeconds = seconds;
    },
    ready(now, buffered, ended) {
      const wanted = threshold();
      // A whole short reply never reaches the threshold: when no more comes for as long as gaps can be, it was whole.
      return buffered > 0 && (ended || buffered >= wanted || now - lastArrival >= Math.max(coldStart, wanted));
    },
    get threshold() {
      return threshold();
    },
    underrun() {
      rebuffering = true;
      dry = true;
    },
    reset() {
      rebuffering = false;
      dry = false;
      clean = true;
    },
    finished() {
      rebuffering = false;
      dry = false;
      if (clean) penalty = Math.max(0, penalty - cleanTurnShare * threshold());
      clean = true;
    },
  };
}

/** The nearest-rank percentile of the first `count` values. */
function percentile(values: Float64Array, count: number, sorted: Float64Array): number {
  sorted.set(values);
  sorted.subarray(0, count).sort();
  return sorted[Math.ceil(share * count) - 1] as number;
}
