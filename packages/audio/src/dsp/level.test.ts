import { expect, test } from "vitest";
import { sine } from "../../test/signals";
import { createLevelMeter } from "./level";

test("tells the RMS of the last whole window, wherever blocks begin", () => {
  const meter = createLevelMeter(160);
  const samples = Float32Array.from([...sine(500, 8000, 160, 0.5), ...new Float32Array(160)]);
  meter.push(samples.subarray(0, 100));
  expect(meter.level).toBe(0);
  meter.push(samples.subarray(100, 200));
  expect(meter.level).toBeCloseTo(0.5 / Math.SQRT2, 6);
  expect(meter.windows).toBe(1);
  meter.push(samples.subarray(200));
  expect(meter.level).toBe(0);
  expect(meter.windows).toBe(2);
});
