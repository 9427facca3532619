const filterRest = 1e-4;
const shortestGapMs = 3;

export interface SilentGaps {
  gaps: number;
  /** How long they are together, and the longest. */
  silentMs: number;
  longestMs: number;
  /** How much sound there is without them. */
  soundMs: number;
}

/**
 * Silence within a turn whose sound is never silent. `threshold`: what counts as silent, 1e-4 unless told otherwise, which is
 * below the faint tone that the speech carries and above what a filter leaves.
 */
export function silentGaps(samples: Float32Array, sampleRate: number, threshold = filterRest): SilentGaps {
  const shortest = (shortestGapMs * sampleRate) / 1000;
  let gaps = 0;
  let silent = 0;
  let longest = 0;
  let sound = 0;
  let last = -1;
  for (let index = 0; index < samples.length; index++) {
    if (Math.abs(samples[index] ?? 0) < threshold) continue;
    const silence = index - last - 1;
    if (last >= 0 && silence >= shortest) {
      gaps++;
      silent += silence;
      longest = Math.max(longest, silence);
    }
    sound += last >= 0 && silence < shortest ? silence + 1 : 1;
    last = index;
  }
  const inMs = (count: number) => (count * 1000) / sampleRate;
  return { gaps, silentMs: inMs(silent), longestMs: inMs(longest), soundMs: inMs(sound) };
}
