import fc from "fast-check";
import { expect, test } from "vitest";
import { deviceRates } from "../../test/rates.js";
import { approximateRatio, largestTerm } from "./ratio.js";

/** How far a fraction is from to / from, in parts per million of it. */
function distance(up: number, down: number, from: number, to: number): number {
  return Math.abs((to * down) / (from * up) - 1) * 1e6;
}

const rate = fc.oneof(
  fc.constantFrom(...deviceRates),
  fc.integer({ min: 3000, max: 768000 }),
  fc.double({ min: 3000, max: 768000, noNaN: true }),
);
const term = fc.integer({ min: 1, max: largestTerm });

test("is exact, and in lowest terms, for all rates that devices have", () => {
  for (const from of deviceRates) {
    for (const to of deviceRates) {
      const { up, down, pitchError } = approximateRatio(from, to);
      expect(up * from).toBe(down * to);
      expect(pitchError).toBe(0);
      for (let divisor = 2; divisor <= Math.min(up, down); divisor++) {
        expect(up % divisor === 0 && down % divisor === 0).toBe(false);
      }
    }
  }
});

test("no fraction of such terms is nearer", () => {
  fc.assert(
    fc.property(rate, rate, fc.array(term, { minLength: 1, maxLength: 100 }), (from, to, downs) => {
      const { up, down, pitchError } = approximateRatio(from, to);
      for (const other of downs) {
        for (const near of [Math.floor((to * other) / from), Math.ceil((to * other) / from)]) {
          if (near < 1 || near > largestTerm) continue;
          expect(distance(near, other, from, to)).toBeGreaterThanOrEqual(distance(up, down, from, to) - 1e-9);
        }
      }
      expect(Math.abs(pitchError)).toBeCloseTo(distance(up, down, from, to), 9);
    }),
    { numRuns: 200 },
  );
});

test("terms and error are bounded, up to rates 256 times each other", () => {
  const anyRate = fc.double({ min: 8000, max: 8000 * 256, noNaN: true });
  fc.assert(
    fc.property(anyRate, fc.boolean(), (rate, upwards) => {
      const { up, down, pitchError } = upwards ? approximateRatio(8000, rate) : approximateRatio(rate, 8000);
      expect(Math.min(up, down)).toBeGreaterThanOrEqual(1);
      expect(Math.max(up, down)).toBeLessThanOrEqual(largestTerm);
      expect(Math.abs(pitchError)).toBeLessThan(220);
    }),
    { numRuns: 500 },
  );
  // The worst that there is: half way from one whole number to the next fraction.
  expect(Math.abs(approximateRatio(8000, 8000 * (255 + 1 / (2 * 10))).pitchError)).toBeLessThan(220);
  expect(approximateRatio(47999, 48000)).toMatchObject({ up: 1, down: 1 });
  expect(approximateRatio(47999, 48000).pitchError).toBeCloseTo(20.83, 2);
});
