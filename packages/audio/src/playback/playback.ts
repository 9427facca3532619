import { createFade } from "../dsp/fade";
import { designVoice } from "../dsp/filter";
import { pcm16ToFloat } from "../dsp/pcm";
import { createPolyphaseResampler } from "../dsp/polyphase-resampler";
import { createRingBuffer } from "../dsp/ring-buffer";
import { createJitterBuffer } from "./jitter-buffer";
import { createTimeline, type PlaybackPosition, type TimelineEvents } from "./timeline";

export interface PlaybackEvents extends TimelineEvents {
  /** The queue ran dry and the turn was not ended. */
  onUnderrun(position: PlaybackPosition): void;
  /** What `interrupt` cut has faded to silence. */
  onInterrupted(position: PlaybackPosition): void;
}

export interface PlaybackOptions {
  /** Rate of what is enqueued, in Hz. */
  inputRate: number;
  /** Rate of what is rendered, in Hz. */
  outputRate: number;
  events: PlaybackEvents;
}

/** A queue of PCM16 that renders itself block by block: gapless within a run, silent between runs. */
export interface Playback {
  /** Appends samples of a turn. What is beyond ten minutes is refused. */
  enqueue(samples: Int16Array, turnId: string, deltaId: string | null): void;
  /** No more will come of the turn. */
  end(turnId: string): void;
  /** Fades out in 5 ms and drops what waits. What is enqueued afterwards plays in full. */
  interrupt(): void;
  /** Whether what was interrupted still sounds. */
  readonly fading: boolean;
  /** Fills a block. Allocates nothing but the positions it reports. */
  render(output: Float32Array): void;
}

const queueSeconds = 600;
const fadeSeconds = 0.005;
/** Samples that are converted at a time: small, so that no block pays for a large one. */
const pieceLength = 64;

/** Makes the pure half of the player: ring buffer, jitter buffer, resampler, fades and timeline. */
export function createPlayback({ inputRate, outputRate, events }: PlaybackOptions): Playback {
  const queue = createRingBuffer(inputRate * queueSeconds);
  const timeline = createTimeline(inputRate, events);
  const jitterBuffer = createJitterBuffer();
  const resampler = createPolyphaseResampler(inputRate, outputRate, designVoice);
  const fade = createFade(Math.ceil(outputRate * fadeSeconds));
  const filterDelay = Math.round(resampler.delay * outputRate);

  const pcm = new Int16Array(pieceLength);
  const piece = new Float32Array(pieceLength);
  const converted = new Float32Array(Math.ceil((pieceLength * outputRate) / inputRate) + 1);
  let convertedFrom = 0;
  let convertedTo = 0;

  // A run is what plays without a gap, from a start to the moment the queue is dry. These count its samples.
  let playing = false;
  let starved = false;
  let runStart = 0;
  let consumed = 0;
  let rendered = 0;
  let toSkip = 0;
  // Once silence has gone into the filter behind the last sample, what arrives belongs to the next run.
  let draining = false;
  let drainingTurn: string | null = null;

  // The 5 ms that still sound after an interruption, faded, and what to report when they are over.
  const tail = new Float32Array(fade.length);
  let tailFrom = 0;
  let tailTo = 0;
  let interrupted: PlaybackPosition | null = null;

  function startRun(): void {
    playing = true;
    runStart = timeline.rendered;
    consumed = 0;
    rendered = 0;
    // The filter looks ahead instead of delaying: its first outputs stand for the time before the run.
    toSkip = filterDelay;
    draining = false;
    fade.position = starved ? 0 : openTurn() === null ? fade.length : Math.min(fade.length, runLength());
  }

  function endRun(): void {
    playing = false;
    convertedFrom = 0;
    convertedTo = 0;
    resampler.reset();
  }

  /** Input samples of the run, as far as is known. */
  function runInput(): number {
    return draining ? consumed : consumed + queue.length;
  }

  /** Output samples of the run, as far as is known. */
  function runLength(): number {
    return Math.ceil((runInput() * outputRate) / inputRate);
  }

  /** The turn in whose middle the run stops, if nothing more comes. */
  function openTurn(): string | null {
    return draining ? drainingTurn : timeline.open;
  }

  /** Converts until there is a sample to render. */
  function convert(): void {
    while (convertedFrom === convertedTo) {
      let count = draining ? 0 : queue.read(pcm, pieceLength);
      if (count > 0) {
        pcm16ToFloat(pcm, piece, count);
        consumed += count;
      } else {
        drainingTurn = openTurn();
        draining = true;
        count = pieceLength;
        piece.fill(0);
      }
      convertedTo = resampler.process(piece, converted, count);
      convertedFrom = Math.min(toSkip, convertedTo);
      toSkip -= convertedFrom;
    }
  }

  /** Renders up to `to`, or to the end of the run, and returns how far it came. */
  function play(output: Float32Array, from: number, to: number, fadeOut: boolean): number {
    const length = runLength();
    const open = openTurn() !== null;
    let index = from;
    for (; index < to && rendered < length; index++) {
      if (convertedFrom === convertedTo) convert();
      // 5 ms before the queue is dry it fades out; sound that arrives in time turns the fade round.
      if (fadeOut || (open && length - rendered <= fade.position)) fade.position--;
      else if (fade.position < fade.length) fade.position++;
      output[index] = (converted[convertedFrom++] as number) * fade.gain();
      rendered++;
    }
    timeline.advance(runStart + Math.min(runInput(), Math.floor((rendered * inputRate) / outputRate)));
    return index;
  }

  /** The run is over: because its last turn is, or because sound did not come in time. */
  function settle(): void {
    const turnId = openTurn();
    endRun();
    const position = timeline.position();
    // The turn may have been ended, or followed by another, in the last milliseconds of the run.
    starved = turnId !== null && position?.turnId === turnId && (timeline.open !== null || queue.length > 0);
    if (!starved) return jitterBuffer.reset();
    jitterBuffer.underrun();
    timeline.pause();
    if (position !== null) events.onUnderrun(position);
  }

  function reportInterruption(): void {
    const position = interrupted;
    interrupted = null;
    if (position !== null) events.onInterrupted(position);
  }

  function forgetStarvation(): void {
    starved = false;
    jitterBuffer.reset();
  }

  return {
    enqueue(samples, turnId, deltaId) {
      timeline.write(turnId, deltaId, queue.write(samples));
    },

    end(turnId) {
      timeline.end(turnId);
      if (!playing && queue.length === 0) forgetStarvation();
    },

    interrupt() {
      if (!playing && queue.length === 0) {
        timeline.drop();
        forgetStarvation();
        return;
      }
      reportInterruption();
      if (playing) {
        tailFrom = 0;
        tailTo = play(tail, 0, fade.position, true);
      }
      if (timeline.open !== null || queue.length > 0) interrupted = timeline.position();
      queue.clear();
      timeline.drop();
      endRun();
      forgetStarvation();
      if (tailFrom === tailTo) reportInterruption();
    },

    get fading() {
      return tailFrom < tailTo;
    },

    render(output) {
      let index = 0;
      while (index < output.length && tailFrom < tailTo) output[index++] = tail[tailFrom++] as number;
      if (tailFrom === tailTo) reportInterruption();

      if (!playing && index < output.length) {
        if (jitterBuffer.ready(queue.length / inputRate, timeline.ending, output.length / outputRate)) startRun();
      }
      if (playing) {
        index = play(output, index, output.length, false);
        if (rendered === runLength()) settle();
      }
      output.fill(0, index);
    },
  };
}
