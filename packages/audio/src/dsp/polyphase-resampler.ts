import { designPolyphaseFilter, type FilterSpecification, greatestCommonDivisor } from "./filter";

/** Named filters. `voice`: flat to 0.9 of the lower Nyquist frequency, 110 dB from 1.1 of it on. */
export type ResamplerQuality = "voice";

export interface ResamplerOptions {
  /** Input rate in Hz, a positive integer. */
  from: number;
  /** Output rate in Hz, a positive integer. */
  to: number;
  /** Default `voice`. */
  quality?: ResamplerQuality;
}

/** A streaming sample rate converter, mono. However the stream is cut into blocks, the same samples come out. */
export interface Resampler {
  /** How many samples the next `process` writes for `inputLength` samples. */
  outputLength(inputLength: number): number;
  /**
   * Converts the first `inputLength` samples of `input` (default: all), writes to the start of `output` and returns how
   * many were written. Allocates nothing. Throws `RangeError` where `output` is shorter than `outputLength` says.
   */
  process(input: Float32Array, output: Float32Array, inputLength?: number): number;
  /** The most samples that `flush` writes. */
  readonly flushLength: number;
  /** Writes what the filter still holds, as if silence followed, returns how many samples that is, and resets. */
  flush(output: Float32Array): number;
  /** Forgets the stream so far. */
  reset(): void;
  /** Group delay in seconds: an output sample stands for the moment this long before the newest input it was made of. */
  readonly delay: number;
}

const specifications: Record<ResamplerQuality, FilterSpecification> = { voice: { attenuation: 110.4, pass: 0.9 } };
const blockLength = 512;

/**
 * Makes a rational polyphase resampler with a Kaiser-windowed sinc (Crochiere and Rabiner 1983).
 * Equal rates pass through without delay. Throws `RangeError` where a rate is no positive integer.
 */
export function createResampler({ from, to, quality = "voice" }: ResamplerOptions): Resampler {
  checkRate("from", from);
  checkRate("to", to);
  if (from === to) return createPassThrough();

  const divisor = greatestCommonDivisor(from, to);
  const up = to / divisor;
  const down = from / divisor;
  const { taps, delay, coefficients } = designPolyphaseFilter(from, to, specifications[quality]);
  const wholeStep = Math.floor(down / up);
  const phaseStep = down % up;

  // All tables are Float32Array: a second kind of typed array makes the inner loop polymorphic and a quarter slower.
  const history = new Float32Array(taps + blockLength);
  const silence = new Float32Array(delay);
  // The next output ends at history[position], between it and its successor by phase / up.
  let filled = 0;
  let position = 0;
  let phase = 0;

  function reset(): void {
    history.fill(0);
    filled = taps - 1;
    position = taps - 1;
    phase = 0;
  }

  function outputLength(inputLength: number): number {
    return Math.max(0, Math.ceil(((filled + inputLength - position) * up - phase) / down));
  }

  function append(input: Float32Array, from: number, count: number): void {
    if (filled + count > history.length) {
      const oldest = position - taps + 1;
      history.copyWithin(0, oldest, filled);
      filled -= oldest;
      position -= oldest;
    }
    for (let index = 0; index < count; index++) history[filled + index] = input[from + index] as number;
    filled += count;
  }

  function drain(output: Float32Array, start: number): number {
    let written = start;
    while (position < filled) {
      output[written++] = convolve(history, position - taps + 1, coefficients, phase * taps, taps);
      position += wholeStep;
      phase += phaseStep;
      if (phase >= up) {
        phase -= up;
        position++;
      }
    }
    return written;
  }

  function process(input: Float32Array, output: Float32Array, inputLength = input.length): number {
    const needed = outputLength(inputLength);
    if (output.length < needed) {
      throw new RangeError(
        `The output holds ${output.length} samples, ${needed} are needed: ask outputLength() first.`,
      );
    }
    let written = 0;
    for (let start = 0; start < inputLength; start += blockLength) {
      append(input, start, Math.min(blockLength, inputLength - start));
      written = drain(output, written);
    }
    return written;
  }

  function flush(output: Float32Array): number {
    const written = process(silence, output);
    reset();
    return written;
  }

  reset();
  return {
    outputLength,
    process,
    flushLength: Math.ceil((delay * up) / down) + 1,
    flush,
    reset,
    delay: delay / from,
  };
}

/** Four sums side by side, always in the same order: no block boundary can change a bit of the result. */
function convolve(
  samples: Float32Array,
  samplesFrom: number,
  coefficients: Float32Array,
  coefficientsFrom: number,
  taps: number,
): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let tap = 0; tap < taps; tap += 4) {
    const sample = samplesFrom + tap;
    const coefficient = coefficientsFrom + tap;
    a += (samples[sample] as number) * (coefficients[coefficient] as number);
    b += (samples[sample + 1] as number) * (coefficients[coefficient + 1] as number);
    c += (samples[sample + 2] as number) * (coefficients[coefficient + 2] as number);
    d += (samples[sample + 3] as number) * (coefficients[coefficient + 3] as number);
  }
  return a + b + (c + d);
}

function createPassThrough(): Resampler {
  return {
    outputLength: (inputLength) => inputLength,
    process(input, output, inputLength = input.length) {
      if (output.length < inputLength) {
        throw new RangeError(`The output holds ${output.length} samples, ${inputLength} are needed.`);
      }
      for (let index = 0; index < inputLength; index++) output[index] = input[index] as number;
      return inputLength;
    },
    flushLength: 0,
    flush: () => 0,
    reset: () => {},
    delay: 0,
  };
}

function checkRate(name: string, rate: number): void {
  if (!Number.isInteger(rate) || rate <= 0) {
    throw new RangeError(`${name} must be a sample rate in Hz, a positive integer; it is ${rate}.`);
  }
}
