import { expect, test } from "vitest";
import type { Material } from "./material.js";
import { areaUnderCurve, score } from "./score.js";

/** A second of silence, half a second of speech, a second of silence. */
const material: Material = {
  clean: new Float32Array(0),
  labels: Array.from({ length: 250 }, (_, label) => label >= 100 && label < 150),
  utterances: [{ first: 100, last: 149 }],
};

/** Probabilities of frames of 2 labels. */
const frames = (probability: (label: number) => number) =>
  Array.from({ length: 125 }, (_, frame) => probability(2 * frame));

test("who is right in everything", () => {
  expect(
    score(
      material,
      frames((label) => (label >= 100 && label < 150 ? 1 : 0)),
      2,
    ),
  ).toEqual({
    ...{ precision: 1, recall: 1, f1: 1, falsePositives: 0, auc: 1 },
    ...{ onsetMilliseconds: [20], missed: 0, silentPositives: 0, falseStarts: 0 },
  });
});

test("who begins late, goes on for too long, and begins in silence", () => {
  const late = score(
    material,
    frames((label) => ((label >= 110 && label < 160) || label === 50 ? 0.9 : 0.1)),
    2,
  );
  expect(late.recall).toBeCloseTo(0.8, 9);
  expect(late.precision).toBeCloseTo(40 / 52, 9);
  expect(late.falsePositives).toBeCloseTo(12 / 200, 9);
  expect(late.onsetMilliseconds).toEqual([120]);
  expect(late.silentPositives).toBeCloseTo(2 / 140, 9);
  // One start in the 70 + 70 labels that come 300 ms after speech or the beginning.
  expect(late.falseStarts).toBeCloseTo(1 / (1.4 / 60), 9);
});

test("who never begins", () => {
  expect(
    score(
      material,
      frames(() => 0.1),
      2,
    ),
  ).toMatchObject({ f1: 0, auc: 0.5, onsetMilliseconds: [], missed: 1 });
});

test("the area under the curve counts pairs", () => {
  expect(areaUnderCurve([true, false, true, false], [0.9, 0.8, 0.7, 0.1])).toBe(0.75);
});
