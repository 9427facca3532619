import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { envelope } from "./correlation.js";
import { toFloat } from "./pcm.js";
import { synthesizePassage, synthesizeSpeech } from "./speech.js";

test("a text is spoken, and the same text sounds the same", async () => {
  const text = `This is sentence ${randomUUID().slice(0, 4)}.`;
  const [first, beside] = await Promise.all([synthesizeSpeech(text), synthesizeSpeech(text)]);
  const again = await synthesizeSpeech(text);
  expect(first.sampleRate).toBe(16_000);
  expect(first.samples.length).toBeGreaterThan(16_000);
  expect(Math.max(...envelope(toFloat(first.samples), 16_000))).toBeGreaterThan(0.05);
  expect(beside.samples).toEqual(first.samples);
  expect(again.samples).toEqual(first.samples);
});

test("more words take longer, another voice sounds different", async () => {
  const short = await synthesizeSpeech("Yes.");
  const long = await synthesizeSpeech("Yes, and there is much more to be said about it.");
  const other = await synthesizeSpeech("Yes.", { voice: "rms" });
  expect(long.samples.length).toBeGreaterThan(2 * short.samples.length);
  expect(other.samples).not.toEqual(short.samples);
});

test("the passage begins with its first word, with another voice, too", async () => {
  for (const voice of ["slt", "rms"] as const) {
    const { samples, sampleRate } = await synthesizePassage({ voice });
    const beginning = toFloat(samples.subarray(0, 0.1 * sampleRate));
    expect(Math.max(...envelope(beginning, sampleRate)), voice).toBeGreaterThan(0.01);
    expect(samples.length).toBeGreaterThan(12 * sampleRate);
  }
});

test("nothing to say is an error", async () => {
  await expect(synthesizeSpeech("  ")).rejects.toThrow("empty");
});
