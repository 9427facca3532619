import { beforeAll, expect, test } from "vitest";
import { correlation, join, silence, speech } from "../../test/speech.js";
import { Ear } from "./ear.js";

let sentence: Int16Array;

beforeAll(async () => {
  [sentence] = (await speech("The quick brown fox jumps over the lazy dog.")) as [Int16Array];
});

function inFrames(pcm: Int16Array): Int16Array[] {
  return Array.from({ length: Math.ceil(pcm.length / 160) }, (_, i) => pcm.slice(i * 160, i * 160 + 160));
}

test("gives the speech with its beginning, not the silence around it", () => {
  const ear = new Ear();
  for (const frame of inFrames(join([silence(5000), sentence, silence(1500)]))) ear.push(frame);
  const { pcm, durationMs } = ear.take();
  expect(pcm.length).toBeLessThan(sentence.length + 8000);
  // All that is audible of the sentence is in it, from its first sound.
  const first = sentence.findIndex((sample) => Math.abs(sample) > 2000);
  expect(correlation(sentence.slice(first, first + 1600), pcm)).toBeGreaterThan(0.99);
  expect(durationMs).toBeGreaterThan(1500);
  expect(ear.take()).toEqual({ pcm: new Int16Array(0), durationMs: 0 });
});

test("a press keeps what is not speech as well, and measures only speech", () => {
  const ear = new Ear();
  ear.push(silence(2000));
  ear.begin();
  for (const frame of inFrames(silence(1000))) ear.push(frame);
  expect(ear.take()).toEqual({ pcm: silence(1000), durationMs: 0 });
});

test("holds a minute, not more", () => {
  const ear = new Ear();
  ear.begin();
  const second = sentence.slice(0, 8000);
  for (let i = 0; i < 100; i++) ear.push(second);
  expect(ear.full).toBe(true);
  expect(ear.take().pcm.length).toBeLessThanOrEqual(61 * 8000);
});
