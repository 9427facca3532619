import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createGain } from "./gain.js";

const length = 160;

function ones(count: number): Float32Array {
  return new Float32Array(count).fill(1);
}

describe("a gain", () => {
  test("moves along a raised cosine in its length, and stays", () => {
    const gain = createGain(length, 1);
    gain.target = 0.2;
    const samples = ones(400);
    gain.apply(samples);
    samples.forEach((sample, index) => {
      const phase = (Math.PI * Math.min(length, index + 1)) / length;
      expect(sample).toBeCloseTo(0.6 + 0.4 * Math.cos(phase), 6);
    });
  });

  test("of 1 changes no bit, and begins where it is told to", () => {
    const samples = ones(3);
    createGain(length, 1).apply(samples);
    expect([...samples]).toEqual([1, 1, 1]);
    createGain(length, 0.5).apply(samples);
    expect([...samples]).toEqual([0.5, 0.5, 0.5]);
  });

  test("finishes a move before it begins the next one", () => {
    const gain = createGain(length, 1);
    gain.target = 0;
    gain.apply(ones(length / 2));
    gain.target = 1;
    const samples = ones(2 * length);
    gain.apply(samples);
    expect(samples[length / 2 - 1]).toBe(0);
    expect(samples[(length * 3) / 2 - 1]).toBe(1);
    expect(samples.indexOf(0)).toBe(length / 2 - 1);
  });
});

test("whatever it is told and however the stream is cut, it never steps, and ends where it was told last", () => {
  const step = fc.record({
    target: fc.double({ min: 0, max: 1, noNaN: true }),
    samples: fc.integer({ min: 0, max: 500 }),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 20 }), (steps) => {
      const gain = createGain(length, 1);
      let last = 1;
      const check = (samples: Float32Array) => {
        gain.apply(samples);
        for (const sample of samples) {
          expect(Math.abs(sample - last)).toBeLessThan(Math.PI / 2 / length + 1e-6);
          last = sample;
        }
      };
      for (const { target, samples } of steps) {
        gain.target = target;
        check(ones(samples));
      }
      check(ones(2 * length));
      expect(last).toBeCloseTo(steps.at(-1)!.target, 6);
    }),
  );
});
