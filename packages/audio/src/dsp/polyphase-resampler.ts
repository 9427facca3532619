import { type FilterDesign, type PolyphaseFilter, tapsPerStep } from "./filter.js";
import { approximateRatio } from "./ratio.js";

/** A streaming sample rate converter, mono. However the stream is cut into blocks, the same samples come out. */
export interface PolyphaseResampler {
  /** How many samples the next `process` writes for `inputLength` samples. */
  outputLength(inputLength: number): number;
  /**
   * Converts the first `inputLength` samples of `input` (default: all), writes to `output`, which must be long enough, from
   * `outputStart` (default 0) on, and returns how many were written. A sample that is not finite counts as 0. Allocates
   * nothing.
   */
  process(input: Float32Array, output: Float32Array, inputLength?: number, outputStart?: number): number;
  /** Clears the filter: the next input begins a new stream. */
  reset(): void;
  /**
   * Group delay in seconds: an output sample stands for the moment this long before the newest input sample in it. Of a
   * minimum-phase filter it is the delay of low frequencies; higher ones have more.
   */
  readonly delay: number;
  /**
   * How much the pitch is too high, in parts per million: 0 for the rates that devices have, at most 220 either way.
   */
  readonly pitchError: number;
}

const blockLength = 512;

/**
 * Makes a rational polyphase resampler (Crochiere and Rabiner 1983) with a filter of the given design, from and to rates
 * in Hz, above 0 and up to 256 times each other. Equal rates pass through without delay.
 */
export function createPolyphaseResampler(from: number, to: number, design: FilterDesign): PolyphaseResampler {
  const ratio = approximateRatio(from, to);
  const { up, down, pitchError } = ratio;
  const { taps, delay, coefficients } = up === down ? passThrough() : design(ratio);
  const wholeStep = Math.floor(down / up);
  const phaseStep = down % up;

  // All tables are Float32Array: a second kind of typed array would make the inner loop polymorphic, and a quarter
  // slower.
  const history = new Float32Array(taps + blockLength);
  // The next output stands phase / up behind history[position], its newest input sample.
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

  function append(input: Float32Array, start: number, count: number): void {
    if (filled + count > history.length) {
      const oldest = position - taps + 1;
      history.copyWithin(0, oldest, filled);
      filled -= oldest;
      position -= oldest;
    }
    for (let index = 0; index < count; index++) {
      const sample = input[start + index] as number;
      // NaN and infinities count as 0: one would spoil every output for as long as it is in the history. x - x is 0
      // only for finite x.
      history[filled + index] = sample - sample === 0 ? sample : 0;
    }
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

  function process(input: Float32Array, output: Float32Array, inputLength = input.length, outputStart = 0): number {
    let end = outputStart;
    for (let start = 0; start < inputLength; start += blockLength) {
      append(input, start, Math.min(blockLength, inputLength - start));
      end = drain(output, end);
    }
    return end - outputStart;
  }

  reset();
  return { outputLength, process, reset, delay: delay / from, pitchError };
}

/**
 * Unrolled, with four sums that are always added in the same order: where blocks begin changes no bit of the result.
 */
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
  for (let tap = 0; tap < taps; tap += tapsPerStep) {
    const sample = samplesFrom + tap;
    const coefficient = coefficientsFrom + tap;
    a += (samples[sample] as number) * (coefficients[coefficient] as number);
    b += (samples[sample + 1] as number) * (coefficients[coefficient + 1] as number);
    c += (samples[sample + 2] as number) * (coefficients[coefficient + 2] as number);
    d += (samples[sample + 3] as number) * (coefficients[coefficient + 3] as number);
    a += (samples[sample + 4] as number) * (coefficients[coefficient + 4] as number);
    b += (samples[sample + 5] as number) * (coefficients[coefficient + 5] as number);
    c += (samples[sample + 6] as number) * (coefficients[coefficient + 6] as number);
    d += (samples[sample + 7] as number) * (coefficients[coefficient + 7] as number);
  }
  return a + b + (c + d);
}

function passThrough(): PolyphaseFilter {
  const coefficients = new Float32Array(tapsPerStep);
  coefficients[tapsPerStep - 1] = 1;
  return { taps: tapsPerStep, delay: 0, coefficients };
}
