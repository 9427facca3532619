/** Root mean square over consecutive windows. */
export interface LevelMeter {
  push(samples: Float32Array): void;
  /** RMS of the last whole window, 0..1. A sample that is not finite counts as 0. */
  readonly level: number;
}

/** Makes a meter with windows of `windowLength` samples. */
export function createLevelMeter(windowLength: number): LevelMeter {
  let squares = 0;
  let counted = 0;
  let level = 0;
  return {
    push(samples) {
      // A local in the loop: V8 allocates a heap number for each write to a number that closures share.
      let sum = squares;
      for (let index = 0; index < samples.length; index++) {
        const sample = samples[index] as number;
        // x - x is 0 for finite numbers alone.
        if (sample - sample === 0) sum += sample * sample;
        if (++counted === windowLength) {
          level = Math.min(1, Math.sqrt(sum / windowLength));
          sum = 0;
          counted = 0;
        }
      }
      squares = sum;
    },
    get level() {
      return level;
    },
  };
}
