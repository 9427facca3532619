import { bestCorrelation, shareHeard } from "../correlation.js";
import type { EngineName } from "./engine.js";

// Under load a stream out of another AudioContext loses a buffer every few tenths of a second: of a sentence in WebKitGTK
// 61 % of such parts were still found. Of another sentence of the same voice at most an eighth is.
const partSeconds = 0.05;
const partThreshold = 0.99;
const leastShare = 0.3;

/**
 * Whether what was spoken into an engine's microphone is in what a page recorded, both at `sampleRate` Hz: in Chromium
 * all of it in one piece, correlated above `threshold` (default 0.95). Elsewhere the microphone is a stream out of
 * another AudioContext, which stumbles under load: there a third of its twentieths of a second, each above 0.99.
 */
export function isSpeechHeard(
  engine: EngineName,
  spoken: ArrayLike<number>,
  heard: ArrayLike<number>,
  sampleRate: number,
  threshold = 0.95,
): boolean {
  if (engine === "chromium") return bestCorrelation(spoken, heard).correlation > threshold;
  return shareHeard(spoken, heard, sampleRate * partSeconds, partThreshold) > leastShare;
}
