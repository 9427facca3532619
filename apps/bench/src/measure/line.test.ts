import { expect, test } from "vitest";
import { fitLine } from "./line.js";

test("a line goes through what lies on one, and between what does not", () => {
  const line = fitLine([3, 5, 7, 9]);
  expect([line(0), line(1.5), line(10)]).toEqual([3, 6, 23]);
  // Epoch milliseconds, in steps.
  const steps = fitLine(Array.from({ length: 1000 }, (_, x) => 1.8e12 + 10 * Math.floor(x / 4)));
  expect(steps(501) - steps(500)).toBeCloseTo(2.5, 3);
  expect(steps(499.5)).toBeCloseTo(1.8e12 + 2.5 * 499.5 - 3.75, 1);
  expect(fitLine([4])(7)).toBe(4);
});
