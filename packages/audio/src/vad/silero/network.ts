import {
  bins,
  columnLength,
  contextLength,
  cosines,
  frameLength,
  hann,
  hidden,
  hop,
  outputWeights,
  sines,
  stateAt,
} from "./layout.js";
import { operation } from "./plan.js";

// Silero v6 (https://github.com/snakers4/silero-vad, MIT), its branch for 16 kHz: a spectrum of four columns, four
// convolutions, an LSTM. Each function runs one step of a plan on the one memory of the network.

/** Runs the step of a plan that begins at `at`, for the window that begins at sample `start` of the ring. */
export function runStep(memory: Float32Array, steps: Int32Array, at: number, ring: Float32Array, start: number): void {
  const a = steps[at + 3] as number;
  const b = steps[at + 4] as number;
  const c = steps[at + 5] as number;
  switch (steps[at] as number) {
    case operation.multiply:
      return multiply(memory, a, b, c, steps[at + 6] as number, steps[at + 7] as number);
    case operation.transform:
      return transform(memory, a, b, c, ring, start);
    case operation.finish:
      return finish(memory, a, b, c);
    case operation.rectify:
      for (let index = a; index < a + b; index++) if ((memory[index] as number) < 0) memory[index] = 0;
      return;
    default:
      memory.copyWithin(b, a, a + c);
  }
}

/**
 * Adds the product of a matrix and a vector: four rows at a time, whose weights stand side by side, and two columns, which
 * takes a sixth less time than one; four take more.
 */
function multiply(memory: Float32Array, weights: number, rows: number, width: number, from: number, to: number): void {
  let weight = weights;
  for (let row = to; row < to + rows; row += 4) {
    let a = memory[row] as number;
    let b = memory[row + 1] as number;
    let c = memory[row + 2] as number;
    let d = memory[row + 3] as number;
    let column = from;
    for (const last = from + width - 1; column < last; column += 2) {
      const value = memory[column] as number;
      const next = memory[column + 1] as number;
      a += value * (memory[weight] as number) + next * (memory[weight + 4] as number);
      b += value * (memory[weight + 1] as number) + next * (memory[weight + 5] as number);
      c += value * (memory[weight + 2] as number) + next * (memory[weight + 6] as number);
      d += value * (memory[weight + 3] as number) + next * (memory[weight + 7] as number);
      weight += 8;
    }
    // A spectrum has an odd number of bins.
    if (column < from + width) {
      const value = memory[column] as number;
      a += value * (memory[weight] as number);
      b += value * (memory[weight + 1] as number);
      c += value * (memory[weight + 2] as number);
      d += value * (memory[weight + 3] as number);
      weight += 4;
    }
    memory[row] = a;
    memory[row + 1] = b;
    memory[row + 2] = c;
    memory[row + 3] = d;
  }
}

/** The last sample of a window: what lies behind it is mirrored. */
const last = contextLength + frameLength - 1;

/**
 * The magnitudes of a column: 256 real samples as 128 complex ones, a fast Fourier transform (radix 2, in place) at `at`,
 * and the spectrum of the real ones taken out of it.
 */
function transform(
  memory: Float32Array,
  column: number,
  at: number,
  to: number,
  ring: Float32Array,
  start: number,
): void {
  const mask = ring.length - 1;
  for (let index = 0; index < columnLength; index++) {
    const position = column * hop + index;
    const mirrored = position > last ? 2 * last - position : position;
    const sample = ring[(start - contextLength + mirrored) & mask] as number;
    // The seven bits of the place of a pair, reversed.
    let reversed = 0;
    for (let bit = 0, rest = index >> 1; bit < 7; bit++, rest >>= 1) reversed = (reversed << 1) | (rest & 1);
    memory[at + 2 * reversed + (index & 1)] = sample * (memory[hann + index] as number);
  }
  for (let size = 1; size < hop; size *= 2) {
    for (let step = 0; step < size; step++) {
      const cosine = memory[cosines + (step * hop) / size] as number;
      const sine = memory[sines + (step * hop) / size] as number;
      for (let pair = at + 2 * step; pair < at + columnLength; pair += 4 * size) {
        const other = pair + 2 * size;
        const real = (memory[other] as number) * cosine + (memory[other + 1] as number) * sine;
        const imaginary = (memory[other + 1] as number) * cosine - (memory[other] as number) * sine;
        memory[other] = (memory[pair] as number) - real;
        memory[other + 1] = (memory[pair + 1] as number) - imaginary;
        memory[pair] = (memory[pair] as number) + real;
        memory[pair + 1] = (memory[pair + 1] as number) + imaginary;
      }
    }
  }
  for (let bin = 0; bin < bins; bin++) {
    const low = at + 2 * (bin % hop);
    const high = at + 2 * ((hop - bin) % hop);
    const even = ((memory[low] as number) + (memory[high] as number)) / 2;
    const evenImaginary = ((memory[low + 1] as number) - (memory[high + 1] as number)) / 2;
    const odd = ((memory[low + 1] as number) + (memory[high + 1] as number)) / 2;
    const oddImaginary = ((memory[high] as number) - (memory[low] as number)) / 2;
    const cosine = bin === hop ? -1 : (memory[cosines + bin] as number);
    const sine = memory[sines + bin] as number;
    const real = even + odd * cosine + oddImaginary * sine;
    const imaginary = evenImaginary + oddImaginary * cosine - odd * sine;
    memory[to + bin] = Math.sqrt(real * real + imaginary * imaginary);
  }
}

/** The cell of the LSTM, from the sums of its gates (input, forget, cell, output), then the output of the network. */
function finish(memory: Float32Array, gates: number, state: number, output: number): void {
  let sum = memory[outputWeights + hidden] as number;
  let check = 0;
  for (let unit = 0; unit < hidden; unit++) {
    const input = sigmoid(memory[gates + unit] as number);
    const forget = sigmoid(memory[gates + hidden + unit] as number);
    const cell = Math.tanh(memory[gates + 2 * hidden + unit] as number);
    const open = sigmoid(memory[gates + 3 * hidden + unit] as number);
    const next = forget * (memory[stateAt + hidden + unit] as number) + input * cell;
    const value = open * Math.tanh(next);
    memory[state + hidden + unit] = next;
    memory[state + unit] = value;
    if (value > 0) sum += value * (memory[outputWeights + unit] as number);
    check += next;
  }
  memory[output] = sigmoid(sum);
  // One sample that is no number makes the state none for good, while the probability, which rectifies it, stands still at
  // a number. x - x is 0 only for finite x.
  if (check - check !== 0) {
    memory.fill(0, state, state + 2 * hidden);
    memory[output] = 0;
  }
}

function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value));
}
