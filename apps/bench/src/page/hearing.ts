// The page of our microphones and our speaker without a client: what detection costs the audio thread, and the player beside it.
import { createAudioEngine, createMicrophone, createSpeaker } from "@layercode/audio";
import type { Instruments } from "@layercode/browser-testing";

const { probes } = globalThis.__instruments as Instruments;

/** What the page is to do. */
export interface HearingSetup {
  /** How many microphones listen. */
  microphones: number;
  /** Whether they detect speech. */
  detects: boolean;
  /** Whether the speaker plays a tone beside them, for ever. */
  plays: boolean;
}

/** What happened up to now, since the start. */
export interface HearingReport {
  /** `AudioContext.playbackStats`, where the browser has it. */
  playback: Record<string, number> | null;
  /** Samples at which the tone was no tone. */
  faults: number;
  /** Samples of the tone that were looked at. */
  watched: number;
  starts: number;
  ends: number;
  /** What detection complained about. */
  complaints: string[];
}

const agentRate = 16_000;
const frequency = 440;
/** Whole periods: the next piece goes on where this one ends. */
const pieceSeconds = 10;

const report: HearingReport = { playback: null, faults: 0, watched: 0, starts: 0, ends: 0, complaints: [] };
const engine = createAudioEngine();

probes["hearing.start"] = async ({ microphones, detects, plays }: HearingSetup) => {
  await engine.resume();
  const opened = Array.from({ length: microphones }, async () => {
    const microphone = createMicrophone({
      engine,
      audioConstraints: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
    });
    if (detects) {
      void microphone.setDetection({
        ...{ vad: "silero", bargeIn: "off" },
        ...{ positiveThreshold: 0.35, negativeThreshold: 0.2, hangOverMs: 400, minimumSpeechMs: 64 },
      });
    }
    await microphone.start({
      onFrame() {},
      onEnded: ({ message }) => report.complaints.push(message),
      onDetectorFailed: ({ message }) => report.complaints.push(message),
      onSpeech: ({ type }) => {
        if (type === "start") report.starts++;
        else if (type === "end") report.ends++;
      },
    });
  });
  await Promise.all(opened);
  if (plays) await play();
};

probes["hearing.report"] = (): HearingReport => {
  const { playbackStats } = engine.context as AudioContext & { playbackStats?: object };
  return { ...report, playback: playbackStats ? numbersOf(playbackStats) : null };
};

/** A tone without an end, and what looks at it sample by sample, where it leaves the page. */
async function play(): Promise<void> {
  const speaker = createSpeaker({ engine, playout: "plain" });
  const piece = Int16Array.from({ length: pieceSeconds * agentRate }, (_, index) =>
    Math.round(16_000 * Math.sin((2 * Math.PI * frequency * index) / agentRate)),
  );
  const enqueue = () => speaker.enqueue(new Uint8Array(piece.buffer), { turnId: "tone", deltaId: null });
  await watch();
  await speaker.start({
    onStarted() {},
    onUnderrun: () => report.complaints.push("the queue ran dry"),
    onFinished() {},
    onInterrupted() {},
  });
  for (let ahead = 0; ahead < 3; ahead++) enqueue();
  setInterval(enqueue, pieceSeconds * 1000);
}

async function watch(): Promise<void> {
  const { context } = engine;
  const url = URL.createObjectURL(new Blob([`(${toneWatch})(${frequency});`], { type: "text/javascript" }));
  await context.audioWorklet.addModule(url);
  const node = new AudioWorkletNode(context, "tone-watch", { channelCount: 1, channelCountMode: "explicit" });
  node.port.onmessage = ({ data }: MessageEvent<{ faults: number; watched: number }>) => Object.assign(report, data);
  node.connect(context.destination);
  const connect: (this: AudioNode, target: AudioNode) => AudioNode = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (this: AudioNode, ...targets: unknown[]) {
    if (targets[0] === context.destination && this !== node) connect.call(this, node);
    return Reflect.apply(connect, this, targets);
  } as AudioNode["connect"];
}

// What an AudioWorkletGlobalScope has.
declare const sampleRate: number;
declare function registerProcessor(name: string, processor: unknown): void;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}

/** Runs on the audio thread, as text. Each sample of a tone follows from the two before it: x₂ = 2 cos(ω) x₁ - x₀. */
function toneWatch(hertz: number): void {
  const factor = 2 * Math.cos((2 * Math.PI * hertz) / sampleRate);
  // A click of 1 % of the tone.
  const threshold = 0.005;
  registerProcessor(
    "tone-watch",
    class extends AudioWorkletProcessor {
      #before = 0;
      #last = 0;
      #faults = 0;
      #watched = 0;
      #quanta = 0;
      #loudest = 0;

      process([input]: Float32Array[][]): boolean {
        const heard = input?.[0];
        if (!heard) return true;
        for (let index = 0; index < heard.length; index++) {
          const sample = heard[index] as number;
          this.#loudest = Math.max(this.#loudest, Math.abs(sample));
          // It fades in: not before it is as loud as it gets.
          if (this.#loudest > 0.45) {
            this.#watched++;
            if (Math.abs(factor * this.#last - this.#before - sample) > threshold) this.#faults++;
          }
          this.#before = this.#last;
          this.#last = sample;
        }
        if (++this.#quanta % 375 === 0) this.port.postMessage({ faults: this.#faults, watched: this.#watched });
        return true;
      }
    },
  );
}

/** Its numbers, which are getters of its class. */
function numbersOf(stats: object): Record<string, number> {
  const found: Record<string, number> = {};
  for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(stats))) {
    const value: unknown = Reflect.get(stats, name);
    if (typeof value === "number") found[name] = value;
  }
  return found;
}
