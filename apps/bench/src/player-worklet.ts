import { readFile } from "node:fs/promises";
import { createContext, runInContext } from "node:vm";

export interface PlayerCost {
  /** Seconds of sound that waited when the measurement began. */
  queued: number;
  /** Wall time of each quantum. */
  microseconds: number[];
}

interface Processor {
  port: { onmessage: (event: { data: unknown }) => void };
  process(inputs: Float32Array[][], outputs: Float32Array[][]): boolean;
}

const quanta = 15000;
const warmUp = 2000;

/** Runs the built player in an audio thread's scope without an audio thread, with little and with much in its queue. */
export async function measurePlayer(): Promise<PlayerCost[]> {
  const script = await readFile(new URL(import.meta.resolve("@layercode/audio/worklet.js")), "utf8");
  return [60, 600].map((queued) => ({ queued, microseconds: measure(script, queued) }));
}

function measure(script: string, queued: number): number[] {
  const registered = new Map<string, new (options: unknown) => Processor>();
  const scope = {
    sampleRate: 48000,
    currentFrame: 0,
    AudioWorkletProcessor: class {
      port = { onmessage: null, postMessage() {} };
    },
    registerProcessor: (name: string, processor: new (options: unknown) => Processor) =>
      registered.set(name, processor),
  };
  runInContext(script, createContext(scope));
  const Player = registered.get("layercode-player");
  if (Player === undefined) throw new Error("The worklet registers no layercode-player. Build packages/audio again.");
  const player = new Player({ processorOptions: { sampleRate: 16000, playout: "adaptive" } });
  for (let second = 0; second < queued; second++) {
    const pcm = Int16Array.from({ length: 16000 }, (_, index) => 16000 * Math.sin(index / 6));
    player.port.onmessage({ data: { type: "enqueue", pcm, turnId: "a", deltaId: `${second}` } });
  }
  const output = [[new Float32Array(128)]];
  const microseconds: number[] = [];
  for (let quantum = 0; quantum < warmUp + quanta; quantum++) {
    const start = process.hrtime.bigint();
    player.process([], output);
    const cost = Number(process.hrtime.bigint() - start) / 1000;
    if (quantum >= warmUp) microseconds.push(cost);
  }
  return microseconds;
}
