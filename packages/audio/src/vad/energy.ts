import type { Vad } from "./vad.js";

/** Samples a frame of the energy detector: 16 ms. */
export const energyFrameLength = 256;

/** The noise is the quietest frame of this many parts, each of this many frames: 1.5 s in all, longer than a phrase goes without a gap. */
const parts = 6;
const framesInPart = 16;

/** The noise is taken for no quieter than this, in dB of full scale: what is less than the margin above it is silence. */
const quietest = -55;

/** The noise is taken for this, or for less, before it was heard for 1.5 s, in dB: so the first word counts. */
const unheard = -35;

/** How far above the noise a frame is as probable speech as not, and how many dB make the odds e times higher. */
const margin = 7;
const slope = 1.3;

/** No frame is louder, in dB. */
const fullScale = 0;

/** Quieter than any microphone, in dB. */
const digitalSilence = -115;

/** Of the high-pass at 150 Hz, at 16 kHz. */
const highPass = 1 / (1 + (2 * Math.PI * 150) / 16000);

/** A detector that knows only loudness, and works at once. */
export interface EnergyVad extends Vad {
  process(frame: Float32Array): number;
}

/**
 * Makes a detector that compares the loudness of a frame, without rumble below 150 Hz, with the quietest one of the last
 * 1.5 s. It takes whatever is louder than the noise for speech, typing and music too. Allocates nothing in `process()`.
 */
export function createEnergyVad(): EnergyVad {
  const minima = new Float32Array(parts);
  let part = 0;
  let frames = 0;
  // The first-order high-pass. V8 writes a fraction into a field in place; into a variable of a closure, it allocates.
  const last = { input: 0, output: 0 };

  function reset(): void {
    minima.fill(unheard);
    part = 0;
    frames = 0;
    last.input = 0;
    last.output = 0;
  }

  function loudness(frame: Float32Array): number {
    let { input, output } = last;
    let sum = 0;
    for (let index = 0; index < frame.length; index++) {
      const sample = frame[index] as number;
      output = highPass * (output + sample - input);
      input = sample;
      sum += output * output;
    }
    // What is not finite would stay in the filter for ever. x - x is 0 only for finite x.
    const finite = sum - sum === 0;
    last.input = finite ? input : 0;
    last.output = finite ? output : 0;
    return finite ? 10 * Math.log10(sum / frame.length + 1e-12) : digitalSilence;
  }

  /** Puts the loudness of a frame among the minima, and returns the least of them. */
  function noise(level: number): number {
    if (frames === framesInPart) {
      frames = 0;
      part = (part + 1) % parts;
      minima[part] = fullScale;
    }
    frames++;
    minima[part] = Math.min(minima[part] as number, level);
    let least = fullScale;
    for (let index = 0; index < parts; index++) least = Math.min(least, minima[index] as number);
    return Math.max(quietest, least);
  }

  reset();
  return {
    frameLength: energyFrameLength,
    process(frame) {
      const level = loudness(frame);
      // Exact zeros are a microphone that is muted or not there yet: they say nothing of the noise.
      if (level <= digitalSilence) return 0;
      return 1 / (1 + Math.exp((noise(level) + margin - level) / slope));
    },
    reset,
  };
}
