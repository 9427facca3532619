import { expect, test } from "vitest";
import { noise, sine } from "../../test/signals.js";
import { sounds, voice } from "../../test/voices.js";
import { createPitchPeriod } from "./pitch-period.js";

const rates = [3000, 8000, 11025, 16000, 24000, 44100, 48000, 96000, 192000];

test("the lag is a period of a voice from 60 to 400 Hz, or several, at any rate", () => {
  for (const sampleRate of rates) {
    for (const pitch of [60, 85, 160, 230, 400]) {
      const samples = voice(pitch, sampleRate, Math.round(sampleRate / 5));
      const { find, longest } = createPitchPeriod(sampleRate);
      const period = createPitchPeriod(sampleRate);
      const lag = period.find(samples, samples.length, longest);
      const periods = (lag * pitch) / sampleRate;
      expect(Math.abs(periods - Math.round(periods)), `${pitch} Hz at ${sampleRate}: ${lag}`).toBeLessThan(
        0.05 + (0.6 * pitch) / sampleRate,
      );
      expect(lag).toBeLessThanOrEqual(longest);
      expect(lag / sampleRate).toBeGreaterThanOrEqual(0.005);
      // 3 kHz leave too few samples of a high voice for more.
      expect(period.likeness).toBeGreaterThan(sampleRate < 8000 ? 0.7 : 0.9);
      expect(find(samples, samples.length, longest)).toBe(lag);
    }
  }
});

test("a whole number of periods of a tone is found to the sample", () => {
  for (const sampleRate of [16000, 48000]) {
    const period = createPitchPeriod(sampleRate);
    const tone = sine(250, sampleRate, sampleRate / 5);
    expect(period.find(tone, tone.length, period.longest) % (sampleRate / 250)).toBe(0);
    expect(period.likeness).toBeCloseTo(1, 6);
  }
});

test("no lag is longer than allowed, none is found where too little is allowed, and nothing else is read", () => {
  for (const sampleRate of rates) {
    const period = createPitchPeriod(sampleRate);
    for (const sound of Object.values(sounds)) {
      const samples = sound(sampleRate, Math.round(sampleRate / 10));
      for (const share of [0, 0.2, 0.3, 0.6, 1]) {
        const longest = Math.floor(period.longest * share);
        const needed = longest + period.window;
        // All before is NaN, and would spoil what is found.
        const only = new Float32Array(samples.length).fill(NaN);
        only.set(samples.subarray(samples.length - needed), samples.length - needed);
        const lag = period.find(only, only.length, longest);
        if (longest < 0.005 * sampleRate) expect(lag).toBe(0);
        else {
          expect(lag).toBeGreaterThanOrEqual(Math.ceil(0.005 * sampleRate));
          expect(lag).toBeLessThanOrEqual(longest);
          expect(Math.abs(period.likeness)).toBeLessThanOrEqual(1.000001);
        }
      }
    }
  }
});

test("silence is like silence; noise is like nothing", () => {
  const period = createPitchPeriod(16000);
  period.find(new Float32Array(800), 800, period.longest);
  expect(period.likeness).toBe(1);
  period.find(noise(800), 800, period.longest);
  expect(period.likeness).toBeLessThan(0.6);
});
