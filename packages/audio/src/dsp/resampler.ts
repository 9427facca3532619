import { designStrict, designVoice, type FilterDesign } from "./filter.js";
import { designLowLatency } from "./minimum-phase.js";
import { createPolyphaseResampler, type PolyphaseResampler } from "./polyphase-resampler.js";

/**
 * Named filters, all flat to 0.9 of the lower Nyquist frequency. `voice`: 110 dB from 1.1 of it on; 4.5 ms of delay at
 * 8 kHz. `strict`: 115 dB from the Nyquist frequency on, so that there are no aliases; 9.1 ms. `low-latency`: as `voice` in
 * minimum phase; 0.36 ms at low frequencies, 0.95 ms at 3.4 kHz. At other rates the delays shrink as the lower rate grows.
 */
export type ResamplerQuality = "voice" | "strict" | "low-latency";

/** A resampler that checks its arguments, and can end a stream. */
export interface Resampler extends PolyphaseResampler {
  /**
   * Converts the first `inputLength` samples of `input` (default: all), writes to the start of `output` and returns how
   * many were written. A sample that is not finite counts as 0. Allocates nothing. Throws `RangeError` where `output` is
   * shorter than `outputLength` says.
   */
  process(input: Float32Array, output: Float32Array, inputLength?: number): number;
  /** The most samples that `flush` writes. */
  readonly flushLength: number;
  /**
   * Ends the stream as if silence followed: writes the outputs up to the last input, returns how many they are, and
   * resets.
   */
  flush(output: Float32Array): number;
}

export interface ResamplerOptions {
  /** Input rate in Hz; fractions are allowed. */
  from: number;
  /** Output rate in Hz; fractions are allowed. */
  to: number;
  /** Default `voice`. */
  quality?: ResamplerQuality | undefined;
}

const largestFactor = 256;

const designs: Record<ResamplerQuality, FilterDesign> = {
  voice: designVoice,
  strict: designStrict,
  "low-latency": designLowLatency,
};

/**
 * Makes a resampler with one of the named filters. Equal rates pass through without delay. Throws `RangeError` for an
 * invalid rate or quality, or a rate more than 256 times the other.
 */
export function createResampler({ from, to, quality = "voice" }: ResamplerOptions): Resampler {
  const design = designs[quality];
  if (design === undefined) {
    throw new RangeError(`quality must be ${Object.keys(designs).join(", ")}; it is ${quality}.`);
  }
  checkRate("from", from);
  checkRate("to", to);
  if (Math.max(from / to, to / from) > largestFactor) {
    throw new RangeError(`Cannot resample ${from} Hz to ${to} Hz: more than ${largestFactor} times the rate.`);
  }
  const resampler = createPolyphaseResampler(from, to, design);
  // The subtraction keeps a delay of a whole number of samples from being rounded up to one more.
  const silence = new Float32Array(Math.ceil(resampler.delay * from - 1e-6));

  function process(input: Float32Array, output: Float32Array, inputLength = input.length): number {
    const needed = resampler.outputLength(inputLength);
    if (output.length < needed) {
      throw new RangeError(
        `The output holds ${output.length} samples, ${needed} are needed: ask outputLength() first.`,
      );
    }
    return resampler.process(input, output, inputLength);
  }

  return {
    ...resampler,
    process,
    flushLength: Math.ceil((silence.length * to) / from) + 1,
    flush(output) {
      const written = process(silence, output);
      resampler.reset();
      return written;
    },
  };
}

function checkRate(name: string, rate: number): void {
  if (!(rate > 0 && rate < Infinity)) {
    throw new RangeError(`${name} must be a sample rate in Hz, above 0; it is ${rate}.`);
  }
}
