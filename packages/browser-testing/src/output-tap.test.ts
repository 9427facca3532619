import { expect, test } from "vitest";
import { audibleSpans } from "./output-tap.js";

test("sound is found with its ends, across zero crossings and short gaps", () => {
  const samples = [0, 0, 0.5, 0, -0.5, 0, 0, 0, 0, 0.002, 0];
  expect(audibleSpans(samples, 1000, 0.001, 2)).toEqual([
    { start: 2, end: 5 },
    { start: 9, end: 10 },
  ]);
  expect(audibleSpans(samples, 1000, 0.01, 2)).toEqual([{ start: 2, end: 5 }]);
  expect(audibleSpans(samples, 1000)).toEqual([{ start: 2, end: 10 }]);
  expect(audibleSpans([], 1000)).toEqual([]);
});
