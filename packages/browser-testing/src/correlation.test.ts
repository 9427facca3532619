import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bestCorrelation, envelope, rms, shareHeard } from "./correlation.js";
import { resample } from "./resample.js";

const noise = (length: number) =>
  fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: length, maxLength: length });

describe("bestCorrelation", () => {
  test("finds a sound that is delayed, cut into silence, and of another loudness", () => {
    const property = fc.property(
      noise(400),
      fc.integer({ min: 0, max: 900 }),
      fc.double({ min: 0.01, max: 10, noNaN: true }),
      (sound, delay, gain) => {
        fc.pre(rms(sound) > 0.1);
        const heard = [
          ...new Array<number>(delay).fill(0),
          ...sound.map((sample) => sample * gain),
          ...new Array<number>(300).fill(0),
        ];
        const { correlation, lag } = bestCorrelation(sound, heard);
        expect(correlation).toBeCloseTo(1, 6);
        expect(lag).toBe(delay);
      },
    );
    fc.assert(property, { numRuns: 50 });
  });

  test("agrees with the definition, computed sample by sample", () => {
    const property = fc.property(noise(20), noise(33), (reference, heard) => {
      fc.pre(rms(reference) > 0.01 && rms(heard) > 0.01);
      let best = -Infinity;
      for (let lag = -19; lag < 33; lag++) {
        let [product, energy] = [0, 0];
        reference.forEach((sample, i) => {
          product += sample * (heard[i + lag] ?? 0);
          energy += (heard[i + lag] ?? 0) ** 2;
        });
        const total = reference.reduce((sum, sample) => sum + sample ** 2, 0);
        if (energy > 1e-9) best = Math.max(best, product / Math.sqrt(energy * total));
      }
      // The search between samples may find a little more, never less, and never more than identity.
      const { correlation } = bestCorrelation(reference, heard);
      expect(correlation).toBeGreaterThan(best - 1e-9);
      expect(correlation).toBeLessThanOrEqual(1);
    });
    fc.assert(property);
  });

  test("two unrelated noises are not alike", () => {
    const random = (seed: number) => {
      let state = seed;
      return () => {
        state = (state * 48_271) % 2_147_483_647;
        return state / 1_073_741_823.5 - 1;
      };
    };
    const [a, b] = [random(1), random(99)];
    const one = Array.from({ length: 8000 }, a);
    const other = Array.from({ length: 8000 }, b);
    expect(bestCorrelation(one, other, { maxLag: 4000 }).correlation).toBeLessThan(0.1);
  });

  test("half a sentence is not the sentence", () => {
    const sound = Array.from({ length: 2000 }, (_, i) => Math.sin(i * i * 1e-4));
    expect(bestCorrelation(sound, sound.slice(0, 1000)).correlation).toBeLessThan(0.8);
  });

  test("a delay of a part of a sample costs nothing and is found", () => {
    const fine = Float32Array.from(
      { length: 16_000 },
      (_, i) => Math.sin(i * i * 1e-5) * Math.sin((Math.PI * i) / 16_000),
    );
    const reference = resample(fine, 4, 1);
    const heard = resample(
      fine.map((_, i) => fine[i - 2] ?? 0),
      4,
      1,
    );
    const { correlation, lag } = bestCorrelation(reference, heard);
    expect(lag).toBe(0.5);
    expect(correlation).toBeGreaterThan(0.9999);
  });

  test("looks no further than maxLag", () => {
    const heard = [0, 0, 0, 0, 0, 1, -1];
    expect(bestCorrelation([1, -1], heard).lag).toBe(5);
    expect(bestCorrelation([1, -1], heard, { maxLag: 2 }).correlation).toBe(0);
  });

  test("what is no number is refused, not compared", () => {
    expect(() => bestCorrelation([1, NaN], [1, 2])).toThrow("not finite");
    expect(() => bestCorrelation([1, 2], [1, Infinity])).toThrow("not finite");
  });

  test("silence is like nothing", () => {
    expect(bestCorrelation(new Float32Array(100), [1, 2, 3])).toEqual({ correlation: 0, lag: 0 });
    expect(bestCorrelation([], [1])).toEqual({ correlation: 0, lag: 0 });
  });
});

test("the envelope is the loudness of each window, the last one as long as it is", () => {
  expect(rms([3, -3, 3])).toBe(3);
  expect(Array.from(envelope([1, 1, 2, 2, 3], 200))).toEqual([1, 2, 3]);
});

describe("shareHeard", () => {
  // A chirp: no part of it is like another.
  const chirp = Float32Array.from({ length: 4000 }, (_, index) => Math.sin(index * (0.05 + index / 8000)));

  test("is one for the whole, whatever stands around it, and less for each part that is spoilt", () => {
    const whole = [...new Float32Array(333), ...chirp, ...new Float32Array(100)];
    expect(shareHeard(chirp, whole, 500)).toBe(1);
    // A hole in the third part: what follows is late, and found all the same.
    const torn = [...whole.slice(0, 333 + 1200), ...new Float32Array(70), ...whole.slice(333 + 1200)];
    expect(bestCorrelation(chirp, torn).correlation).toBeLessThan(0.95);
    expect(shareHeard(chirp, torn, 500)).toBe(7 / 8);
    expect(shareHeard(chirp, new Float32Array(5000), 500)).toBe(0);
    expect(shareHeard([], whole, 500)).toBe(0);
  });
});
