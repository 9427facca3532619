import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import loadFvad from "@echogarden/fvad-wasm";
import { floatToPcm16 } from "@layercode/audio";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { readSilero, sileroModel } from "../../../../packages/audio/build/silero.js";
import { createEnergyVad } from "../../../../packages/audio/src/vad/energy.js";
import { createSilero } from "../../../../packages/audio/src/vad/silero/silero.js";
import { createMemory, unpackWeights } from "../../../../packages/audio/src/vad/silero/weights.js";

/** A detector, as it is measured. */
export interface Contender {
  name: string;
  frameLength: number;
  /** Begins a recording. What it returns gives the probability of a frame. */
  start(): Promise<(frame: Float32Array) => number | Promise<number>>;
}

// The insides of our package, which it does not export: the bench measures them beside the model's own runtime.
const file = await readFile(new URL(import.meta.resolve("@layercode/audio/silero-v6.bin")));
const learned = await readSilero();

export const contenders: readonly Contender[] = [
  {
    name: "ours, float32",
    frameLength: 512,
    async start() {
      const memory = createMemory();
      memory.set(learned);
      return ours(memory);
    },
  },
  {
    name: "ours, int8 (what ships)",
    frameLength: 512,
    async start() {
      const memory = unpackWeights(Uint8Array.from(file).buffer);
      return ours(memory);
    },
  },
  { name: "onnxruntime-node", frameLength: 512, start: startRuntime },
  { name: "@echogarden/fvad-wasm, mode 2", frameLength: 320, start: startFvad },
  {
    name: "energy tier",
    frameLength: 256,
    async start() {
      const vad = createEnergyVad();
      return (frame) => vad.process(frame);
    },
  },
];

function ours(memory: Float32Array): (frame: Float32Array) => number {
  const silero = createSilero(memory);
  return (frame) => {
    silero.push(frame, frame.length);
    silero.run(Infinity);
    return silero.probability;
  };
}

async function startRuntime(): Promise<(frame: Float32Array) => Promise<number>> {
  const session = await InferenceSession.create(fileURLToPath(sileroModel), { intraOpNumThreads: 1 });
  const sr = new Tensor("int64", [16000n], []);
  const window = new Float32Array(576);
  let state: Tensor = new Tensor("float32", new Float32Array(256), [2, 1, 128]);
  return async (frame) => {
    window.copyWithin(0, 512);
    window.set(frame, 64);
    const { output, stateN } = await session.run({ input: new Tensor("float32", window.slice(), [1, 576]), state, sr });
    state = stateN as Tensor;
    return Number(output?.data[0]);
  };
}

async function startFvad(): Promise<(frame: Float32Array) => number> {
  const fvad = await loadFvad();
  const detector = fvad._fvad_new();
  fvad._fvad_set_mode(detector, 2);
  fvad._fvad_set_sample_rate(detector, 16000);
  const samples = fvad._malloc(640);
  return (frame) => {
    floatToPcm16(frame, fvad.HEAP16.subarray(samples / 2, samples / 2 + frame.length));
    return fvad._fvad_process(detector, samples, frame.length);
  };
}
