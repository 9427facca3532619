import { decibels, sine } from "../measure/sine.js";
import { play, repeatPackets } from "./contenders.js";
import { sampleRate } from "./tools.js";

export interface ToneResult {
  pitch: number;
  /** By how much the tone is off, in cents. */
  cents: number;
  /** What no sine of this pitch has from one sample to the next, at the most, in dB of the tone. */
  discontinuity: number;
  /** The same of packets that are played twice. */
  control: number;
}

/** A tone, stretched by 5 %. */
export function measureTone(pitch: number): ToneResult {
  const tone = sine(pitch, sampleRate, 12 * sampleRate).map((sample) => sample / 2);
  const heard = play(tone, "0.95×, 0–40 ms", "adaptive").subarray(sampleRate / 10, -sampleRate / 10);
  return {
    pitch,
    cents: 1200 * Math.log2(pitchOf(heard) / pitch),
    discontinuity: discontinuityOf(heard, pitch),
    control: discontinuityOf(repeatPackets(tone, 1.05), pitch),
  };
}

/** By the times of the first and the last rising zero. */
function pitchOf(samples: Float32Array): number {
  const rising: number[] = [];
  for (let index = 1; index < samples.length; index++) {
    const [before, after] = [samples[index - 1] as number, samples[index] as number];
    if (before < 0 && after >= 0) rising.push(index - after / (after - before));
  }
  return ((rising.length - 1) * sampleRate) / ((rising.at(-1) as number) - (rising[0] as number));
}

/** s(n+1) - 2 cos(ω) s(n) + s(n-1) is zero in a sine. */
function discontinuityOf(samples: Float32Array, pitch: number): number {
  const twice = 2 * Math.cos((2 * Math.PI * pitch) / sampleRate);
  let most = 0;
  for (let index = 1; index < samples.length - 1; index++) {
    const [before, here, after] = [
      samples[index - 1] as number,
      samples[index] as number,
      samples[index + 1] as number,
    ];
    most = Math.max(most, Math.abs(after - twice * here + before));
  }
  return decibels(most / 0.5);
}
