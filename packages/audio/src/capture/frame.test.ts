import { expect, test } from "vitest";
import { toFrame } from "./frame.js";
import type { CapturedFrame } from "./framer.js";

const captured: CapturedFrame = {
  type: "frame",
  pcm: Int16Array.from({ length: 160 }, (_, index) => index),
  detection: Float32Array.from({ length: 320 }, (_, index) => index),
  length: 100,
  detectionLength: 200,
  time: 0,
  level: 0,
  silence: 0,
  spokenUntil: -Infinity,
};

test.each([
  ["before the frame: all of it", 1, 0],
  ["at its first sample", 2, 0],
  ["less than half a sample into it", 2 + 0.4 / 8000, 0],
  ["in the middle", 2 + 40 / 8000, 40],
  ["behind its end: no sample", 2.5, 100],
])("a frame from a moment %s", (_, begin, skipped) => {
  const { pcm, detection, time } = toFrame(captured, 2, begin, 8000);
  expect([...pcm]).toEqual([...captured.pcm.subarray(skipped, 100)]);
  expect([...(detection ?? [])]).toEqual([...captured.detection!.subarray(2 * skipped, 200)]);
  if (pcm.length > 0) expect(time).toBeCloseTo(2 + skipped / 8000, 12);
});

test("it says when speech was heard last, on its own clock, if it was", () => {
  expect(toFrame({ ...captured, time: 5, spokenUntil: 4.5 }, 2, 0, 8000).spokenUntil).toBe(1.5);
  expect(toFrame(captured, 2, 0, 8000)).not.toHaveProperty("spokenUntil");
});

test("a frame without detection has none", () => {
  expect(toFrame({ ...captured, detection: null }, 2, 0, 8000)).not.toHaveProperty("detection");
});
