import { expect, test } from "vitest";
import { sine } from "../../test/signals.js";
import { createLevelMeter } from "./level.js";

test("tells the RMS of the last whole window, wherever blocks begin", () => {
  const meter = createLevelMeter(160);
  const samples = Float32Array.from([...sine(500, 8000, 160, 0.5), ...new Float32Array(160)]);
  meter.push(samples.subarray(0, 100));
  expect(meter.level).toBe(0);
  meter.push(samples.subarray(100, 200));
  expect(meter.level).toBeCloseTo(0.5 / Math.SQRT2, 6);
  meter.push(samples.subarray(200));
  expect(meter.level).toBe(0);
});

test("is a number from 0 to 1, whatever comes", () => {
  const meter = createLevelMeter(4);
  meter.push(Float32Array.of(0.5, NaN, Infinity, -0.5));
  expect(meter.level).toBeCloseTo(Math.sqrt(0.5 / 4), 7);
  meter.push(Float32Array.of(3, -3, 3, -3));
  expect(meter.level).toBe(1);
  meter.push(new Float32Array(4));
  expect(meter.level).toBe(0);
});
