import { expect, test } from "vitest";
import { clickLevel, toneMs } from "./tone-measures.js";

const rate = 48_000;
const tone = (frequency: number, length: number) =>
  Float32Array.from({ length }, (_, index) => 0.5 * Math.cos((2 * Math.PI * frequency * index) / rate));

/** A tone of 440 Hz that ends at sample 4800, faded over the last `fade` samples along a raised cosine. */
function cut(fade: number): Float32Array {
  const samples = new Float32Array(9600);
  const whole = tone(440, 4800);
  samples.set(
    whole.map((sample, i) =>
      i < 4800 - fade ? sample : sample * (0.5 + 0.5 * Math.cos((Math.PI * (i - 4800 + fade)) / fade)),
    ),
  );
  return samples;
}

test("a hard cut clicks, a fade of 5 ms does not", () => {
  expect(clickLevel(cut(0), rate, 4800, 0.5)).toBeGreaterThan(-10);
  const faded = clickLevel(cut(240), rate, 4800, 0.5);
  expect(faded).toBeLessThan(-70);
  expect(faded).toBeGreaterThan(-80);
  // What the filter itself leaves of a tone that goes on.
  expect(clickLevel(tone(440, 9600), rate, 4800, 0.5)).toBeLessThan(-75);
});

test("a tone is heard for as long as it lasts, and another one is not", () => {
  const samples = new Float32Array(rate);
  samples.set(tone(1500, 0.3 * rate), 0.1 * rate);
  expect(toneMs(samples, rate, 1500, 0.25)).toEqual({ ms: 300, startMs: 100 });
  expect(toneMs(samples, rate, 440, 0.25)).toEqual({ ms: 0, startMs: null });
});
