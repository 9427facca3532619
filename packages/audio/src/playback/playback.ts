import { createFade } from "../dsp/fade.js";
import { createGain } from "../dsp/gain.js";
import { createRingBuffer } from "../dsp/ring-buffer.js";
import { createInterruption } from "./interruption.js";
import { createJitterBuffer } from "./jitter-buffer.js";
import { createLateness } from "./lateness.js";
import type { PlaybackPosition, PlaybackPositions } from "./position.js";
import { createRenderLog } from "./render-log.js";
import { createRun } from "./run.js";
import { createQueueSource } from "./source.js";
import { createStretch } from "./stretch.js";
import { createTimeline, type TimelineEvents } from "./timeline.js";

export interface PlaybackEvents extends Pick<TimelineEvents, "onFinished"> {
  /**
   * The first sample of the turn, after silence or after another turn, was rendered. `silentMs`: how long an underrun of it
   * made it silent, in ms; 0 where none did, and where it was paused meanwhile. `frame`: which one of the block that is
   * rendered it was; for a turn that follows another without a gap, the block's first.
   */
  onStarted(turnId: string, silentMs: number, frame: number): void;
  /** The queue ran dry and the turn was not ended: it is silent. */
  onUnderrun(position: PlaybackPosition): void;
  /** The queue is full, and samples of the turn were dropped. Once, until the queue was empty. */
  onQueueFull(turnId: string): void;
  /** The fade-out of an `interrupt` is rendered. */
  onInterrupted(positions: PlaybackPositions): void;
}

export interface PlaybackOptions {
  /** Rate of what is enqueued, in Hz. */
  inputRate: number;
  /** Rate of what is rendered, in Hz. */
  outputRate: number;
  /** Initial gain, 0..1. Default 1. */
  gain?: number;
  playout: Playout;
  events: PlaybackEvents;
}

/**
 * `adaptive`: sound is made a little longer, at the same pitch, while what arrives is nearly late, and goes on for up to
 * 60 ms when it is too late. `plain`: every sample is played as it came; a jitter buffer waits for more where it must.
 */
export type Playout = "adaptive" | "plain";

/** What a network that delivers unevenly has cost by now, in ms. */
export interface PlayoutStats {
  /** Sound that came and was not played. */
  bufferedMs: number;
  /** By how much the sound lasted longer, in all. */
  stretchedMs: number;
  /** How much of the voice was repeated because nothing else had come, in all. */
  concealedMs: number;
}

/** A queue of PCM16 that is rendered block by block: gapless within a run, silent between runs. */
export interface Playback {
  /** Appends samples of a turn that begin at byte `byteOffset` of it. Drops what exceeds ten minutes, and reports that. */
  enqueue(samples: Int16Array, turnId: string, deltaId: string | null, byteOffset: number): void;
  /** No more audio will come for the turn. */
  end(turnId: string): void;
  /**
   * Fades out in 5 ms, drops the queue and ends a pause. Audio enqueued afterwards plays in full. `latency`: seconds
   * from rendered to heard.
   */
  interrupt(latency: number): void;
  /** Fades out in 5 ms and holds what is queued. Nothing is reported until `resume()`. */
  pause(): void;
  /** Fades in and plays on from the sample at which the pause began; the turn is reported as started again. */
  resume(): void;
  /** Moves the gain to `gain`, 0..1, in 10 ms. */
  setGain(gain: number): void;
  /** The rendered and the heard position, `latency` seconds from one to the other; `null` before the first turn. */
  positions(latency: number): PlaybackPositions | null;
  /** What waits now, and what was stretched and concealed since the start; 0 where playing is `plain`. */
  stats(): PlayoutStats;
  /** Whether the fade-out of an interruption is still to be rendered. */
  readonly fading: boolean;
  /** Whether a turn is playing: not while paused, and not while an underrun makes it silent. */
  readonly playing: boolean;
  /** Fills a block. Allocates nothing but the positions it reports. */
  render(output: Float32Array): void;
}

const queueSeconds = 600;
const fadeSeconds = 0.005;
const gainSeconds = 0.01;
const pieceSeconds = 0.001;

