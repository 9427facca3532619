import type { PolyphaseResampler } from "../src/dsp/polyphase-resampler.js";

/** A sine that starts at 0. */
export function sine(frequency: number, sampleRate: number, length: number, amplitude = 1): Float32Array {
  return Float32Array.from(
    { length },
    (_, index) => amplitude * Math.sin((2 * Math.PI * frequency * index) / sampleRate),
  );
}

/** White noise in -1..1, the same for the same seed. */
export function noise(length: number, seed = 1): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length }, () => {
    // The constants of Numerical Recipes' quick generator.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** All that a resampler makes of a signal that comes in blocks of the given lengths, over and over. */
export function resampleAll(
  resampler: PolyphaseResampler,
  input: Float32Array,
  blocks: readonly number[] = [128],
): Float32Array {
  const output = new Float32Array(resampler.outputLength(input.length));
  let written = 0;
  for (let at = 0, turn = 0; at < input.length; turn++) {
    const block = input.subarray(at, at + (blocks[turn % blocks.length] ?? 128));
    written += resampler.process(block, output.subarray(written));
    at += block.length;
  }
  return output.subarray(0, written);
}

export function rms(samples: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < samples.length; index++) sum += samples[index]! ** 2;
  return Math.sqrt(sum / samples.length);
}

export function decibels(ratio: number): number {
  return 20 * Math.log10(ratio);
}
