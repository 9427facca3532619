import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { barOf } from "./visualizer.js";

describe("the bar of a level", () => {
  test.each([
    [0, 0],
    [0.05, 0.27],
    [0.1, 0.41],
    [0.3, 0.8],
    [1, 0.8],
  ])("%s takes %s of the canvas", (level, share) => {
    expect(barOf(level)).toBeCloseTo(share, 2);
  });

  test("leaves headroom whatever the level, and grows with it", () => {
    const level = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(level, level, (one, other) => {
        const [quieter, louder] = [Math.min(one, other), Math.max(one, other)];
        expect(barOf(quieter)).toBeLessThanOrEqual(barOf(louder));
        expect(barOf(louder)).toBeLessThanOrEqual(0.8);
      }),
    );
  });
});
