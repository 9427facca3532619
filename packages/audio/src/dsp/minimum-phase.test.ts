import { describe, expect, test } from "vitest";
import { decibels } from "../../test/signals";
import { designPrototype } from "./filter";
import { designLowLatency, toMinimumPhase } from "./minimum-phase";
import { approximateRatio } from "./ratio";

/** Magnitude and phase of an impulse response at a frequency in cycles a point. */
function response(points: ArrayLike<number>, frequency: number) {
  let [real, imaginary] = [0, 0];
  for (let index = 0; index < points.length; index++) {
    real += points[index]! * Math.cos(2 * Math.PI * frequency * index);
    imaginary -= points[index]! * Math.sin(2 * Math.PI * frequency * index);
  }
  return { magnitude: Math.hypot(real, imaginary), phase: Math.atan2(imaginary, real) };
}

const ratio = approximateRatio(8000, 24000);
const symmetric = designPrototype(ratio, { attenuation: 114, passEdge: 0.9, stopEdge: 1.1 });
const minimum = toMinimumPhase(symmetric, ratio);
const symmetricGain = response(symmetric.points, 0).magnitude;
const minimumGain = response(minimum.points, 0).magnitude;

describe("a filter in minimum phase", () => {
  test("is the one with all zeros within the unit circle", () => {
    // (1 - 2z)(1 - z/2), and with the first zero reflected 2 (1 - z/2)².
    const points = new Float64Array(64);
    points.set([1, -2.5, 1]);
    const { points: reflected, delay } = toMinimumPhase({ points, delay: 1 }, approximateRatio(1, 1));
    reflected.forEach((value, index) => {
      expect(value / reflected[0]!).toBeCloseTo([1, -1, 0.25][index] ?? 0, 9);
    });
    // The sum of n h(n) over the sum of h(n).
    expect(delay).toBeCloseTo((-2 + 2 * 0.5) / (2 - 2 + 0.5), 6);
  });

  test("keeps the magnitude response in the pass band", () => {
    for (let share = 0; share <= 0.9; share += 0.05) {
      const frequency = share / 6;
      const before = response(symmetric.points, frequency).magnitude / symmetricGain;
      const after = response(minimum.points, frequency).magnitude / minimumGain;
      expect(Math.abs(decibels(after / before))).toBeLessThan(0.001);
    }
  });

  test("has turned by nothing in all when it comes to the highest frequency", () => {
    const steps = 4000;
    let turned = 0;
    let last = 0;
    for (let step = 1; step <= steps; step++) {
      const { phase } = response(minimum.points, step / steps / 2);
      turned += Math.atan2(Math.sin(phase - last), Math.cos(phase - last));
      last = phase;
    }
    expect(Math.abs(turned)).toBeLessThan(0.1);
  });

  test("comes early: no later than the symmetric one at any point, by energy", () => {
    let [early, late] = [0, 0];
    minimum.points.forEach((value, index) => {
      early += (value / minimumGain) ** 2;
      late += (symmetric.points[index]! / symmetricGain) ** 2;
      expect(early).toBeGreaterThanOrEqual(late * 0.9999);
    });
  });

  test("tells its delay at 0 Hz", () => {
    const frequency = 1e-4;
    const measured = -response(minimum.points, frequency).phase / (2 * Math.PI * frequency) / ratio.up;
    expect(minimum.delay).toBeCloseTo(measured, 4);
    expect(designLowLatency(ratio).delay).toBe(minimum.delay);
  });
});
