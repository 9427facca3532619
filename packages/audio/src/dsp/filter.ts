// Kaiser-windowed sinc low-pass, cut into the phases of a rational resampler.

/** What a resampling filter has to reach. */
export interface FilterSpecification {
  /** Stop-band attenuation in dB, above 50. */
  attenuation: number;
  /** Pass edge as a fraction of the lower rate's Nyquist frequency. The stop edge is its mirror image about Nyquist. */
  pass: number;
}

/** A low-pass in polyphase form: `phases` rows of `taps` coefficients, each row oldest sample first. */
export interface PolyphaseFilter {
  phases: number;
  /** Coefficients a phase; a multiple of 4, so that the inner loop can be unrolled. */
  taps: number;
  /** Group delay in input samples. */
  delay: number;
  coefficients: Float32Array;
}

const tapsPerStep = 4;
// Kaiser's formula for the length is an estimate; measured at the stop edge it falls short by up to 2 dB without this.
const lengthMargin = 0.8;
// 32 MB of coefficients. Every pair of rates that devices have needs a hundredth of it.
const mostCoefficients = 1 << 23;

/** Designs the filter that turns `from` Hz into `to` Hz; both are positive integers. Throws `RangeError` where the ratio is too odd. */
export function designPolyphaseFilter(from: number, to: number, specification: FilterSpecification): PolyphaseFilter {
  const phases = to / greatestCommonDivisor(from, to);
  const lower = Math.min(from, to);
  const transition = (1 - specification.pass) * lower;
  const delay = Math.round(kaiserDelay(specification.attenuation + lengthMargin, transition) * from);
  const taps = Math.ceil((2 * delay) / tapsPerStep) * tapsPerStep;
  if (phases * taps > mostCoefficients) {
    throw new RangeError(`Cannot resample ${from} Hz to ${to} Hz: the ratio is too odd. Use a common sample rate.`);
  }

  const beta = kaiserBeta(specification.attenuation);
  const cutoff = lower / from;
  const row = new Float64Array(taps);
  const coefficients = new Float32Array(phases * taps);
  for (let phase = 0; phase < phases; phase++) {
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) {
      // Distance of this input sample from the moment that the output stands for, in input samples.
      const distance = taps - 1 - tap + phase / phases - delay;
      const value = cutoff * sinc(cutoff * distance) * kaiser(distance / delay, beta);
      row[tap] = value;
      sum += value;
    }
    // Unit gain at 0 Hz in every phase: otherwise a constant comes out with a ripple at the rate of the phases.
    for (let tap = 0; tap < taps; tap++) coefficients[phase * taps + tap] = (row[tap] ?? 0) / sum;
  }
  return { phases, taps, delay, coefficients };
}

/** Greatest common divisor of two positive integers. */
export function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** Half the length in seconds of a Kaiser filter of `attenuation` dB over a transition of `width` Hz (Kaiser 1974). */
function kaiserDelay(attenuation: number, width: number): number {
  return (attenuation - 7.95) / (28.72 * width);
}

/** Kaiser's shape parameter for more than 50 dB (Kaiser 1974). */
export function kaiserBeta(attenuation: number): number {
  return 0.1102 * (attenuation - 8.7);
}

/** The Kaiser window at `x` in -1..1; 0 outside. */
function kaiser(x: number, beta: number): number {
  const inside = 1 - x * x;
  return inside < 0 ? 0 : besselI0(beta * Math.sqrt(inside)) / besselI0(beta);
}

/** Modified Bessel function of the first kind, order 0, by its power series. */
export function besselI0(x: number): number {
  const quarter = (x * x) / 4;
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= quarter / (k * k);
    sum += term;
  }
  return sum;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}
