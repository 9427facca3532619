import { transform } from "./fourier.js";

/** How alike two recordings are, and by how much the second is late. */
export interface Correlation {
  /** -1..1; 1 is the same shape at any loudness. */
  correlation: number;
  /** Samples by which `heard` lags behind `reference`, with fractions: `heard[i + lag] ≈ reference[i]`. */
  lag: number;
}

/**
 * Finds where `reference` lies in `heard`: the highest normalised cross-correlation over all lags up to `maxLag`
 * samples either way (default: every lag at which the two touch). Where `heard` ends before the reference does, what
 * is missing counts as silence, so that half a sentence never scores as a whole one. Fractions of a sample are found by
 * interpolating the cross-correlation, which is band-limited as the sounds are. Throws on samples that are NaN or infinite.
 */
export function bestCorrelation(
  reference: ArrayLike<number>,
  heard: ArrayLike<number>,
  options: { maxLag?: number } = {},
): Correlation {
  const silent = { correlation: 0, lag: 0 };
  if (reference.length === 0 || heard.length === 0) return silent;
  const referenceEnergy = energyUpTo(reference)[reference.length] as number;
  const heardEnergy = energyUpTo(heard);
  const total = heardEnergy[heard.length] as number;
  if (!Number.isFinite(referenceEnergy + total)) throw new RangeError("There are samples that are not finite numbers.");
  if (referenceEnergy === 0 || total === 0) return silent;

  const product = crossCorrelation(reference, heard);
  const first = Math.max(1 - reference.length, -(options.maxLag ?? Infinity));
  const last = Math.min(heard.length - 1, options.maxLag ?? Infinity);
  // Rounding leaves a trace of energy in stretches of silence: a window a trillionth as loud as the whole is silent.
  const floor = total * 1e-12;
  const normalise = (value: number, lag: number) => {
    const from = Math.max(0, Math.min(heard.length, lag));
    const to = Math.max(0, Math.min(heard.length, lag + reference.length));
    const energy = (heardEnergy[to] as number) - (heardEnergy[from] as number);
    return energy <= floor ? 0 : value / Math.sqrt(energy * referenceEnergy);
  };

  let best: Correlation = { correlation: -Infinity, lag: 0 };
  for (let lag = first; lag <= last; lag++) {
    const correlation = normalise(product(lag), lag);
    if (correlation > best.correlation) best = { correlation, lag };
  }
  const whole = best.lag;
  for (let step = -15; step <= 15; step++) {
    const lag = whole + step / 16;
    const correlation = normalise(between(product, lag), whole);
    if (correlation > best.correlation) best = { correlation, lag };
  }
  return { correlation: Math.min(1, best.correlation), lag: best.lag };
}

/**
 * How much of `reference` is in `heard`, 0..1: cut into parts of `length` samples, the share of those that are found
 * somewhere with a correlation above `threshold` (default 0.95). What was heard with holes is still mostly found.
 */
export function shareHeard(
  reference: ArrayLike<number>,
  heard: ArrayLike<number>,
  length: number,
  threshold = 0.95,
): number {
  const samples = Array.from(reference);
  const starts = Array.from({ length: Math.floor(samples.length / length) }, (_, part) => part * length);
  const found = starts.filter((start) => {
    const part = samples.slice(start, start + length);
    return bestCorrelation(part, heard).correlation > threshold;
  });
  return starts.length === 0 ? 0 : found.length / starts.length;
}

/** Root mean square. */
export function rms(samples: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += (samples[i] as number) ** 2;
  return samples.length === 0 ? 0 : Math.sqrt(sum / samples.length);
}

/** Loudness over time: the RMS of each window (10 ms by default), the last one possibly shorter. */
export function envelope(samples: ArrayLike<number>, sampleRate: number, windowMs = 10): Float32Array {
  const size = Math.max(1, Math.round((sampleRate * windowMs) / 1000));
  const all = Array.from(samples);
  return Float32Array.from({ length: Math.ceil(all.length / size) }, (_, i) =>
    rms(all.slice(i * size, (i + 1) * size)),
  );
}

function energyUpTo(samples: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(samples.length + 1);
  for (let i = 0; i < samples.length; i++) sums[i + 1] = (sums[i] as number) + (samples[i] as number) ** 2;
  return sums;
}

/** Σ reference[i] · heard[i + lag] as a function of lag, computed for all lags at once. */
function crossCorrelation(reference: ArrayLike<number>, heard: ArrayLike<number>): (lag: number) => number {
  let size = 1;
  while (size < reference.length + heard.length) size *= 2;
  const a = spectrum(reference, size);
  const b = spectrum(heard, size);
  // conj(A)·B; the inverse transform is the forward one of the conjugate.
  const real = new Float64Array(size);
  const imaginary = new Float64Array(size);
  for (let k = 0; k < size; k++) {
    const [ar, ai, br, bi] = [
      a.real[k] as number,
      a.imaginary[k] as number,
      b.real[k] as number,
      b.imaginary[k] as number,
    ];
    real[k] = ar * br + ai * bi;
    imaginary[k] = -(ar * bi - ai * br);
  }
  transform(real, imaginary);
  return (lag) => (real[(lag + size) % size] as number) / size;
}

function spectrum(samples: ArrayLike<number>, size: number): { real: Float64Array; imaginary: Float64Array } {
  const real = new Float64Array(size);
  const imaginary = new Float64Array(size);
  real.set(samples);
  transform(real, imaginary);
  return { real, imaginary };
}

// Hann-windowed sinc interpolation over 32 values on each side.
function between(values: (index: number) => number, position: number): number {
  const reach = 32;
  let sum = 0;
  for (let i = Math.ceil(position - reach); i <= position + reach; i++) {
    const distance = i - position;
    const weight = distance === 0 ? 1 : Math.sin(Math.PI * distance) / (Math.PI * distance);
    sum += values(i) * weight * (0.5 + 0.5 * Math.cos((Math.PI * distance) / reach));
  }
  return sum;
}
