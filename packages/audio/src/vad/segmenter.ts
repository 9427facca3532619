import type { SegmenterSettings } from "./vad.js";

/** What a window of sound changed; `null`: nothing. */
export type SpeechChange = "start" | "end" | "misfire" | null;

/** Turns probabilities into speech that begins and ends. */
export interface Segmenter {
  /** Changes the settings, at any time. */
  configure(settings: SegmenterSettings): void;
  /** Whether speech is under way, the hang-over included. */
  readonly speaking: boolean;
  /** Whether windows above the threshold wait to be confirmed. */
  readonly suspecting: boolean;
  /** When the speech began that is under way, was the last one, or is suspected, in seconds. */
  readonly startTime: number;
  /** When speech was heard last that is under way or was the last one, in seconds: without the hang-over behind it. */
  readonly heardUntil: number;
  /**
   * Takes the probability of the window of `length` seconds that ends at `end` seconds. Windows come in the order of
   * their ends, and may overlap. `confirmation`: for how many seconds the probability has to stay above the threshold,
   * which is then 0.5 at least; 0: the first window above it begins speech. Allocates nothing.
   */
  push(probability: number, end: number, length: number, confirmation: number): SpeechChange;
  reset(): void;
}

/** The lowest threshold where a confirmation is asked for: the microphone may hear the player. */
const cautiousThreshold = 0.5;

/** A misfire is reported after this silence, in seconds: longer than the gap between a plosive and its vowel. */
const misfireSilence = 0.3;

/** Times are sums of floats: one that is due within this, in seconds, is due. */
const tolerance = 1e-4;

export function createSegmenter(initial: SegmenterSettings): Segmenter {
  let settings = initial;
  let speaking = false;
  let suspecting = false;
  // In seconds. V8 writes a fraction into a field in place; into a variable of a closure, it allocates.
  const times = {
    start: 0,
    /** The end of the first window that is suspected. */
    suspectedAt: 0,
    /** The end of the last window in which speech went on. */
    heardUntil: 0,
    /** Up to where windows above the threshold were counted, and their sum, overlaps counted once. */
    voicedUntil: 0,
    voiced: 0,
  };

  function count(end: number, length: number): void {
    times.voiced += Math.max(0, Math.min(length, end - times.voicedUntil));
    times.voicedUntil = end;
    times.heardUntil = end;
  }

  function listen(probability: number, end: number, length: number, confirmation: number): SpeechChange {
    const { positiveThreshold } = settings;
    const threshold = confirmation > 0 ? Math.max(cautiousThreshold, positiveThreshold) : positiveThreshold;
    // A probability that is not a number is none.
    if (!(probability >= threshold)) {
      suspecting = false;
      return null;
    }
    // What was suspected before blocks were missing is not confirmed by what comes behind them.
    if (!suspecting || end - times.voicedUntil > 2 * length) {
      suspecting = true;
      times.suspectedAt = end;
      times.start = end - length;
      times.voicedUntil = times.start;
      times.voiced = 0;
    }
    count(end, length);
    if (end - times.suspectedAt < confirmation - tolerance) return null;
    suspecting = false;
    speaking = true;
    return "start";
  }

  function follow(probability: number, end: number, length: number): SpeechChange {
    const { positiveThreshold, negativeThreshold, hangOverMs, minimumSpeechMs } = settings;
    if (probability >= positiveThreshold) count(end, length);
    // Speech that has begun goes on down to the lower threshold.
    else if (probability >= negativeThreshold) times.heardUntil = end;
    const silence = end - times.heardUntil + tolerance;
    const isMisfire = times.voiced < minimumSpeechMs / 1000 - tolerance;
    const hangOver = hangOverMs / 1000;
    // A hang-over of 0 ends with the first window that is silent.
    if (times.heardUntil === end || silence < (isMisfire ? Math.min(misfireSilence, hangOver) : hangOver)) return null;
    speaking = false;
    return isMisfire ? "misfire" : "end";
  }

  return {
    configure(next) {
      settings = next;
    },
    get speaking() {
      return speaking;
    },
    get suspecting() {
      return suspecting;
    },
    get startTime() {
      return times.start;
    },
    get heardUntil() {
      return times.heardUntil;
    },
    push(probability, end, length, confirmation) {
      return speaking ? follow(probability, end, length) : listen(probability, end, length, confirmation);
    },
    reset() {
      speaking = false;
      suspecting = false;
    },
  };
}
