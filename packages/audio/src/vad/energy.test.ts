import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { noise, sine } from "../../test/signals.js";
import { sounds } from "../../test/voices.js";
import { createEnergyVad, energyFrameLength } from "./energy.js";

const rate = 16000;

/** The probability of each frame of a sound. */
function listen(samples: Float32Array, vad = createEnergyVad()): number[] {
  const probabilities: number[] = [];
  for (let at = 0; at + energyFrameLength <= samples.length; at += energyFrameLength) {
    probabilities.push(vad.process(samples.subarray(at, at + energyFrameLength)));
  }
  return probabilities;
}

const scaled = (samples: Float32Array, gain: number) => samples.map((sample) => sample * gain);
const voice = (seconds: number, gain = 1) => scaled(sounds["a voice of 160 Hz"]!(rate, rate * seconds), gain);
const joined = (...parts: Float32Array[]) => Float32Array.from(parts.flatMap((part) => [...part]));
const most = (probabilities: number[]) => Math.max(...probabilities);
const least = (probabilities: number[]) => Math.min(...probabilities);

describe("the first frames", () => {
  test("a voice counts at once, even as the first sound there is", () => {
    expect(least(listen(voice(0.2)))).toBeGreaterThan(0.9);
  });

  test.each([0, 1e-4, 3e-3, 0.02])("noise of %d does not", (gain) => {
    expect(most(listen(scaled(noise(rate), gain)))).toBeLessThan(0.2);
  });

  test("exact zeros before the microphone works do not make its noise speech", () => {
    expect(most(listen(joined(new Float32Array(rate), scaled(noise(rate), 0.01))))).toBeLessThan(0.2);
  });
});

test("a voice stands out of noise 15 dB below it, with its first whole frame, and is gone with its last", () => {
  const silence = scaled(noise(rate), 0.01);
  const spoken = joined(silence, voice(0.512), silence).map(
    (sample, index) => sample + (silence[index % rate] as number),
  );
  const probabilities = listen(spoken);
  const first = Math.ceil(rate / energyFrameLength);
  const last = Math.floor((rate * 1.512) / energyFrameLength);
  expect(most(probabilities.slice(0, first - 1))).toBeLessThan(0.2);
  expect(least(probabilities.slice(first, last))).toBeGreaterThan(0.5);
  expect(most(probabilities.slice(last + 1))).toBeLessThan(0.2);
});

test.each([0.03, 0.1, 0.5])("noise that becomes louder, %d, counts for 1.5 s at most", (gain) => {
  const probabilities = listen(joined(scaled(noise(rate), 0.001), scaled(noise(3 * rate), gain)));
  const louder = rate / energyFrameLength;
  expect(probabilities[Math.ceil(louder)]).toBeGreaterThan(0.5);
  expect(most(probabilities.slice(Math.ceil(louder + (1.6 * rate) / energyFrameLength)))).toBeLessThan(0.2);
});

test("rumble and an offset are no speech", () => {
  expect(most(listen(scaled(sine(20, rate, rate), 0.03)))).toBeLessThan(0.2);
  expect(most(listen(new Float32Array(rate).fill(0.5)).slice(1))).toBeLessThan(0.2);
});

test("whatever comes in, a probability comes out, and what was not finite is forgotten with its frame", () => {
  const sample = fc.oneof(fc.double({ min: -1, max: 1 }), fc.constantFrom(NaN, Infinity, 1e30));
  fc.assert(
    fc.property(fc.array(sample, { minLength: energyFrameLength, maxLength: energyFrameLength }), (samples) => {
      const vad = createEnergyVad();
      const probability = vad.process(Float32Array.from(samples));
      expect(probability).toBeGreaterThanOrEqual(0);
      expect(probability).toBeLessThanOrEqual(1);
      expect(least(listen(voice(0.2), vad).slice(1))).toBeGreaterThan(0.9);
    }),
    { numRuns: 50 },
  );
});

test("reset() forgets the noise", () => {
  const vad = createEnergyVad();
  listen(scaled(noise(rate), 1e-3), vad);
  const quiet = voice(0.2, 0.1);
  expect(listen(quiet, vad)[1]).toBeGreaterThan(0.9);
  vad.reset();
  expect(listen(quiet, vad)[1]).toBeLessThan(0.5);
});
