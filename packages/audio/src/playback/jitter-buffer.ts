/** Decides when enough sound has arrived to start playing. Time comes in as a value: seconds on the audio clock. */
export interface StartPolicy {
  /** `seconds` of audio arrived at `now`. `goesOn`: they continue the turn of the audio before them. */
  arrived(now: number, seconds: number, goesOn: boolean): void;
  /** Whether playback may start at `now` with `buffered` seconds in the queue; `ended`: a turn ends among them. */
  ready(now: number, buffered: number, ended: boolean): boolean;
  /**
   * The queue ran dry, and the turn was not ended. If more audio of the turn comes, it was an underrun. If another turn
   * comes, the turn was over, and the server does not send its end.
   */
  underrun(): void;
  /** The audio that comes next does not continue the turn that ran dry: forget the underrun. */
  reset(): void;
  /** A turn was rendered to its end. */
  finished(): void;
}

/**
 * The policy that waits. After an underrun playback resumes with 100 ms buffered, and the threshold grows by 40 ms; a turn
 * without one lowers it by a tenth, never below what the measured gaps need.
 */
export interface JitterBuffer extends StartPolicy {
  /** Seconds of audio that must be buffered before playback starts. */
  readonly threshold: number;
}

const initialThreshold = 0.06;
const rebuffer = 0.1;
const smallestThreshold = 0.04;
const largestThreshold = 0.24;
const underrunPenalty = 0.04;
const cleanTurnShare = 0.1;
/** Margin for the 5 ms of fade-out that begin before the queue is dry, and for a block or two. */
const reserve = 0.01;
/** How many gaps between messages are remembered, and the share of them that the threshold must outlast. */
const gapsRemembered = 64;
const share = 0.95;

/**
 * Makes a jitter buffer. Playback starts at the threshold, at the end of a turn, or when no more came for so long that
 * the turn must be complete.
 */
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
    // The buffer must outlast the next gap: the length of the last message, plus by how much gaps exceed their message.
    // The length counts up to 60 ms, so that one message of 100 ms or more starts at once where gaps exceed nothing.
    const gap = measured === 0 ? initialThreshold : Math.min(lastSeconds, initialThreshold) + shortfall + reserve;
    return Math.max(rebuffering ? rebuffer : 0, Math.min(largestThreshold, Math.max(smallestThreshold, gap + penalty)));
  }

  return {
    arrived(now, seconds, goesOn) {
      if (dry && goesOn) {
        clean = false;
        penalty = Math.min(largestThreshold, penalty + underrunPenalty);
      } else if (dry) rebuffering = false;
      dry = false;
      if (goesOn) {
        // By how much this gap exceeded the message before it: so much must be buffered beside that message.
        shortfalls[measured++ % gapsRemembered] = now - lastArrival - lastSeconds;
        shortfall = percentile(shortfalls, Math.min(measured, gapsRemembered), sorted);
      }
      lastArrival = now;
      lastSeconds = seconds;
    },
    ready(now, buffered, ended) {
      const wanted = threshold();
      // A short turn never reaches the threshold: it is complete when no more came for as long as a gap can be.
      return buffered > 0 && (ended || buffered >= wanted || now - lastArrival >= Math.max(initialThreshold, wanted));
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
