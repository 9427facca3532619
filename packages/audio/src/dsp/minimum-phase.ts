// Minimum-phase low-passes: the least delay that the magnitude response allows.
import { designPrototype, type PolyphaseFilter, tapsPerStep, toPhases } from "./filter.js";
import type { Ratio } from "./ratio.js";

// The response, in samples of the lower rate, is the same for all ratios. It is designed once, with 4 points a sample,
// which is enough for its stop band, and interpolated for each ratio, which may need thousands of points a sample.
const density = 4;
/** Length of the response in samples of the lower rate: its tail beyond that is below -120 dB. */
const responseLength = 72;
/**
 * How much of the interpolation kernel's delay is kept, in points: less than one suffices, because the response begins
 * slowly.
 */
const lead = 0.75;

/**
 * The group delay equalizer: so many all-passes in series, each with this pole. They delay low frequencies more than
 * high ones.
 */
const allPasses = 4;
const pole = 0.6;

let lowLatency: Float64Array | undefined;
let capture: Float64Array | undefined;

/** Flat to 0.9 and 110 dB from 1.1 on, as the voice filter, in minimum phase. */
export function designLowLatency(ratio: Ratio): PolyphaseFilter {
  lowLatency ??= toMinimumPhase(designLevels());
  return interpolate(lowLatency, ratio);
}

/**
 * The same magnitude with a nearly even group delay at all frequencies of speech: costs half a millisecond at 8 kHz.
 */
export function designCapture(ratio: Ratio): PolyphaseFilter {
  capture ??= equalizeDelay(toMinimumPhase(designLevels()));
  return interpolate(capture, ratio);
}

/** The filter of a ratio from a response with `density` points a sample of the lower rate. */
function interpolate(response: Float64Array, ratio: Ratio): PolyphaseFilter {
  // Points of the result in a sample of the lower rate; points of the kernel between two points of the response.
  const most = Math.max(ratio.up, ratio.down);
  // The kernel passes the response unchanged up to 0.3 of its Nyquist frequency, where its stop band begins, and
  // removes the images that interpolation makes.
  const { points: kernel, delay } = designPrototype(
    { up: most, down: 1 },
    { attenuation: 133, passEdge: 0.3, stopEdge: 1.7 },
  );
  const start = Math.round((delay - lead) * most);
  const taps = Math.ceil((responseLength * most) / ratio.up / tapsPerStep) * tapsPerStep;
  const points = new Float64Array(taps * ratio.up);
  let sum = 0;
  let moment = 0;
  for (let index = 0; index < points.length; index++) {
    const place = start + index * density;
    let point = 0;
    for (let n = Math.floor(place / most), at = place % most; n >= 0 && at < kernel.length; n--, at += most) {
      point += (response[n] as number) * (kernel[at] as number);
    }
    points[index] = point;
    sum += point;
    moment += point * index;
  }
  return toPhases({ points, delay: moment / sum / ratio.up }, ratio);
}

/** The group delay equalizer: filters a response by first-order all-passes, which leave its magnitude as it is. */
function equalizeDelay(response: Float64Array): Float64Array {
  for (let section = 0; section < allPasses; section++) {
    let before = 0;
    let passed = 0;
    for (let n = 0; n < response.length; n++) {
      const point = response[n] as number;
      passed = before + pole * (passed - point);
      response[n] = passed;
      before = point;
    }
  }
  return response;
}

/** Natural logarithms of the wanted magnitude response, at even steps from 0 to the highest frequency. */
function designLevels(): Float64Array {
  const { points, delay } = designPrototype(
    { up: density, down: 1 },
    { attenuation: 113, passEdge: 0.9, stopEdge: 1.1 },
  );
  // A linear-phase response is symmetric: its magnitude is a sum of cosines about the middle.
  const half = points.slice(delay * density);
  const gain = cosineSum(half, 0);
  const steps = 768;
  return new Float64Array(steps + 1).map((_, step) => {
    const turn = step / steps;
    const frequency = turn * density;
    if (frequency < 0.9) return 0;
    // In place of the designed stop band, whose zeros have no logarithm and whose depth would cost delay, the magnitude
    // falls from -113 dB by 24 dB an octave, so that the response begins slowly.
    return Math.log(frequency < 1.1 ? Math.abs(cosineSum(half, turn) / gain) : 10 ** -5.5 / frequency ** 4);
  });
}

/**
 * The minimum-phase response, of any gain, for logarithms of a magnitude response at even steps from 0 to the highest
 * frequency; it has half as many points. The cepstrum is made causal (Oppenheim and Schafer, Discrete-Time Signal
 * Processing, homomorphic systems).
 */
export function toMinimumPhase(levels: Float64Array): Float64Array {
  const steps = levels.length - 1;
  const response = new Float64Array(steps / 2);
  // Each point of the cepstrum times its index.
  const cepstrum = response.map((_, n) => (2 * n * cosineSum(levels, n / steps)) / steps);
  response[0] = 1;
  for (let n = 1; n < response.length; n++) {
    let sum = 0;
    for (let k = 1; k <= n; k++) sum += (cepstrum[k] as number) * (response[n - k] as number);
    response[n] = sum / n;
  }
  return response;
}

/** The sum of `values[n]` · cos(π · n · `turn`), the first and the last value weighted by one half (Clenshaw 1955). */
function cosineSum(values: Float64Array, turn: number): number {
  const cosine = Math.cos(Math.PI * turn);
  let n = values.length - 1;
  let sum = (values[n] as number) / 2;
  let before = 0;
  while (--n > 0) {
    const next = (values[n] as number) + 2 * cosine * sum - before;
    before = sum;
    sum = next;
  }
  return (values[0] as number) / 2 + cosine * sum - before;
}
