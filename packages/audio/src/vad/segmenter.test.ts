import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createSegmenter, type SpeechChange } from "./segmenter.js";
import { segmenterDefaults } from "./vad.js";

const frame = 0.032;

/** What comes of probabilities, one a frame of 32 ms, as [change, number of the frame]. */
function changesOf(probabilities: readonly number[], settings = segmenterDefaults, confirmation = 0) {
  const segmenter = createSegmenter(settings);
  const changes: [SpeechChange, number][] = [];
  probabilities.forEach((probability, index) => {
    const change = segmenter.push(probability, (index + 1) * frame, frame, confirmation);
    if (change !== null) changes.push([change, index]);
  });
  return changes;
}

const frames = (count: number, probability: number) => Array<number>(count).fill(probability);

describe("one speech", () => {
  test.each<[string, number[], [SpeechChange, number][]]>([
    ["nothing", frames(50, 0.34), []],
    ["the first frame above the threshold begins it", [...frames(3, 0), 0.35, 0.9], [["start", 3]]],
    // 1400 ms are 43.75 frames.
    [
      "silence of the hang-over ends it",
      [...frames(2, 0.9), ...frames(44, 0)],
      [
        ["start", 0],
        ["end", 45],
      ],
    ],
    ["a frame less does not", [...frames(2, 0.9), ...frames(43, 0)], [["start", 0]]],
    [
      "a frame between the thresholds makes the silence begin anew",
      [...frames(2, 0.9), ...frames(43, 0), 0.2, ...frames(43, 0)],
      [["start", 0]],
    ],
    [
      "one frame is a misfire, reported after 300 ms",
      [0.9, ...frames(10, 0)],
      [
        ["start", 0],
        ["misfire", 10],
      ],
    ],
    [
      "frames between the thresholds are no speech of their own",
      [0.9, ...frames(5, 0.3), ...frames(10, 0)],
      [
        ["start", 0],
        ["misfire", 15],
      ],
    ],
    [
      "two frames apart are speech",
      [0.9, ...frames(5, 0), 0.9, ...frames(44, 0)],
      [
        ["start", 0],
        ["end", 50],
      ],
    ],
    [
      "another one follows",
      [0.9, 0.9, ...frames(44, 0), 0.9],
      [
        ["start", 0],
        ["end", 45],
        ["start", 46],
      ],
    ],
    [
      "what is not a number is silence",
      [NaN, 0.9, 0.9, ...frames(44, NaN)],
      [
        ["start", 1],
        ["end", 46],
      ],
    ],
  ])("%s", (_, probabilities, expected) => expect(changesOf(probabilities)).toEqual(expected));

  test("a hang-over of 0 ends it with the first silent frame", () => {
    const settings = { ...segmenterDefaults, hangOverMs: 0 };
    expect(changesOf([0.9, 0.9, 0.3, 0.1, 0.9, 0.1], settings)).toEqual([
      ["start", 0],
      ["end", 3],
      ["start", 4],
      ["misfire", 5],
    ]);
  });
});

describe("while the player sounds", () => {
  test("two frames in a row from 0.5 on begin speech, from the first of them", () => {
    expect(changesOf([0.49, 0.49, 0.9, 0.49, 0.5, 0.5], segmenterDefaults, frame)).toEqual([["start", 5]]);
    const segmenter = createSegmenter(segmenterDefaults);
    segmenter.push(0.6, 10, frame, frame);
    expect(segmenter).toMatchObject({ suspecting: true, speaking: false });
    segmenter.push(0.6, 10 + frame, frame, frame);
    expect(segmenter).toMatchObject({ suspecting: false, speaking: true });
    expect(segmenter.startTime).toBeCloseTo(10 - frame, 9);
  });

  test("a higher threshold of the app's own stays", () => {
    const settings = { ...segmenterDefaults, positiveThreshold: 0.8 };
    expect(changesOf([0.7, 0.7, 0.8, 0.8], settings, frame)).toEqual([["start", 3]]);
  });

  test("a frame behind a gap confirms none before it", () => {
    const segmenter = createSegmenter(segmenterDefaults);
    segmenter.push(0.9, 1, frame, frame);
    expect(segmenter.push(0.9, 9, frame, frame)).toBeNull();
    expect(segmenter.push(0.9, 9 + frame, frame, frame)).toBe("start");
    expect(segmenter.startTime).toBeCloseTo(9 - frame, 9);
  });

  test("windows every 8 ms confirm after 32 ms, and the sound that they share counts once", () => {
    const segmenter = createSegmenter(segmenterDefaults);
    const changes = Array.from({ length: 5 }, (_, index) => segmenter.push(0.9, 1 + index * 0.008, frame, frame));
    expect(changes).toEqual([null, null, null, null, "start"]);
    // 32 + 4 · 8 ms were heard: two frames, which is no misfire.
    expect(segmenter.push(0, 2.5, frame, 0)).toBe("end");
    expect(segmenter.push(0.9, 3, frame, 0)).toBe("start");
    segmenter.push(0.9, 3.024, frame, 0);
    expect(segmenter.push(0, 4.5, frame, 0)).toBe("misfire");
  });
});

const shortest = 0.016;
const probability = fc.oneof(fc.constantFrom(0, 0.1, 0.2, 0.35, 0.5, 1, NaN), fc.double({ min: 0, max: 1 }));
const window = fc.record({
  probability,
  step: fc.constantFrom(0.008, 0.016, frame, 0.1),
  length: fc.constantFrom(shortest, frame),
  confirmation: fc.constantFrom(0, frame, 0.112),
});
const settings = fc
  .record({
    positiveThreshold: fc.double({ min: 0.01, max: 1, noNaN: true }),
    below: fc.double({ min: 0, max: 1, noNaN: true }),
    hangOverMs: fc.integer({ min: 0, max: 2000 }),
    minimumSpeechMs: fc.integer({ min: 0, max: 500 }),
  })
  .map(({ below, ...others }) => ({ ...others, negativeThreshold: below * others.positiveThreshold }));

test("whatever is heard: starts and ends alternate, a start stands on a frame above the threshold, an end on silence as long as it says", () => {
  fc.assert(
    fc.property(settings, fc.array(window, { maxLength: 200 }), (chosen, windows) => {
      const segmenter = createSegmenter(chosen);
      let end = 0;
      let speaking = false;
      let since = 0;
      for (const { probability, step, length, confirmation } of windows) {
        end += step;
        const change = segmenter.push(probability, end, length, confirmation);
        if (change === "start") {
          expect(speaking).toBe(false);
          expect(probability).toBeGreaterThanOrEqual(Math.max(chosen.positiveThreshold, confirmation > 0 ? 0.5 : 0));
          // From the first window that was suspected, which may have been a shorter one.
          expect(end - segmenter.startTime).toBeGreaterThanOrEqual(shortest - 1e-9);
          speaking = true;
          since = end;
        } else if (change !== null) {
          expect(speaking).toBe(true);
          expect(probability >= chosen.negativeThreshold).toBe(false);
          expect(end - since).toBeGreaterThanOrEqual(
            Math.min(change === "end" ? Infinity : 0.3, chosen.hangOverMs / 1000) - 1e-3,
          );
          speaking = false;
        } else if (!speaking && confirmation === 0) {
          expect(probability >= chosen.positiveThreshold).toBe(false);
        }
        expect(segmenter.speaking).toBe(speaking);
      }
    }),
  );
});
