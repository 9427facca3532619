import { createFade } from "../dsp/fade.js";
import type { RingBuffer } from "../dsp/ring-buffer.js";
import type { Lateness } from "./lateness.js";
import { createPitchPeriod } from "./pitch-period.js";
import { createRenderLog } from "./render-log.js";
import type { Source } from "./source.js";
import { createStepBudget } from "./step-budget.js";

export interface StretchOptions {
  queue: RingBuffer;
  /** Rate of what is queued, in Hz. */
  sampleRate: number;
  lateness: Lateness;
  /** Whether more may come of the turn at the end of the queue. */
  isOpen(): boolean;
}

/**
 * A queue that lasts longer than it is. It has one operation: to step back by a period of the voice, with a cross-fade.
 * Done in time it makes the sound longer, at the same pitch; done on the last 5 ms that came it conceals that nothing more
 * did. What arrives afterwards simply follows.
 */
export interface Stretch extends Source {
  /** Samples that came and were not played. */
  readonly buffered: number;
  /** Samples that were read in all. */
  readonly emitted: number;
  /** How many of them were played once more to make the sound last longer. */
  readonly stretched: number;
  /** How many of them were played once more because nothing else had come. */
  readonly concealed: number;
  /** How many samples of the queue were played with the first `emitted` samples that were read; never less for more. */
  playedAt(emitted: number): number;
  /** The time, in seconds, that the next reads go by. */
  setTime(now: number): void;
  /** A turn begins behind what is queued: no step leads back beyond its beginning. */
  beginTurn(): void;
  /** Begins with the first sample that was not played. */
  start(): void;
  /** The queue was cleared: the next sample that is written is number `next`. */
  clear(next: number): void;
}

/** Held back while more may come, so that there is something left to fade from when nothing does. */
const reserveSeconds = 0.005;
const crossFadeSeconds = 0.01;
/** A fade-out takes 60 ms, twelve times as long as a fade-in. */
const fadeInSpeed = 12;
/** How long the same periods are repeated at full loudness. */
const fullSeconds = 0.02;
const decisionSeconds = 0.004;
/** 30 dB below the level is quiet, as a power. */
const quiet = 0.001;
/** Without anything louder than this (-50 dB, as a power) there was no sound yet. */
const sound = 1e-5;
/** What of the level, a power, is left after 4 ms: it halves in 2.8 s. */
const levelKept = 0.999;
/** Longer than any block that is rendered, in samples. */
const endless = 2 ** 24;

/** With less than this buffered the sound is made longer however near playing is to what arrives. */
const littleSeconds = 0.06;
/** How alike two periods must be, and how many new ones are played for each repeated one. */
const likeness = 0.7;
const newPeriods = 2;

