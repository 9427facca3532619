/**
 * The same filter by the textbook, for comparison: put zeros between the samples up to the common rate, convolve with
 * the whole prototype in double precision, keep every n-th. The Bessel function comes from its integral, not its series.
 */
export function referenceResample(
  input: ArrayLike<number>,
  { up, down, halfLength, cutoff, beta }: ReferenceFilter,
): Float64Array {
  const half = halfLength * up;
  const prototype = Float64Array.from({ length: 2 * half + 1 }, (_, index) => {
    const t = (index - half) / up;
    const argument = Math.PI * cutoff * t;
    const ideal = t === 0 ? cutoff : (cutoff * Math.sin(argument)) / argument;
    return (ideal * bessel(beta * Math.sqrt(Math.max(0, 1 - (t / halfLength) ** 2)))) / bessel(beta);
  });
  const gains = Float64Array.from({ length: up }, (_, phase) => {
    let sum = 0;
    for (let index = phase; index < 2 * half; index += up) sum += prototype[index]!;
    return sum;
  });
  const length = Math.ceil((input.length * up) / down);
  return Float64Array.from({ length }, (_, n) => {
    const at = n * down;
    let sum = 0;
    for (let index = at % up; index < 2 * half; index += up) {
      const sample = (at - index) / up;
      if (sample >= 0 && sample < input.length) sum += prototype[index]! * input[sample]!;
    }
    return sum / gains[at % up]!;
  });
}

export interface ReferenceFilter {
  up: number;
  down: number;
  /** In input samples. */
  halfLength: number;
  /** Fraction of the input's Nyquist frequency. */
  cutoff: number;
  beta: number;
}

/** Modified Bessel function of order 0: the mean of exp(x cos θ), by the trapezoidal rule. */
export function bessel(x: number): number {
  const steps = 64;
  let sum = (Math.exp(x) + Math.exp(-x)) / 2;
  for (let step = 1; step < steps; step++) sum += Math.exp(x * Math.cos((Math.PI * step) / steps));
  return sum / steps;
}
