import { floatToPcm16 } from "../src/dsp/pcm.js";
import { createPlayback, type Playback, type Playout } from "../src/playback/playback.js";
import type { PlaybackPosition, PlaybackPositions } from "../src/playback/position.js";
import { sine } from "./signals.js";

export const inputRate = 16000;
type Event = [name: string, value: string | PlaybackPosition];

export function position(turnId: string, deltaId: unknown, ms: number) {
  return { turnId, deltaId, byteOffset: (ms * 2 * inputRate) / 1000, ms };
}

/** A playback whose clock is the test's. */
export function createPlayer(outputRate = 48000, playout: Playout = "plain") {
  const events: Event[] = [];
  const cuts: PlaybackPositions[] = [];
  const silences: number[] = [];
  const note = (name: string) => (value: string | PlaybackPosition) => events.push([name, value]);
  const playback: Playback = createPlayback({
    inputRate,
    outputRate,
    playout,
    events: {
      onStarted(turnId, silentMs) {
        if (silentMs > 0) silences.push(silentMs);
        note("started")(turnId);
      },
      onUnderrun: note("underrun"),
      onFinished: note("finished"),
      onQueueFull: note("full"),
      onInterrupted(positions) {
        cuts.push(positions);
        note("interrupted")(positions.rendered);
      },
    },
  });
  const heard: number[] = [];
  const bytes = new Map<string, number>();
  return {
    ...playback,
    interrupt: (latency = 0) => playback.interrupt(latency),
    enqueue(samples: Int16Array, turnId: string, deltaId: string | null) {
      const byteOffset = bytes.get(turnId) ?? 0;
      bytes.set(turnId, byteOffset + samples.byteLength);
      playback.enqueue(samples, turnId, deltaId, byteOffset);
    },
    isFading: () => playback.fading,
    events,
    cuts,
    /** How long each underrun was silent, in ms. */
    silences,
    heard,
    play(seconds: number, block = 128) {
      const output = new Float32Array(block);
      for (let rendered = 0; rendered < seconds * outputRate; rendered += block) {
        playback.render(output);
        for (const sample of output) heard.push(sample);
      }
    },
    names: () => events.map(([name]) => name),
  };
}

export function pcm(samples: Float32Array): Int16Array {
  const output = new Int16Array(samples.length);
  floatToPcm16(samples, output);
  return output;
}

export function tone(seconds: number, from = 0): Int16Array {
  const start = Math.round(from * inputRate);
  return pcm(sine(440, inputRate, start + Math.round(seconds * inputRate), 0.5)).subarray(start);
}

export function steepest(samples: readonly number[]): number {
  return samples.reduce((most, sample, index) => Math.max(most, Math.abs(sample - (samples[index - 1] ?? sample))), 0);
}
