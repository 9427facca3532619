/** Two sample rates in whole numbers: `up` samples come out for `down` that go in. */
export interface Ratio {
  up: number;
  down: number;
  /** How much the pitch is too high, in parts per million; 0 where the ratio is exact. */
  pitchError: number;
}

/** The largest term: that of 11025 Hz to 192000 Hz, 2560 / 147. It bounds the table of a filter. */
export const largestTerm = 2560;

/**
 * The ratio nearest to that of two rates in Hz, of terms up to `largestTerm`: exact for all rates that devices have. For
 * rates up to 256 times each other it is off by at most 220 parts per million, 0.4 cents.
 */
export function approximateRatio(from: number, to: number): Ratio {
  let nearest: Ratio = { up: 1, down: 1, pitchError: Infinity };
  for (let down = 1; down <= largestTerm && nearest.pitchError !== 0; down++) {
    const up = Math.min(largestTerm, Math.round((to * down) / from));
    const pitchError = ((to * down) / (from * up) - 1) * 1e6;
    if (Math.abs(pitchError) < Math.abs(nearest.pitchError)) nearest = { up, down, pitchError };
  }
  return nearest;
}
