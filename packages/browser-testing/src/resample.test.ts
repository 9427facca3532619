import { expect, test } from "vitest";
import { rms } from "./correlation.js";
import { resample } from "./resample.js";

const sine = (hz: number, rate: number, seconds: number) =>
  Float32Array.from({ length: rate * seconds }, (_, i) => Math.sin((2 * Math.PI * hz * i) / rate));

// The ends of a recording are cut off a sound that went on: the middle is what counts.
const middle = (samples: Float32Array) => samples.subarray(samples.length / 4, (samples.length * 3) / 4);

test.each([
  [16_000, 44_100],
  [44_100, 8000],
  [48_000, 16_000],
  [16_000, 48_000],
])("a tone is the same tone from %i to %i Hz", (from, to) => {
  const heard = resample(sine(1000, from, 1), from, to);
  const expected = sine(1000, to, 1);
  expect(heard.length).toBe(expected.length);
  const error = middle(heard.map((sample, i) => sample - (expected[i] ?? 0)));
  expect(rms(error)).toBeLessThan(1e-4);
});

test("a tone above what the new rate can carry is gone", () => {
  expect(rms(middle(resample(sine(5000, 44_100, 1), 44_100, 8000)))).toBeLessThan(1e-4);
});

test("the same rate gives the same samples", () => {
  const samples = sine(440, 8000, 0.1);
  expect(resample(samples, 8000, 8000)).toEqual(samples);
});
