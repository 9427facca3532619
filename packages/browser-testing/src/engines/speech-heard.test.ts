import { expect, test } from "vitest";
import { bestCorrelation } from "../correlation.js";
import { toFloat } from "../pcm.js";
import { resample } from "../resample.js";
import { synthesizeSpeech } from "../speech.js";
import { isSpeechHeard } from "./speech-heard.js";

const rate = 8000;

async function spoken(text: string): Promise<Float32Array> {
  const { samples, sampleRate } = await synthesizeSpeech(text);
  return resample(toFloat(samples), sampleRate, rate);
}

/** The sound with a stumble of 10 ms after each stretch of so many seconds. */
function stumbling(sound: Float32Array, seconds: number): Float32Array {
  const [stretch, pause] = [rate * seconds, rate / 100];
  return Float32Array.from({ length: sound.length + Math.floor(sound.length / stretch) * pause }, (_, i) => {
    const [part, within] = [Math.floor(i / (stretch + pause)), i % (stretch + pause)];
    return within < stretch ? (sound[part * stretch + within] ?? 0) : 0;
  });
}

test("a sentence is heard with a stumble now and then; with many, only outside of Chromium", async () => {
  const sentence = await spoken("Good evening.");
  const [seldom, often] = [stumbling(sentence, 0.6), stumbling(sentence, 0.15)];
  expect(bestCorrelation(sentence, seldom).correlation).toBeLessThan(0.9);
  for (const engine of ["webkit", "chromium"] as const) {
    expect(isSpeechHeard(engine, sentence, sentence, rate)).toBe(true);
    expect(isSpeechHeard(engine, sentence, seldom, rate)).toBe(true);
    expect(isSpeechHeard(engine, sentence, often, rate)).toBe(engine !== "chromium");
  }
});

test("behind voice processing other sentences are told apart as well", async () => {
  const [sentence, ...others] = await Promise.all(
    ["The quick brown fox jumps over the lazy dog.", "Now I am speaking to you.", "Can you hear me now?"].map(spoken),
  );
  const isHeard = (heard: Float32Array) => isSpeechHeard("chromium", sentence!, heard, rate, { isProcessed: true });
  expect(isHeard(stumbling(sentence!, 1.6))).toBe(true);
  for (const other of others) expect(isHeard(other)).toBe(false);
});

test("another sentence of the same voice, or the first quarter of this one, is not it", async () => {
  const sentence = await spoken("Good evening.");
  const other = await spoken("Thank you.");
  for (const engine of ["webkit", "chromium"] as const) {
    expect(isSpeechHeard(engine, sentence, other, rate)).toBe(false);
    expect(isSpeechHeard(engine, sentence, sentence.subarray(0, sentence.length / 4), rate)).toBe(false);
  }
});
