/** When playing may begin, in seconds of sound. */
export interface JitterBufferThresholds {
  /** Wanted before the first sample after silence. Default 0.06. */
  coldStart?: number;
  /** Wanted after an underrun. Default 0.1. */
  rebuffer?: number;
}

/** Decides when enough sound has arrived to start playing. Time comes in as a value. */
export interface JitterBuffer {
  /**
   * Whether playing may start now. Ask once a block while nothing plays: `buffered` seconds wait, `ended` says whether
   * a turn ends among them, `elapsed` seconds have passed since the last time it was asked.
   */
  ready(buffered: number, ended: boolean, elapsed: number): boolean;
  /** The queue ran dry in the middle of a turn: wait for more the next time. */
  underrun(): void;
  /** What comes next has nothing to do with what was: the threshold is the cold one again. */
  reset(): void;
}

/** Makes a jitter buffer. It starts at the threshold, at the end of a turn, or when nothing more came for as long as the threshold. */
export function createJitterBuffer({ coldStart = 0.06, rebuffer = 0.1 }: JitterBufferThresholds = {}): JitterBuffer {
  let threshold = coldStart;
  let seen = 0;
  let waited = 0;
  return {
    ready(buffered, ended, elapsed) {
      // A whole short reply never reaches the threshold: when no more comes for a while, it was whole.
      waited = buffered === seen ? waited + elapsed : 0;
      seen = buffered;
      return buffered > 0 && (ended || buffered >= threshold || waited >= threshold);
    },
    underrun() {
      threshold = rebuffer;
    },
    reset() {
      threshold = coldStart;
      seen = 0;
      waited = 0;
    },
  };
}
