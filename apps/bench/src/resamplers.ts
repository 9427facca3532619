import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import SpeexResampler from "@echogarden/speex-resampler-wasm/simd";
import { createResampler, type ResamplerQuality } from "@layercode/audio";
import { bundleSize } from "./measure/bundle-size.js";

// Two peers are scripts that Node cannot import by name.
const require = createRequire(import.meta.url);
const { ConverterType, create } =
  require("@alexanderolsen/libsamplerate-js") as typeof import("@alexanderolsen/libsamplerate-js");
const { resample } = require("wave-resampler") as typeof import("wave-resampler");

/** A resampler under test, from one rate to another. */
export interface Candidate {
  /** Converts a block and returns what came out; the array may be used again by the next call. */
  process(block: Float32Array): ArrayLike<number>;
  close(): void;
}

export interface Contender {
  name: string;
  /** Whether it converts a stream block by block; the others see the whole signal at once. */
  streams: boolean;
  /** The factor by which it changes the pitch of a signal of that length. Default: not at all. */
  pitch?(length: number): number;
  size(): Promise<number>;
  create(from: number, to: number): Promise<Candidate>;
}

export const blockLength = 128;

function ours(quality: ResamplerQuality): Contender {
  return {
    name: `@layercode/audio ${quality}`,
    streams: true,
    size: () => bundleSize('export { createResampler } from "@layercode/audio";'),
    async create(from, to) {
      const resampler = createResampler({ from, to, quality });
      const output = new Float32Array(Math.ceil((blockLength * to) / from) + 1);
      return {
        process: (block) => output.subarray(0, resampler.process(block, output)),
        close: () => {},
      };
    },
  };
}

function libsamplerate(quality: string, converterType: (typeof ConverterType)[keyof typeof ConverterType]): Contender {
  return {
    name: `libsamplerate-js ${quality}`,
    streams: true,
    size: () => bundleSize('export { create } from "@alexanderolsen/libsamplerate-js";'),
    async create(from, to) {
      const converter = await create(1, from, to, { converterType });
      const output = new Float32Array(Math.ceil((blockLength * to) / from) * 8 + 64);
      const written = { frames: 0 };
      return {
        process(block) {
          converter.full(block, output, written);
          return output.subarray(0, written.frames);
        },
        close: () => converter.destroy(),
      };
    },
  };
}

function speex(quality: number): Contender {
  return {
    name: `speex-resampler-wasm q${quality}`,
    streams: true,
    async size() {
      const script = require.resolve("@echogarden/speex-resampler-wasm/simd");
      const binary = await readFile(script.replace(/\.js$/, ".wasm"));
      return bundleSize('export { default } from "@echogarden/speex-resampler-wasm/simd";', [binary]);
    },
    async create(from, to) {
      const speex = await SpeexResampler();
      const error = speex._malloc(4);
      const state = speex._speex_resampler_init(1, from, to, quality, error);
      const room = Math.ceil((blockLength * to) / from) + 64;
      const [inputLength, outputLength] = [speex._malloc(4), speex._malloc(4)];
      const [input, output] = [speex._malloc(blockLength * 4), speex._malloc(room * 4)];
      return {
        process(block) {
          speex.HEAPF32.set(block, input >> 2);
          speex.HEAPU32[inputLength >> 2] = block.length;
          speex.HEAPU32[outputLength >> 2] = room;
          speex._speex_resampler_process_float(state, 0, input, inputLength, output, outputLength);
          return speex.HEAPF32.subarray(output >> 2, (output >> 2) + (speex.HEAPU32[outputLength >> 2] ?? 0));
        },
        close() {
          speex._speex_resampler_destroy(state);
          for (const address of [error, inputLength, outputLength, input, output]) speex._free(address);
        },
      };
    },
  };
}

const waveResampler: Contender = {
  name: "wave-resampler (cubic)",
  streams: false,
  // It stretches all but one sample over the whole length. Measured at its own pitch, its figures are the better.
  pitch: (length) => (length - 1) / length,
  size: () => bundleSize('export { resample } from "wave-resampler";'),
  create: async (from, to) => ({ process: (signal) => resample(signal, from, to), close: () => {} }),
};

const nearest: Contender = {
  name: "nearest sample",
  streams: false,
  size: async () => 0,
  create: async (from, to) => ({
    process: (signal) =>
      Float32Array.from(
        { length: Math.floor((signal.length * to) / from) },
        (_, index) => signal[Math.min(signal.length - 1, Math.round((index * from) / to))] ?? 0,
      ),
    close: () => {},
  }),
};

export const contenders: readonly Contender[] = [
  ours("voice"),
  ours("strict"),
  ours("low-latency"),
  libsamplerate("best", ConverterType.SRC_SINC_BEST_QUALITY),
  libsamplerate("medium", ConverterType.SRC_SINC_MEDIUM_QUALITY),
  speex(5),
  speex(7),
  speex(10),
  waveResampler,
  nearest,
];
