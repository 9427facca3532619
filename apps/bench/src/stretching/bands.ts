/** Rate of what is compared, in Hz: that of STOI. */
export const rate = 10000;
const frameLength = 256;
/** From one frame to the next, in samples: 12.8 ms. */
const hop = frameLength / 2;
const size = 512;
const bandCount = 15;
const lowestHz = 150;

/** The magnitudes of a signal in 15 third-octave bands from 150 Hz up, of each frame of 25.6 ms. */
export function bandsOf(samples: Float32Array): Float64Array[] {
  const frames: Float64Array[] = [];
  for (let at = 0; at + frameLength <= samples.length; at += hop) frames.push(bandsOfFrame(samples, at));
  return frames;
}

const hann = Float64Array.from(
  { length: frameLength },
  (_, index) => Math.sin((Math.PI * (index + 1)) / (frameLength + 1)) ** 2,
);
/** The first bin of each band, and behind the last one. */
const edges = Array.from({ length: bandCount + 1 }, (_, band) =>
  Math.round((lowestHz * 2 ** ((band - 0.5) / 3) * size) / rate),
);

function bandsOfFrame(samples: Float32Array, at: number): Float64Array {
  const real = new Float64Array(size);
  const imaginary = new Float64Array(size);
  for (let index = 0; index < frameLength; index++) {
    real[index] = (samples[at + index] as number) * (hann[index] as number);
  }
  transform(real, imaginary);
  return Float64Array.from({ length: bandCount }, (_, band) => {
    let power = 0;
    for (let bin = edges[band] as number; bin < (edges[band + 1] as number); bin++) {
      power += (real[bin] as number) ** 2 + (imaginary[bin] as number) ** 2;
    }
    return Math.sqrt(power);
  });
}

/** The discrete Fourier transform in place, radix 2. */
function transform(real: Float64Array, imaginary: Float64Array): void {
  const { length } = real;
  for (let index = 1, reversed = 0; index < length; index++) {
    let bit = length >> 1;
    for (; reversed & bit; bit >>= 1) reversed ^= bit;
    reversed ^= bit;
    if (index < reversed) {
      [real[index], real[reversed]] = [real[reversed] as number, real[index] as number];
      [imaginary[index], imaginary[reversed]] = [imaginary[reversed] as number, imaginary[index] as number];
    }
  }
  for (let half = 1; half < length; half *= 2) {
    for (let from = 0; from < length; from += 2 * half) {
      for (let index = 0; index < half; index++) {
        const angle = (-Math.PI * index) / half;
        const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
        const [low, high] = [from + index, from + index + half];
        const re = (real[high] as number) * cosine - (imaginary[high] as number) * sine;
        const im = (real[high] as number) * sine + (imaginary[high] as number) * cosine;
        [real[high], imaginary[high]] = [(real[low] as number) - re, (imaginary[low] as number) - im];
        real[low] = (real[low] as number) + re;
        imaginary[low] = (imaginary[low] as number) + im;
      }
    }
  }
}
