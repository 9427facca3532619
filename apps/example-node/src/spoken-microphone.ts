import type { AudioInput, AudioInputEvents } from "@layercode/core";

/** What the client asks of a microphone: PCM16, mono, 8000 Hz. */
export const microphoneRate = 8000;
const frameMs = 20;
const frameLength = (microphoneRate * frameMs) / 1000;

/** A microphone that hears silence, and what it is told to hear. */
export interface SpokenMicrophone extends AudioInput {
  /** Hears this next, in real time. Resolves when the last of it is heard. */
  hear(pcm: Int16Array): Promise<void>;
}

/** Makes one. Frames of 20 ms come at the pace of the clock, as from a real one. */
export function createSpokenMicrophone(): SpokenMicrophone {
  let timer: NodeJS.Timeout | undefined;
  let muted = false;
  let level = 0;
  let waiting: { pcm: Int16Array; at: number; done(): void } | null = null;

  function nextFrame(): Int16Array {
    const pcm = new Int16Array(frameLength);
    if (!waiting) return pcm;
    pcm.set(waiting.pcm.subarray(waiting.at, waiting.at + frameLength));
    waiting.at += frameLength;
    if (waiting.at < waiting.pcm.length) return pcm;
    waiting.done();
    waiting = null;
    return pcm;
  }

  function run(events: AudioInputEvents): void {
    const begin = performance.now();
    let frames = 0;
    timer = setInterval(() => {
      for (; begin + (frames + 1) * frameMs <= performance.now(); frames++) {
        const pcm = muted ? new Int16Array(frameLength) : nextFrame();
        level = Math.sqrt(pcm.reduce((sum, sample) => sum + (sample / 32768) ** 2, 0) / frameLength);
        events.onFrame({ pcm, time: (begin + frames * frameMs) / 1000 });
      }
    }, frameMs);
  }

  return {
    async start(events, signal) {
      clearInterval(timer);
      signal.throwIfAborted();
      run(events);
    },
    stop() {
      clearInterval(timer);
      level = 0;
    },
    // Frames are whole here.
    flush: async () => {},
    setMuted(value) {
      muted = value;
    },
    now: () => performance.now() / 1000,
    level: () => level,
    stream: null,
    hear: (pcm) =>
      new Promise((done) => {
        waiting = { pcm, at: 0, done };
      }),
  };
}
