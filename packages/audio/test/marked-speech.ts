import { synthesizePassage } from "@layercode/browser-testing";

const sampleRate = 16000;
const markHz = 7300;
const markAmplitude = 0.003;
/** -12 dB and lower counts as silence. */
const silent = 0.25;
const step = sampleRate / 2000;
/** What is shorter is where a cross-fade lets the mark cancel itself. */
const shortestSeconds = 0.004;

/** Speech of a 16 kHz agent without anything above 6.5 kHz, with a faint high tone under it that tells how loud it is played. */
export async function markedSpeech(seconds: number): Promise<Int16Array> {
  const { samples } = await synthesizePassage();
  const filter = lowPass(6500, 300);
  return Int16Array.from({ length: seconds * sampleRate }, (_, index) => {
    let sum = 0;
    for (let tap = 0; tap < filter.length; tap++) {
      sum += (filter[tap] as number) * (samples[(index + tap) % samples.length] as number);
    }
    return Math.round(0.9 * sum + 32767 * markAmplitude * Math.cos((2 * Math.PI * markHz * index) / sampleRate));
  });
}

/** The silences between the first and the last sound of marked speech that was played at 16 kHz, in seconds, to half a millisecond. */
export function silencesOf(heard: readonly number[]): number[] {
  const sounds = envelope(heard).map((loudness) => loudness > silent * markAmplitude);
  const first = sounds.indexOf(true);
  const last = sounds.lastIndexOf(true);
  const silences: number[] = [];
  for (let index = first, since = first; index <= last; index++) {
    if (!sounds[index]) continue;
    const length = ((index - since - 1) * step) / sampleRate;
    if (length >= shortestSeconds) silences.push(length);
    since = index;
  }
  return silences;
}

/** How loud the mark is, twice a millisecond, over 5 ms. */
function envelope(heard: readonly number[]): number[] {
  const length = 80;
  const window = Array.from({ length }, (_, index) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (index + 0.5)) / length));
  const omega = (2 * Math.PI * markHz) / sampleRate;
  const cosines = window.map((weight, index) => weight * Math.cos(omega * index));
  const sines = window.map((weight, index) => weight * Math.sin(omega * index));
  return Array.from({ length: Math.ceil(heard.length / step) }, (_, at) => {
    let real = 0;
    let imaginary = 0;
    const begin = at * step - length / 2;
    // Reading outside of the array would take V8 ten times as long, of all the rest too.
    for (let index = Math.max(0, begin); index < Math.min(heard.length, begin + length); index++) {
      const sample = heard[index] as number;
      real += sample * (cosines[index - begin] as number);
      imaginary += sample * (sines[index - begin] as number);
    }
    return Math.hypot(real, imaginary) / (length / 4);
  });
}

/** A windowed sinc. */
function lowPass(cutoff: number, taps: number): number[] {
  return Array.from({ length: taps }, (_, tap) => {
    const x = tap - (taps - 1) / 2;
    const phase = (2 * Math.PI * tap) / (taps - 1);
    const blackman = 0.42 - 0.5 * Math.cos(phase) + 0.08 * Math.cos(2 * phase);
    return (blackman * Math.sin((2 * Math.PI * cutoff * x) / sampleRate)) / (Math.PI * x);
  });
}
