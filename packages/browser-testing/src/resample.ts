import { toFloat, toPcm16 } from "./pcm.js";
import type { MonoAudio } from "./wav.js";

// Zero crossings of the sinc on each side: 64 put the transition band at about 6 % of the Nyquist frequency.
const crossings = 64;

/**
 * Resamples a whole recording: each output sample is a Blackman-windowed sinc laid over the input, computed
 * directly. Slow, offline, and made without a look at the product's resampler, so that it can judge it.
 */
export function resample(samples: ArrayLike<number>, from: number, to: number): Float32Array {
  if (from === to) return Float32Array.from(samples);
  const cutoff = Math.min(1, to / from);
  const reach = crossings / cutoff;
  const output = new Float32Array(Math.round((samples.length * to) / from));
  for (let n = 0; n < output.length; n++) {
    const centre = (n * from) / to;
    const last = Math.min(samples.length - 1, Math.floor(centre + reach));
    let sum = 0;
    for (let i = Math.max(0, Math.ceil(centre - reach)); i <= last; i++) {
      const distance = i - centre;
      sum += (samples[i] ?? 0) * sinc(distance * cutoff) * blackman(distance / reach);
    }
    output[n] = sum * cutoff;
  }
  return output;
}

/** The same sound at another rate. */
export function resampleAudio(audio: MonoAudio, sampleRate: number): MonoAudio {
  if (audio.sampleRate === sampleRate) return audio;
  return { samples: toPcm16(resample(toFloat(audio.samples), audio.sampleRate, sampleRate)), sampleRate };
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

// Centred at 0, zero at -1 and 1.
function blackman(x: number): number {
  return 0.42 + 0.5 * Math.cos(Math.PI * x) + 0.08 * Math.cos(2 * Math.PI * x);
}
