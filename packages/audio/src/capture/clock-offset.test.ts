import fc from "fast-check";
import { expect, test } from "vitest";
import { createClockOffset } from "./clock-offset.js";

test("readings that jitter by a buffer give an offset that is within it, and soon far better", () => {
  const jitter = fc.array(fc.double({ min: -0.01, max: 0.01, noNaN: true }), { minLength: 1, maxLength: 400 });
  fc.assert(
    fc.property(fc.double({ min: -1000, max: 1000, noNaN: true }), jitter, (truth, readings) => {
      const clock = createClockOffset();
      for (const error of readings) expect(Math.abs(clock.follow(truth + error) - truth)).toBeLessThanOrEqual(0.010001);
    }),
  );
  const clock = createClockOffset();
  let offset = 0;
  for (let reading = 0; reading < 64; reading++) offset = clock.follow(5 + (reading % 2 === 0 ? 0.01 : -0.01));
  expect(Math.abs(offset - 5)).toBeLessThan(0.0005);
});

test("it follows two crystals that drift apart, and a clock that stood still", () => {
  const clock = createClockOffset();
  // 200 parts in a million apart, 50 readings a second, for ten minutes.
  for (let reading = 0; reading < 30000; reading++) {
    const truth = reading * 0.02 * 200e-6;
    expect(Math.abs(clock.follow(truth) - truth)).toBeLessThan(0.0003);
  }
  expect(clock.follow(-7)).toBe(-7);
  expect(clock.follow(-7.02)).toBeCloseTo(-7.01, 9);
});
