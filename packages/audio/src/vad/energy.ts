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
  // V8 writes a fraction into a field in place; into a variable of a closure, or to hand it to a function, it allocates.
  const heard = {
    // Of the first-order high-pass.
    input: 0,
    output: 0,
    /** The loudness of the frame, in dB. */
    level: 0,
    /** The noise, in dB. */
    noise: 0,
  };

  function reset(): void {
    minima.fill(unheard);
    part = 0;
    frames = 0;
    heard.input = 0;
    heard.output = 0;
  }

  function measure(frame: Float32Array): void {
    let { input, output } = heard;
    let sum = 0;
    for (let index = 0; index < frame.length; index++) {
      const sample = frame[index] as number;
      output = highPass * (output + sample - input);
      input = sample;
      sum += output * output;
    }
    // What is not finite would stay in the filter for ever. x - x is 0 only for finite x.
    const finite = sum - sum === 0;
    heard.input = finite ? input : 0;
    heard.output = finite ? output : 0;
    heard.level = finite ? 10 * Math.log10(sum / frame.length + 1e-12) : digitalSilence;
  }

  /** Puts the loudness of the frame among the minima: the least of them is the noise. */
  function follow(): void {
    if (frames === framesInPart) {
      frames = 0;
      part = (part + 1) % parts;
      minima[part] = fullScale;
    }
    frames++;
    minima[part] = Math.min(minima[part] as number, heard.level);
    heard.noise = fullScale;
    for (let index = 0; index < parts; index++) heard.noise = Math.min(heard.noise, minima[index] as number);
    heard.noise = Math.max(quietest, heard.noise);
  }

  reset();
  return {
    frameLength: energyFrameLength,
    process(frame) {
      measure(frame);
      // Exact zeros are a microphone that is muted or not there yet: they say nothing of the noise.
      if (heard.level <= digitalSilence) return 0;
      follow();
      return 1 / (1 + Math.exp((heard.noise + margin - heard.level) / slope));
    },
    reset,
  };
}
