import { createPlayback, type Playout } from "../src/playback/playback.js";
import { silencesOf } from "./marked-speech.js";
import type { Arrival } from "./networks.js";

const sampleRate = 16000;
/** As near to a quantum of 48 kHz as whole samples are. */
const block = 43;

export interface Outcome {
  gaps: number;
  silenceMs: number;
  longestMs: number;
  /** How much longer it was than it was sent, silences aside, as a share. */
  stretched: number;
  /** When the first sound was rendered, in ms. */
  firstMs: number;
  /** Of a turn that was played to its end. */
  wholeMs: number;
  underruns: number;
  heard: number[];
}

/** Plays a turn of marked speech, 16 kHz, that arrives so; the end comes with the last message. */
export function simulate(speech: Int16Array, arrivals: readonly Arrival[], playout: Playout): Outcome {
  let wholeMs = 0;
  let underruns = 0;
  const playback = createPlayback({
    inputRate: sampleRate,
    outputRate: sampleRate,
    playout,
    events: {
      onStarted: () => {},
      onUnderrun: () => underruns++,
      onFinished: ({ ms }) => {
        wholeMs = ms;
      },
      onQueueFull: () => {},
      onInterrupted: () => {},
    },
  });
  const output = new Float32Array(block);
  const heard: number[] = [];
  let next = 0;
  let written = 0;
  for (let clock = 0; wholeMs === 0 && clock < 100; clock += block / sampleRate) {
    for (let arrival = arrivals[next]; arrival !== undefined && arrival.at <= clock; arrival = arrivals[++next]) {
      const count = Math.round(arrival.seconds * sampleRate);
      playback.enqueue(speech.subarray(written, written + count), "a", `${next}`, written * 2);
      written += count;
      if (next === arrivals.length - 1) playback.end("a");
    }
    playback.render(output);
    for (const sample of output) heard.push(sample);
  }
  const silences = silencesOf(heard);
  const first = heard.findIndex((sample) => sample !== 0);
  const last = heard.findLastIndex((sample) => sample !== 0);
  const silent = silences.reduce((sum, silence) => sum + silence, 0);
  const sent = written / sampleRate;
  return {
    gaps: silences.length,
    silenceMs: silent * 1000,
    longestMs: Math.max(0, ...silences) * 1000,
    stretched: ((last + 1 - first) / sampleRate - silent - sent) / sent,
    firstMs: (first / sampleRate) * 1000,
    wholeMs,
    underruns,
    heard,
  };
}
