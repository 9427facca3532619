import { synthesizeSpeech, toFloat, type Voice } from "@layercode/browser-testing";
import { createRandom } from "../../../../packages/audio/test/random.js";

export const rate = 16000;

/** Samples of a label: 10 ms. */
export const labelLength = 160;

/** Utterances with silence around them, clean, and for each 10 ms of them whether there is speech. */
export interface Material {
  clean: Float32Array;
  labels: readonly boolean[];
  /** Of each utterance: its first and its last label with speech. */
  utterances: readonly { first: number; last: number }[];
}

const voices: readonly Voice[] = ["slt", "kal16", "awb", "rms"];
const sentences = [
  "The birch canoe slid on the smooth planks.",
  "Four hours of steady work faced us.",
  "A large size in stockings is hard to sell.",
  "Yes.",
  "Wait, I have another question about my order.",
  "Please call me back at six o'clock tomorrow.",
];
const babblers = [
  "Rice is often served in round bowls, and the juice of lemons makes fine punch.",
  "The box was thrown beside the parked truck, while the hogs were fed chopped corn and garbage.",
];

/** Quieter than the loudest 10 ms of its utterance by this, in dB, is no speech. */
const range = 35;

const gapSeconds = 1.6;

/** Speaks every sentence with every voice of flite. */
export async function speak(quick: boolean): Promise<Material> {
  const parts: Float32Array[] = [];
  const labels: boolean[] = [];
  const utterances: { first: number; last: number }[] = [];
  const gap = new Float32Array(gapSeconds * rate);
  for (const voice of quick ? voices.slice(0, 1) : voices) {
    for (const sentence of sentences) {
      const spoken = wholeLabels(scaled(toFloat((await synthesizeSpeech(sentence, { voice })).samples), 0.05));
      const loud = loudLabels(spoken);
      const from = labels.length + gap.length / labelLength;
      utterances.push({ first: from + loud.indexOf(true), last: from + loud.lastIndexOf(true) });
      parts.push(gap, spoken);
      labels.push(...Array<boolean>(gap.length / labelLength).fill(false), ...loud);
    }
  }
  parts.push(gap);
  labels.push(...Array<boolean>(gap.length / labelLength).fill(false));
  return { clean: joined(parts), labels, utterances };
}

export type Noise = "white" | "pink" | "babble" | "typing";
export const noises: readonly Noise[] = ["white", "pink", "babble", "typing"];

/** Noise of a kind, `length` samples; its RMS is 1. Typing is scaled by its keys alone, not by the silence between them. */
export async function makeNoise(kind: Noise, length: number): Promise<Float32Array> {
  const random = createRandom(noises.indexOf(kind) + 1);
  switch (kind) {
    case "white":
      return scaled(white(length, random), 1);
    case "pink":
      return scaled(pink(white(length, random)), 1);
    case "babble":
      return scaled(await babble(length, random), 1);
    case "typing":
      return typing(length, random);
  }
}

/** Mixes noise into speech, whose RMS where it is spoken is `snr` dB above that of the noise. */
export function mix({ clean, labels }: Material, noise: Float32Array, snr: number): Float32Array {
  const spoken = clean.filter((_, index) => labels[Math.floor(index / labelLength)]);
  const gain = rms(spoken) * 10 ** (-snr / 20);
  return clean.map((sample, index) => sample + gain * (noise[index] as number));
}

/** A microphone is never quite silent: what "clean" has behind it, -75 dB of full scale. */
export function withRoom(clean: Float32Array): Float32Array {
  const random = createRandom(99);
  return clean.map((sample) => sample + 3e-4 * (random() - 0.5));
}

function white(length: number, random: () => number): Float32Array {
  return Float32Array.from({ length }, () => 2 * random() - 1);
}

/** Kellet's filter: 3 dB an octave within 0.05 dB above 10 Hz. */
function pink(input: Float32Array): Float32Array {
  const poles = [0.99886, 0.99332, 0.969, 0.8665, 0.55, -0.7616];
  const gains = [0.0555179, 0.0750759, 0.153852, 0.3104856, 0.5329522, -0.016898];
  const states = poles.map(() => 0);
  let delayed = 0;
  return input.map((sample) => {
    let sum = delayed + sample * 0.5362;
    for (const [index, pole] of poles.entries()) {
      states[index] = pole * (states[index] as number) + (gains[index] as number) * sample;
      sum += states[index] as number;
    }
    delayed = sample * 0.115926;
    return sum;
  });
}

/** Eight voices at once, each from a place of its own. */
async function babble(length: number, random: () => number): Promise<Float32Array> {
  const output = new Float32Array(length);
  for (const voice of voices) {
    for (const sentence of babblers) {
      const spoken = scaled(toFloat((await synthesizeSpeech(sentence, { voice })).samples), 1);
      const offset = Math.floor(random() * spoken.length);
      for (let index = 0; index < length; index++) {
        output[index] = (output[index] as number) + (spoken[(index + offset) % spoken.length] as number);
      }
    }
  }
  return output;
}

/** Keys: two short bursts of noise each, pressed and released, four to nine times a second. */
function typing(length: number, random: () => number): Float32Array {
  const output = new Float32Array(length);
  let inKeys = 0;
  let samples = 0;
  for (let at = 0; at < length; at += Math.floor(rate * (0.11 + 0.14 * random()))) {
    const loud = 0.5 + random();
    for (const [delay, gain] of [
      [0, 1],
      [0.07, 0.5],
    ] as const) {
      let last = 0;
      for (let index = 0; index < 0.012 * rate; index++) {
        const place = at + Math.floor(delay * rate) + index;
        if (place >= length) break;
        const next = 2 * random() - 1;
        const sample = loud * gain * Math.exp(-index / (0.003 * rate)) * (next - 0.5 * last);
        last = next;
        output[place] = (output[place] as number) + sample;
        inKeys += sample * sample;
        samples++;
      }
    }
  }
  const gain = 1 / Math.sqrt(inKeys / samples);
  return output.map((sample) => sample * gain);
}

function loudLabels(spoken: Float32Array): boolean[] {
  const levels = Array.from({ length: spoken.length / labelLength }, (_, label) =>
    rms(spoken.subarray(label * labelLength, (label + 1) * labelLength)),
  );
  const floor = Math.max(...levels) * 10 ** (-range / 20);
  return levels.map((level) => level > floor);
}

function wholeLabels(samples: Float32Array): Float32Array {
  const output = new Float32Array(Math.ceil(samples.length / labelLength) * labelLength);
  output.set(samples);
  return output;
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const output = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    output.set(part, at);
    at += part.length;
  }
  return output;
}

function scaled(samples: Float32Array, level: number): Float32Array {
  const gain = level / rms(samples);
  return samples.map((sample) => sample * gain);
}

function rms(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.sqrt(sum / samples.length);
}
