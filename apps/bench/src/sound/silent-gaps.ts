// Below the faint tone that the speech carries, above what a filter leaves.
const threshold = 1e-4;
const shortestGapMs = 3;

/** Silence within a turn whose sound is never silent: how many gaps, and how much sound there is without them. */
export function silentGaps(samples: Float32Array, sampleRate: number): { gaps: number; soundMs: number } {
  const shortest = (shortestGapMs * sampleRate) / 1000;
  let gaps = 0;
  let sound = 0;
  let last = -1;
  for (let index = 0; index < samples.length; index++) {
    if (Math.abs(samples[index] ?? 0) < threshold) continue;
    const silence = index - last - 1;
    if (last >= 0 && silence >= shortest) gaps++;
    sound += last >= 0 && silence < shortest ? silence + 1 : 1;
    last = index;
  }
  return { gaps, soundMs: (sound * 1000) / sampleRate };
}
