import { decibels } from "./signals.js";

/** Above this a click is heard beside a voice, in Hz. */
const edge = 2000;
const halfLength = 256;

/**
 * The loudest moment of what a signal has above 2 kHz, in dB relative to a tone of `amplitude`. A windowed sinc
 * (Blackman-Harris, 92 dB) of 513 taps splits it off, so what begins or ends within 256 samples of an edge of
 * `samples` is out of sight.
 */
export function click(samples: ArrayLike<number>, sampleRate: number, amplitude: number): number {
  const cutoff = (2 * edge) / sampleRate;
  const taps = Float64Array.from({ length: 2 * halfLength + 1 }, (_, index) => {
    const t = index - halfLength;
    const phase = (Math.PI * index) / halfLength;
    const window = 0.35875 - 0.48829 * Math.cos(phase) + 0.14128 * Math.cos(2 * phase) - 0.01168 * Math.cos(3 * phase);
    const low = t === 0 ? cutoff : Math.sin(Math.PI * cutoff * t) / (Math.PI * t);
    return ((t === 0 ? 1 : 0) - low) * window;
  });
  let loudest = 0;
  for (let at = halfLength; at < samples.length - halfLength; at++) {
    let sum = 0;
    for (let tap = 0; tap < taps.length; tap++)
      sum += (taps[tap] as number) * (samples[at - halfLength + tap] as number);
    loudest = Math.max(loudest, Math.abs(sum));
  }
  return decibels(loudest / amplitude);
}
