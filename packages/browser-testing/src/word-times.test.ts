import { expect, test } from "vitest";
import { envelope } from "./correlation.js";
import { toFloat } from "./pcm.js";
import { synthesizeSpeech } from "./speech.js";
import { wordTimes } from "./word-times.js";

test("words end in their order, within the sound, and before the silence at its end", async () => {
  const sentence = "Hello there, how are you?";
  const [times, { samples, sampleRate }] = await Promise.all([wordTimes(sentence), synthesizeSpeech(sentence)]);
  expect(times.map(({ word }) => word)).toEqual(sentence.split(" "));
  const ends = times.map(({ endMs }) => endMs);
  expect(ends).toEqual([...ends].sort((a, b) => a - b));
  const loud = envelope(toFloat(samples), sampleRate).map((level, window) => (level > 0.01 ? window * 10 : 0));
  expect(Math.abs(Math.max(...ends) - Math.max(...loud))).toBeLessThan(100);
});
