import { shareHeard } from "../correlation.js";
import type { EngineName } from "./engine.js";

/** What of a sentence must be found to call it heard. */
interface Criterion {
  /** It is cut into parts so long: a stumble then costs the part that it falls into, and none behind. */
  readonly seconds: number;
  /** How like a part must be to what was heard, 0..1. */
  readonly threshold: number;
  /** More than this share of the parts must be found. */
  readonly share: number;
}

// A fake microphone stumbles where the machine is busy, and what comes behind is late from there on: one correlation over
// a whole sentence fell to 0.60 by a single stumble. Of another sentence of the same voice at most an eighth is found.
const inChromium: Criterion = { seconds: 0.25, threshold: 0.95, share: 0.7 };
// Chromium's voice processing changes the sound: four fifths of the quarters are found above 0.7, and half of another
// sentence's. Halves of a second tell them apart: all are found above 0.6, and of another sentence at most two fifths.
const processed: Criterion = { seconds: 0.5, threshold: 0.6, share: 0.5 };
// Under load a stream out of another AudioContext loses a buffer every few tenths of a second: of a sentence in WebKitGTK
// 61 % of such parts were still found. Of another sentence of the same voice at most an eighth is.
const elsewhere: Criterion = { seconds: 0.05, threshold: 0.99, share: 0.3 };

/**
 * Whether what was spoken into an engine's microphone is in what a page recorded, both at `sampleRate` Hz: most of it, as
 * fake microphones stumble under load; in Firefox and WebKit, where they stumble more, a third. `isProcessed` tells that
 * the browser's voice processing was on (default off): it changes the sound in Chromium, and no fake microphone elsewhere.
 */
export function isSpeechHeard(
  engine: EngineName,
  spoken: ArrayLike<number>,
  heard: ArrayLike<number>,
  sampleRate: number,
  { isProcessed = false } = {},
): boolean {
  const { seconds, threshold, share } = engine !== "chromium" ? elsewhere : isProcessed ? processed : inChromium;
  return shareHeard(spoken, heard, sampleRate * seconds, threshold) > share;
}
