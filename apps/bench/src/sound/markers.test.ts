import { resample } from "@layercode/browser-testing";
import { expect, test } from "vitest";
import { findMarkers, markerTrain, pairMarkers } from "./markers.js";

const rate = 44_100;
const floats = Float32Array.from(markerTrain(3, rate).samples, (sample) => sample / 32768);

test("markers are found where they are, also at another rate", () => {
  const found = findMarkers(floats, rate).map((at) => at / rate);
  expect(found.length).toBeGreaterThan(10);
  expect(found[0]).toBeCloseTo(0.1, 5);
  expect((found[1] ?? 0) - (found[0] ?? 0)).toBeCloseTo(0.18, 5);
  const onWire = findMarkers(resample(floats, rate, 8000), 8000).map((at) => at / 8000);
  expect(onWire).toHaveLength(found.length);
  for (const [index, at] of onWire.entries()) expect(at).toBeCloseTo(found[index] ?? 0, 4);
});

test("they are paired whatever each recording has missed, and however late it is", () => {
  const times = findMarkers(floats, rate).map((at) => at / rate);
  const late = times.slice(3).map((time) => time - 0.417);
  expect(pairMarkers(times.slice(0, -2), late)).toEqual(times.slice(3, -2).map((_, index) => [index + 3, index]));
  expect(pairMarkers(times, [])).toEqual([]);
});
