import { bestCorrelation, shareHeard } from "../correlation.js";
import type { EngineName } from "./engine.js";

const partSeconds = 0.25;
const leastShare = 0.6;

/**
 * Whether what was spoken into an engine's microphone is in what a page recorded, both at `sampleRate` Hz: in Chromium
 * all of it in one piece, correlated above `threshold` (default 0.95). Elsewhere the microphone is a stream out of
 * another AudioContext, which stumbles under load: there most of its quarters of a second, each above `threshold`.
 */
export function isSpeechHeard(
  engine: EngineName,
  spoken: ArrayLike<number>,
  heard: ArrayLike<number>,
  sampleRate: number,
  threshold = 0.95,
): boolean {
  if (engine === "chromium") return bestCorrelation(spoken, heard).correlation > threshold;
  return shareHeard(spoken, heard, sampleRate * partSeconds, threshold) > leastShare;
}
