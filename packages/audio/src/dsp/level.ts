/** Root mean square over windows that follow each other. */
export interface LevelMeter {
  push(samples: Float32Array): void;
  /** RMS of the last whole window, 0..1. A sample that is not finite counts as 0. */
  readonly level: number;
  /** How many windows are complete since the start. */
  readonly windows: number;
}

/** Makes a meter with windows of `windowLength` samples. */
export function createLevelMeter(windowLength: number): LevelMeter {
  let squares = 0;
  let counted = 0;
  let level = 0;
  let windows = 0;
  return {
    push(samples) {
      for (let index = 0; index < samples.length; index++) {
        const sample = samples[index] as number;
        // x - x is 0 for finite numbers alone.
        if (sample - sample === 0) squares += sample * sample;
        if (++counted === windowLength) {
          level = Math.min(1, Math.sqrt(squares / windowLength));
          squares = 0;
          counted = 0;
          windows++;
        }
      }
    },
    get level() {
      return level;
    },
    get windows() {
      return windows;
    },
  };
}
