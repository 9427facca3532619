import { decibels } from "../measure/sine.js";

const cutoff = 2000;
const windowSeconds = 0.01;

/** The peak of what is above 2 kHz within 20 ms around the end of a tone, in dB relative to the tone's amplitude. */
export function clickLevel(samples: Float32Array, sampleRate: number, end: number, amplitude: number): number {
  const filter = highPass(sampleRate);
  const half = filter.length >> 1;
  const around = Math.round(sampleRate * 0.02);
  let peak = 0;
  for (let at = end - around; at < end + around; at++) {
    let sum = 0;
    for (let k = 0; k < filter.length; k++) sum += (filter[k] ?? 0) * (samples[at + k - half] ?? 0);
    peak = Math.max(peak, Math.abs(sum));
  }
  return decibels(peak / amplitude);
}

/** How long a tone is heard, in windows of 10 ms, and from when on. */
export function toneMs(
  samples: Float32Array,
  sampleRate: number,
  frequency: number,
  threshold: number,
): { ms: number; startMs: number | null } {
  const length = Math.round(windowSeconds * sampleRate);
  const omega = (2 * Math.PI * frequency) / sampleRate;
  let heard = 0;
  let start: number | null = null;
  for (let at = 0; at + length <= samples.length; at += length) {
    let [real, imaginary] = [0, 0];
    for (let k = 0; k < length; k++) {
      real += (samples[at + k] ?? 0) * Math.cos(omega * k);
      imaginary += (samples[at + k] ?? 0) * Math.sin(omega * k);
    }
    if ((2 * Math.hypot(real, imaginary)) / length < threshold) continue;
    heard++;
    start ??= at;
  }
  return { ms: heard * windowSeconds * 1000, startMs: start === null ? null : (start * 1000) / sampleRate };
}

// Blackman-windowed sinc, 10 ms long: 75 dB down at the tone, and more below.
function highPass(sampleRate: number): Float64Array {
  const length = (Math.round(sampleRate * 0.01) | 1) as number;
  const half = length >> 1;
  const band = (2 * cutoff) / sampleRate;
  return Float64Array.from({ length }, (_, index) => {
    const k = index - half;
    const low = k === 0 ? band : Math.sin(Math.PI * band * k) / (Math.PI * k);
    const window = 0.42 + 0.5 * Math.cos((Math.PI * k) / (half + 1)) + 0.08 * Math.cos((2 * Math.PI * k) / (half + 1));
    return ((k === 0 ? 1 : 0) - low) * window;
  });
}
