import { expect, test } from "vitest";
import { toFloat } from "../pcm.js";
import { resample } from "../resample.js";
import { synthesizeSpeech } from "../speech.js";
import { isSpeechHeard } from "./speech-heard.js";

const rate = 8000;

async function spoken(text: string): Promise<Float32Array> {
  const { samples, sampleRate } = await synthesizeSpeech(text);
  return resample(toFloat(samples), sampleRate, rate);
}

/** The sound with a stumble of 10 ms in each quarter of a second, as of a stream between two contexts under load. */
function stumbling(sound: Float32Array): Float32Array {
  const quarter = rate / 4;
  return Float32Array.from({ length: sound.length + Math.floor(sound.length / quarter) * 80 }, (_, i) => {
    const [part, within] = [Math.floor(i / (quarter + 80)), i % (quarter + 80)];
    return within < quarter ? (sound[part * quarter + within] ?? 0) : 0;
  });
}

test("a sentence that stumbles is heard outside of Chromium, and only there", async () => {
  const sentence = await spoken("Good evening.");
  for (const engine of ["webkit", "chromium"] as const) {
    expect(isSpeechHeard(engine, sentence, sentence, rate, 0.99)).toBe(true);
    expect(isSpeechHeard(engine, sentence, stumbling(sentence), rate, 0.99)).toBe(engine !== "chromium");
  }
});

test("another sentence of the same voice, or the first quarter of this one, is not it", async () => {
  const sentence = await spoken("Good evening.");
  const other = await spoken("Thank you.");
  for (const engine of ["webkit", "chromium"] as const) {
    expect(isSpeechHeard(engine, sentence, other, rate)).toBe(false);
    expect(isSpeechHeard(engine, sentence, sentence.subarray(0, sentence.length / 4), rate)).toBe(false);
  }
});