/** Makes the pure half of the player: ring buffer, jitter buffer, runs, fades and timeline. */
export function createPlayback(options: PlaybackOptions): Playback {
  const { inputRate, outputRate, gain: initialGain = 1, playout, events } = options;
  const queue = createRingBuffer(inputRate * queueSeconds);
  const lateness = createLateness();
  const jitterBuffer = playout === "plain" ? createJitterBuffer() : lateness;
  const timeline = createTimeline(inputRate, {
    onStarted(turnId) {
      const silentFrames = turnId === silentTurn ? playingFrom - silentFrom : 0;
      silentTurn = null;
      events.onStarted(turnId, (silentFrames * 1000) / outputRate, playingFrom - clock);
    },
    onFinished(position) {
      // A turn without audio says nothing about the network.
      if (position.ms > 0) jitterBuffer.finished();
      events.onFinished(position);
    },
  });
  const isOpen = () => timeline.open !== null;
  const stretch = playout === "plain" ? null : createStretch({ queue, sampleRate: inputRate, lateness, isOpen });
  const pieceLength = Math.ceil(inputRate * pieceSeconds);
  const run = createRun(stretch ?? createQueueSource(queue, pieceLength), pieceLength, inputRate, outputRate);
  const log = createRenderLog(inputRate, outputRate);
  const fade = createFade(Math.ceil(outputRate * fadeSeconds));
  const interruption = createInterruption(fade.length, events.onInterrupted);
  const gain = createGain(Math.ceil(outputRate * gainSeconds), initialGain);

  // Frames rendered since the start, silence included: the audio clock.
  let clock = 0;
  // Where in what the run reads it began.
  let runStart = 0;
  // The turn that was open when the run took the last sample of the queue.
  let drainedTurn: string | null = null;
  // `starved`: the last run stopped in the middle of a turn. `untold`: its underrun is not reported yet, because of a
  // pause.
  let starved = false;
  let untold = false;
  let paused = false;
  // Whether samples were dropped, and that was reported.
  let full = false;
  // Whether samples have come of the turn that was enqueued last: its first message may have none.
  let arrived = false;
  // The turn that an underrun made silent, at frame `silentFrom`; what plays began at frame `playingFrom`.
  let silentTurn: string | null = null;
  let silentFrom = 0;
  let playingFrom = 0;

  /** Samples that came and were not played. */
  function buffered(): number {
    return stretch === null ? queue.length : stretch.buffered;
  }

  /** The sample of the stream that stands at a place in what the run reads. */
  function sampleOf(read: number): number {
    return stretch === null ? read : stretch.playedAt(read);
  }

  function startRun(): void {
    runStart = stretch === null ? timeline.rendered : stretch.emitted;
    stretch?.start();
    run.start();
    fade.position = starved ? 0 : openTurn() === null ? fade.length : Math.min(fade.length, run.length);
  }

  /** The turn that underruns if no more audio comes before the run ends; `null` where the run ends with a turn. */
  function openTurn(): string | null {
    return run.drained ? drainedTurn : timeline.open;
  }

  /** Renders to `output[from..to)`, clock frame `frame` on, up to the end of the run, and returns where it stopped. */
  function play(output: Float32Array, from: number, to: number, frame: number, fadeOut: boolean): number {
    // What is stretched has faded out by itself.
    const open = stretch === null && openTurn() !== null;
    const before = run.rendered;
    const wasDrained = run.drained;
    const end = run.render(output, from, fadeOut ? Math.min(to, from + fade.position) : to);
    if (run.drained && !wasDrained) drainedTurn = timeline.open;
    let left = run.length - before;
    for (let index = from; index < end; index++, left--) {
      // The fade-out begins 5 ms before the queue is dry; audio that arrives in time reverses it.
      if (fadeOut || (open && left <= fade.position)) fade.position--;
      else if (fade.position < fade.length) fade.position++;
      output[index] = (output[index] as number) * fade.gain();
    }
    if (end > from) {
      playingFrom = frame;
      log.record(frame, end - from, runStart, before);
      timeline.advance(sampleOf(runStart + run.renderedInput));
    }
    return end;
  }

  /** The run is over at frame `frame`: its last turn ended, or audio came too late (an underrun). */
  function settle(frame: number): void {
    const turnId = openTurn();
    run.stop();
    // No underrun where the turn was ended, or another one began, in the last milliseconds of the run.
    const position = timeline.position();
    // Nor of a turn of which no sample has come.
    const stopped = turnId !== null && position?.turnId === turnId && position.ms > 0;
    starved = stopped && (timeline.open !== null || buffered() > 0);
    if (!starved) jitterBuffer.reset();
    else if (paused) untold = true;
    else reportUnderrun();
    if (starved && !paused) {
      silentTurn = turnId;
      silentFrom = frame;
    }
  }

  function reportUnderrun(): void {
    jitterBuffer.underrun();
    timeline.restart();
    const position = timeline.position();
    if (position !== null) events.onUnderrun(position);
  }

  function forgetStarvation(): void {
    starved = false;
    untold = false;
    silentTurn = null;
    jitterBuffer.reset();
  }

  function positionsAt(frame: number, latency: number): PlaybackPositions | null {
    const heardUntil = Math.min(timeline.rendered, sampleOf(log.sampleAt(frame - Math.round(latency * outputRate))));
    const rendered = timeline.position();
    const heard = timeline.position(heardUntil);
    return rendered && heard && { rendered, heard };
  }

  return {
    enqueue(samples, turnId, deltaId, byteOffset) {
      const goesOn = timeline.open === turnId;
      full &&= buffered() > 0;
      arrived &&= goesOn;
      if (!goesOn) stretch?.beginTurn();
      const written = queue.write(samples);
      // What was dropped leaves nothing behind, however much it is; only that another turn begins counts.
      if (written > 0 || samples.length === 0 || !goesOn)
        timeline.write(turnId, written < samples.length ? null : deltaId, written, byteOffset);
      if (written < samples.length && !full) {
        full = true;
        events.onQueueFull(turnId);
      }
      if (written > 0) {
        jitterBuffer.arrived(clock / outputRate, written / inputRate, arrived);
        arrived = true;
      }
    },

    end(turnId) {
      timeline.end(turnId);
      if (!run.active && buffered() === 0) forgetStarvation();
    },

    interrupt(latency) {
      paused = false;
      if (!run.active && buffered() === 0 && !untold) {
        timeline.release();
        timeline.drop();
        forgetStarvation();
        return;
      }
      interruption.settle();
      if (run.active) interruption.begin(play(interruption.tail, 0, fade.length, clock, true));
      timeline.release();
      const cut = timeline.pending ? positionsAt(clock + interruption.left, latency) : null;
      queue.clear();
      timeline.drop();
      stretch?.clear(timeline.rendered);
      run.stop();
      forgetStarvation();
      interruption.report(cut);
    },

    pause() {
      paused = true;
      silentTurn = null;
      timeline.hold();
    },

    resume() {
      paused = false;
      timeline.release();
      if (untold && buffered() === 0) reportUnderrun();
      untold = false;
    },

    setGain(value) {
      gain.target = value;
    },

    positions: (latency) => positionsAt(clock, latency),

    stats: () => ({
      bufferedMs: (buffered() * 1000) / inputRate,
      stretchedMs: ((stretch?.stretched ?? 0) * 1000) / inputRate,
      concealedMs: ((stretch?.concealed ?? 0) * 1000) / inputRate,
    }),

    get fading() {
      return interruption.left > 0;
    },

    get playing() {
      return run.active && !paused;
    },

    render(output) {
      let index = interruption.render(output);
      if (!run.active && !paused && index < output.length) {
        if (jitterBuffer.ready(clock / outputRate, buffered() / inputRate, timeline.ending)) startRun();
      }
      if (run.active) {
        stretch?.setTime(clock / outputRate);
        index = play(output, index, output.length, clock + index, paused);
        if (run.rendered >= run.length) settle(clock + index);
      }
      output.fill(0, index);
      gain.apply(output);
      clock += output.length;
    },
  };
}
