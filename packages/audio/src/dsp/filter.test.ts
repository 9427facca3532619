import { describe, expect, test } from "vitest";
import { bessel } from "../../test/reference-resampler";
import { besselI0, designPolyphaseFilter, greatestCommonDivisor } from "./filter";

test("the Bessel function agrees with its integral", () => {
  for (const x of [0, 0.5, 1, 3, 7, 11.2, 14]) expect(besselI0(x) / bessel(x)).toBeCloseTo(1, 12);
});

test("greatest common divisor", () => {
  expect(greatestCommonDivisor(44100, 8000)).toBe(100);
  expect(greatestCommonDivisor(16000, 48000)).toBe(16000);
});

describe("a polyphase filter", () => {
  const filter = designPolyphaseFilter(44100, 8000, { attenuation: 110, pass: 0.9 });

  test("has unit gain at 0 Hz in every phase", () => {
    expect(filter.phases).toBe(80);
    for (let phase = 0; phase < filter.phases; phase++) {
      const row = filter.coefficients.subarray(phase * filter.taps, (phase + 1) * filter.taps);
      expect(Math.abs(row.reduce((sum, value) => sum + value, -1))).toBeLessThan(1e-7);
    }
  });

  test("is symmetric: phase p read backwards is phase -p", () => {
    const at = (phase: number, tap: number) => filter.coefficients[phase * filter.taps + tap] ?? 0;
    const odd = filter.taps - 2 * filter.delay;
    for (let phase = 1; phase < filter.phases; phase++) {
      for (let tap = odd; tap < filter.taps; tap++) {
        expect(at(phase, tap)).toBeCloseTo(at(filter.phases - phase, filter.taps - 1 - tap + odd), 7);
      }
    }
  });
});