/** Makes it around an empty queue. */
export function createStretch({ queue, sampleRate, lateness, isOpen }: StretchOptions): Stretch {
  const period = createPitchPeriod(sampleRate);
  const budget = createStepBudget(sampleRate);
  const log = createRenderLog(1, 1, 128);
  const inSamples = (seconds: number) => Math.max(1, Math.round(seconds * sampleRate));
  const reserve = inSamples(reserveSeconds);
  const longestCrossFade = inSamples(crossFadeSeconds);
  const full = inSamples(fullSeconds);
  const between = inSamples(decisionSeconds);
  const fade = createFade(fadeInSpeed * reserve);
  const crossFade = createFade(longestCrossFade);

  // Samples are numbered from the start of the stream. The buffer holds those that a step may need: a bit of what comes, and
  // what a period reaches back.
  const ahead = Math.max(period.window, longestCrossFade) + between;
  const behind = period.longest + period.window + longestCrossFade;
  const buffer = new Float32Array(4 * (ahead + behind));
  const pcm = new Int16Array(between);
  let base = 0;
  let filled = 0;
  let position = 0;
  let front = 0;
  let turnStart = 0;
  let turnSounds = false;

  // While a cross-fade goes on, the path that was left is `lag` samples ahead of `position`.
  let lag = 0;
  let crossFadeLength = 0;
  let crossFaded = 0;

  let emitted = 0;
  let stretched = 0;
  let concealed = 0;
  // Whether the last step back was made to conceal.
  let conceals = false;
  let untilDecision = 0;
  let stepLag = 0;
  let stepFront = 0;
  let sinceNew = 0;
  // No period was found to conceal with: what is left fades out.
  let fadesOut = false;

  // In one array, because fractions in a closure's variables are boxed.
  const now = 0;
  const level = 1;
  const state = new Float64Array(2);

  function written(): number {
    return filled + queue.length;
  }

  function fill(): void {
    while (filled < position + lag + ahead) {
      const count = queue.read(pcm, between);
      if (count === 0) return;
      if (filled - base + count > buffer.length) {
        const kept = Math.max(0, position - behind - base);
        buffer.copyWithin(0, kept, filled - base);
        base += kept;
      }
      const into = filled - base;
      let power = 0;
      for (let index = 0; index < count; index++) {
        const sample = (pcm[index] as number) / 32767;
        buffer[into + index] = sample;
        power += sample * sample;
      }
      filled += count;
      power /= count;
      state[level] = Math.max((state[level] as number) * levelKept, power);
      if (filled > turnStart && power > sound) turnSounds = true;
    }
  }

  /** The lag for a step whose window ends at sample `end`; 0: there is too little sound behind it. */
  function findLag(end: number): number {
    const behindWindow = end - period.window - Math.max(base, turnStart);
    return period.find(buffer, end - base, Math.min(period.longest, behindWindow));
  }

  function isQuiet(end: number): boolean {
    let power = 0;
    for (let index = end - period.window - base; index < end - base; index++) power += (buffer[index] as number) ** 2;
    return power / period.window < (state[level] as number) * quiet;
  }

  function stepBack(by: number, crossFadeOver: number): void {
    position -= by;
    lag = by;
    crossFadeLength = crossFadeOver;
    crossFaded = 0;
    stepLag = by;
    stepFront = front;
    budget.spend(emitted, by);
  }

  /** Makes the sound a period longer where little is buffered, or playing is so near to what arrives that the next message may be too late. */
  function stretch(): void {
    if (position < turnStart || !turnSounds) return;
    const left = written() - position;
    if (left <= reserve) return;
    const seconds = left / sampleRate;
    if (seconds >= littleSeconds && !lateness.isTight(state[now] as number, seconds)) return;
    const end = Math.min(position + period.window, filled);
    if (position < front || end - period.window < Math.max(base, turnStart)) return;
    const pauses = isQuiet(end);
    if (!pauses && front - stepFront < newPeriods * stepLag) return;
    const by = findLag(end);
    if (by === 0 || (!pauses && period.likeness < likeness) || !budget.allows(emitted, by)) return;
    conceals = false;
    stepBack(by, Math.min(by, longestCrossFade, left));
  }

  function conceal(): void {
    const left = written() - position;
    const by = left * 2 < reserve ? 0 : findLag(written());
    fadesOut = by === 0;
    conceals = true;
    if (!fadesOut) stepBack(by, Math.min(by, longestCrossFade, left));
  }

  /** Decides what comes next, and says how many samples of it there are until something else may be decided. */
  function plan(): number {
    fill();
    const left = written() - position;
    if (lag > 0) return crossFadeLength - crossFaded;
    if (!isOpen()) return Math.min(left, between);
    if (left > reserve) fadesOut = false;
    if (untilDecision === 0) {
      untilDecision = between;
      stretch();
      if (lag > 0) return crossFadeLength;
    }
    if (!fadesOut && left <= reserve) {
      conceal();
      if (lag > 0) return crossFadeLength;
    }
    return Math.min(untilDecision, fadesOut ? left : left - reserve);
  }

  /** Whether it has faded out, and nothing came meanwhile. */
  function isSilent(): boolean {
    return fade.position === 0 && written() === front;
  }

  function fadeOn(): void {
    if (sinceNew > full && written() === front) fade.position = Math.max(0, fade.position - 1);
    else if (fade.position < fade.length || fadesOut) {
      // Without a period to conceal with, the fade-out ends with the last sample that there is.
      const most = fadesOut ? fadeInSpeed * (written() - position) : fade.length;
      fade.position = Math.min(fade.length, most, fade.position + fadeInSpeed);
    }
  }

  function emit(output: Float32Array, at: number): void {
    let sample = buffer[position - base] as number;
    let reached = position + 1;
    if (lag > 0) {
      reached += lag;
      crossFade.position = Math.round((++crossFaded * longestCrossFade) / (crossFadeLength + 1));
      const before = buffer[position + lag - base] as number;
      sample = before + (sample - before) * crossFade.gain();
      if (crossFaded === crossFadeLength) lag = 0;
    }
    position++;
    if (reached > front) {
      log.record(emitted, 1, front - emitted, emitted);
      front = reached;
      sinceNew = 0;
    } else {
      sinceNew++;
      if (conceals) concealed++;
      else stretched++;
    }
    emitted++;
    if (untilDecision > 0) untilDecision--;
    fadeOn();
    output[at] = sample * fade.gain();
  }

  /** What `emit` does where nothing is changed, at once. */
  function copy(output: Float32Array, from: number, to: number): void {
    const count = to - from;
    for (let index = 0; index < count; index++) output[from + index] = buffer[position - base + index] as number;
    log.record(emitted, count, front - emitted, emitted);
    position += count;
    front = position;
    emitted += count;
    sinceNew = 0;
    untilDecision = Math.max(0, untilDecision - count);
  }

  return {
    get buffered() {
      return written() - front;
    },
    get length() {
      if (isSilent()) return 0;
      return isOpen() ? endless : written() - position;
    },
    get emitted() {
      return emitted;
    },
    get stretched() {
      return stretched;
    },
    get concealed() {
      return concealed;
    },
    playedAt: (at) => log.sampleAt(at),
    setTime(seconds) {
      state[now] = seconds;
    },
    beginTurn() {
      turnStart = written();
      turnSounds = false;
    },
    start() {
      position = front;
      lag = 0;
      sinceNew = 0;
      fadesOut = false;
      fade.position = isOpen() ? Math.min(fade.length, fadeInSpeed * (written() - position)) : fade.length;
    },
    clear(next) {
      base = next;
      filled = next;
      position = next;
      front = next;
      turnStart = next;
      stepFront = next;
      lag = 0;
    },
    read(output, count) {
      let read = 0;
      while (read < count) {
        const until = isSilent() ? read : Math.min(count, read + plan());
        if (until <= read) break;
        if (lag === 0 && position === front && fade.position === fade.length && !fadesOut) {
          copy(output, read, until);
          read = until;
        } else while (read < until && !isSilent()) emit(output, read++);
      }
      return read;
    },
  };
}
