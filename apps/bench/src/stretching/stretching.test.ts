import { resample, synthesizeSpeech, toFloat } from "@layercode/browser-testing";

import { beforeAll, expect, test } from "vitest";
import { createRandom } from "../../../../packages/audio/test/random.js";
import { rate } from "./bands.js";
import { intelligibility } from "./intelligibility.js";
import { wordErrors, words } from "./words.js";

let speech: Float32Array;
beforeAll(async () => {
  const { samples } = await synthesizeSpeech("The birch canoe slid on the smooth planks.");
  speech = resample(toFloat(samples), 16000, rate);
});

test("speech is wholly intelligible against itself, also later and quieter, and the less, the more noise there is", () => {
  expect(intelligibility(speech, speech)).toBeCloseTo(1, 6);
  const later = new Float32Array(speech.length + 3 * 128);
  later.set(
    speech.map((sample) => sample / 2),
    3 * 128,
  );
  expect(intelligibility(speech, later)).toBeGreaterThan(0.999);
  const random = createRandom(1);
  const noise = speech.map(() => random() - 0.5);
  const mixed = [0.02, 0.1, 0.5].map((gain) =>
    intelligibility(
      speech,
      speech.map((sample, index) => sample + gain * (noise[index] as number)),
    ),
  );
  expect(mixed).toEqual([...mixed].sort((a, b) => b - a));
  expect(mixed[2]).toBeLessThan(0.8);
});

test.each([
  ["the same", "one two three", "one two three", 0],
  ["one is missing", "one two three", "one three", 1 / 3],
  ["one too many", "one two three", "one two and three", 1 / 3],
  ["another", "one two three", "one too three", 1 / 3],
  ["nothing", "one two three", "", 1],
])("word errors: %s", (_, said, heard, rate) => {
  expect(wordErrors(words(said), words(heard))).toBeCloseTo(rate, 9);
});
