// A low-pass with the least delay that its magnitude response allows.
import { designPrototype, type PolyphaseFilter, tapsPerStep, toPhases } from "./filter.js";
import type { Ratio } from "./ratio.js";

// The response is the same for all ratios, in samples of the lower rate. It is designed with as many points a sample as its
// stop band needs, and interpolated for a ratio, which may want thousands.
const density = 4;
/** In samples of the lower rate. What comes later is weaker than -120 dB. */
const responseLength = 72;
/** By how many points the interpolation is heard before the response: few, for it begins slowly. */
const lead = 0.75;

/** All-passes that delay low frequencies more than high ones, one behind the other, and the pole of each. */
const allPasses = 4;
const pole = 0.6;

let lowLatency: Float64Array | undefined;
let capture: Float64Array | undefined;

/** Flat to 0.9 and 110 dB from 1.1 on, as the voice filter, in minimum phase. */
export function designLowLatency(ratio: Ratio): PolyphaseFilter {
  lowLatency ??= toMinimumPhase(designLevels());
  return interpolate(lowLatency, ratio);
}

/** The same, for half a millisecond more at 8 kHz with nearly the same delay at all frequencies that matter for speech. */
export function designCapture(ratio: Ratio): PolyphaseFilter {
  capture ??= equalizeDelay(toMinimumPhase(designLevels()));
  return interpolate(capture, ratio);
}

/** The filter of a ratio from a response with `density` points a sample of the lower rate. */
function interpolate(response: Float64Array, ratio: Ratio): PolyphaseFilter {
  // Points of the ratio in a sample of the lower rate, and of the kernel between two of the response.
  const most = Math.max(ratio.up, ratio.down);
  // It leaves the response as it is up to the stop edge, 0.3 of its own Nyquist frequency, and takes its images away.
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

/** A group delay equalizer: passes a response through all-passes of the first order, its magnitude stays. */
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

/** Natural logarithms of the magnitude of the low-pass to be, at even steps from 0 to the highest frequency. */
function designLevels(): Float64Array {
  const { points, delay } = designPrototype(
    { up: density, down: 1 },
    { attenuation: 113, passEdge: 0.9, stopEdge: 1.1 },
  );
  // It is symmetric: a sum of cosines about its middle.
  const half = points.slice(delay * density);
  const gain = cosineSum(half, 0);
  const steps = 768;
  return new Float64Array(steps + 1).map((_, step) => {
    const turn = step / steps;
    const frequency = turn * density;
    if (frequency < 0.9) return 0;
    // The zeros of the stop band have no logarithm, and every dB of depth costs delay: in its place it falls from -113 dB by
    // 24 dB an octave, so that the response begins slowly.
    return Math.log(frequency < 1.1 ? Math.abs(cosineSum(half, turn) / gain) : 10 ** -5.5 / frequency ** 4);
  });
}

/**
 * The minimum-phase response, of any gain, that has these logarithms of its magnitude, at even steps from 0 to the highest
 * frequency: half as many points. They are made causal in the cepstral domain (Oppenheim and Schafer, Discrete-Time Signal
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

/**
 * The sum of the cosines of so many times `turn` half turns, each times its value, of the first and the last one half
 * (Clenshaw 1955).
 */
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
