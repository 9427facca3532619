import { speakerRate } from "../pcm.js";
import type { Voice } from "./voice.js";

const syllableMs = 160;
const wordGapMs = 60;
const amplitude = 9000;
// A pentatonic scale: any order of syllables sounds like a tune rather than an alarm.
const pitches = [220, 247, 277, 330, 370];

/** A voice of tones, one a syllable: as long as the text would take to say, and the same every time. */
export function createToneVoice(): Voice {
  return { name: "tone", synthesize: async (sentence) => hum(sentence), close: async () => {} };
}

/** PCM16, 16000 Hz: a tone of 160 ms for each group of vowels, a pause of 60 ms between words. */
export function hum(sentence: string): Int16Array {
  const words = sentence.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const syllables = words.map((word) => Math.max(1, word.match(/[aeiouy]+/g)?.length ?? 1));
  const syllableSamples = (syllableMs / 1000) * speakerRate;
  const gapSamples = (wordGapMs / 1000) * speakerRate;
  const total = syllables.reduce((sum, count) => sum + count * syllableSamples + gapSamples, 0);
  const pcm = new Int16Array(total);
  let at = 0;
  words.forEach((word, index) => {
    for (let syllable = 0; syllable < (syllables[index] ?? 1); syllable++) {
      const pitch = pitches[(word.charCodeAt(0) + word.length + syllable) % pitches.length] ?? 220;
      writeTone(pcm.subarray(at, at + syllableSamples), pitch);
      at += syllableSamples;
    }
    at += gapSamples;
  });
  return pcm;
}

function writeTone(into: Int16Array, pitch: number): void {
  for (let i = 0; i < into.length; i++) {
    const envelope = Math.sin((Math.PI * i) / into.length) ** 0.5;
    const phase = (2 * Math.PI * pitch * i) / speakerRate;
    into[i] = Math.round(amplitude * envelope * (0.75 * Math.sin(phase) + 0.25 * Math.sin(2 * phase)));
  }
}
