import { describe, expect, test } from "vitest";
import { bessel } from "../../test/reference-resampler.js";
import { besselI0, designDetection, designVoice } from "./filter.js";
import { approximateRatio } from "./ratio.js";

test("the Bessel function agrees with its integral", () => {
  for (const x of [0, 0.5, 1, 3, 7, 11.2, 14]) expect(besselI0(x) / bessel(x)).toBeCloseTo(1, 12);
});

describe("a polyphase filter", () => {
  const { up } = approximateRatio(44100, 8000);
  const filter = designVoice(approximateRatio(44100, 8000));

  test("has unit gain at 0 Hz in every phase", () => {
    expect(filter.coefficients.length).toBe(up * filter.taps);
    for (let phase = 0; phase < up; phase++) {
      const row = filter.coefficients.subarray(phase * filter.taps, (phase + 1) * filter.taps);
      expect(Math.abs(row.reduce((sum, value) => sum + value, -1))).toBeLessThan(1e-7);
    }
  });

  test("is symmetric: phase p read backwards is phase -p", () => {
    const at = (phase: number, tap: number) => filter.coefficients[phase * filter.taps + tap] ?? 0;
    const odd = filter.taps - 2 * filter.delay;
    for (let phase = 1; phase < up; phase++) {
      for (let tap = odd; tap < filter.taps; tap++) {
        expect(at(phase, tap)).toBeCloseTo(at(up - phase, filter.taps - 1 - tap + odd), 7);
      }
    }
  });
});

test.each([44100, 48000, 96000])(
  "the detector's filter from %i Hz is flat to 6.8 kHz and lets nothing alias",
  (rate) => {
    const ratio = approximateRatio(rate, 16000);
    const { taps, coefficients } = designDetection(ratio);
    // The response of the prototype, from its phases: `up` points an input sample.
    const magnitude = (frequency: number) => {
      let [real, imaginary] = [0, 0];
      coefficients.forEach((value, index) => {
        const place = (taps - 1 - (index % taps)) * ratio.up + Math.floor(index / taps);
        const angle = (2 * Math.PI * frequency * place) / (rate * ratio.up);
        real += (value * Math.cos(angle)) / ratio.up;
        imaginary += (value * Math.sin(angle)) / ratio.up;
      });
      return 20 * Math.log10(Math.hypot(real, imaginary));
    };
    for (const hertz of [100, 1000, 3000, 5000, 6800]) expect(Math.abs(magnitude(hertz))).toBeLessThan(0.05);
    for (const hertz of [9200, 10_000, 13_000, 16_000, 20_000]) expect(magnitude(hertz)).toBeLessThan(-58);
  },
);
