// A low-pass with the least delay that its magnitude response allows.
import { designPrototype, type PolyphaseFilter, type Prototype, toPhases } from "./filter";
import type { Ratio } from "./ratio";

// The zeros of the stop band have no logarithm, and every dB of depth costs delay: what is weaker than a floor counts as
// the floor. Beyond the transition band it falls as a Butterworth filter of this order: the images of all phases add up.
const floorDecibels = -113;
const floorOrder = 4;
/** The transform is at least so many times as long as the filter: the cepstrum of a steep filter is longer than itself. */
const oversize = 4;

/** Flat to 0.9 and 110 dB from 1.1 on, as the voice filter, in minimum phase. */
export function designLowLatency(ratio: Ratio): PolyphaseFilter {
  const symmetric = designPrototype(ratio, { attenuation: 114, passEdge: 0.9, stopEdge: 1.1 });
  return toPhases(toMinimumPhase(symmetric, ratio), ratio);
}

/**
 * Gives a filter the phase that follows from its magnitude: the logarithm of the magnitude is made causal in the cepstral
 * domain (Oppenheim and Schafer, Discrete-Time Signal Processing, homomorphic systems).
 */
export function toMinimumPhase({ points }: Prototype, { up, down }: Ratio): Prototype {
  const length = 2 ** Math.ceil(Math.log2(oversize * points.length));
  const transform = createFourierTransform(length);
  const real = new Float64Array(length);
  const imaginary = new Float64Array(length);
  real.set(points);
  transform(real, imaginary);

  const gain = real[0] as number;
  const floor = 10 ** (floorDecibels / 10);
  for (let index = 0; index < length; index++) {
    const power = ((real[index] as number) / gain) ** 2 + ((imaginary[index] as number) / gain) ** 2;
    // As a fraction of the lower rate's Nyquist frequency.
    const frequency = (2 * Math.max(up, down) * Math.min(index, length - index)) / length;
    real[index] = Math.log(Math.max(power, floor / (1 + frequency ** (2 * floorOrder)))) / 2;
  }
  // The spectrum is real and even: forwards and backwards are the same.
  imaginary.fill(0);
  transform(real, imaginary);
  for (let index = 0; index < length; index++) {
    const share = index === 0 || index === length / 2 ? 1 : index < length / 2 ? 2 : 0;
    real[index] = ((real[index] as number) * share) / length;
  }
  imaginary.fill(0);
  transform(real, imaginary);
  for (let index = 0; index < length; index++) {
    const magnitude = Math.exp(real[index] as number);
    const phase = imaginary[index] as number;
    real[index] = magnitude * Math.cos(phase);
    imaginary[index] = magnitude * Math.sin(phase);
  }
  // Real and imaginary part changed over: backwards.
  transform(imaginary, real);

  const response = real.subarray(0, points.length);
  let sum = 0;
  let moment = 0;
  response.forEach((point, index) => {
    sum += point;
    moment += point * index;
  });
  return { points: response, delay: moment / sum / up };
}

/** A Fourier transform in place, of a length that is a power of two (radix 2, sorted as it goes: Stockham 1966). */
function createFourierTransform(length: number): (real: Float64Array, imaginary: Float64Array) => void {
  const half = length / 2;
  const cosines = new Float64Array(half).map((_, index) => Math.cos((Math.PI * index) / half));
  const sines = new Float64Array(half).map((_, index) => Math.sin((Math.PI * index) / half));
  const nextReal = new Float64Array(length);
  const nextImaginary = new Float64Array(length);

  return (real, imaginary) => {
    for (let size = 1, step = half; size < length; size *= 2, step /= 2) {
      for (let index = 0; index < half; index++) {
        const offset = index & (size - 1);
        const turn = offset * step;
        const cosine = cosines[turn] as number;
        const sine = sines[turn] as number;
        const x = real[index] as number;
        const y = imaginary[index] as number;
        const otherX = real[index + half] as number;
        const otherY = imaginary[index + half] as number;
        const turnedX = otherX * cosine + otherY * sine;
        const turnedY = otherY * cosine - otherX * sine;
        const target = 2 * index - offset;
        nextReal[target] = x + turnedX;
        nextImaginary[target] = y + turnedY;
        nextReal[target + size] = x - turnedX;
        nextImaginary[target + size] = y - turnedY;
      }
      real.set(nextReal);
      imaginary.set(nextImaginary);
    }
  };
}
