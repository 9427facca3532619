/** Keeps track of how much was repeated lately, so that nothing plays slower than by a tenth in any second. */
export interface StepBudget {
  /** Whether a step back by `samples` at sample `at` of what is played leaves every second at nine tenths of its speed. */
  allows(at: number, samples: number): boolean;
  /** There is such a step. */
  spend(at: number, samples: number): void;
}

/** A second, and as long as what a step repeats is played after it. */
const horizonSeconds = 1.0275;
const share = 0.1;
/** More steps than fit into the share of a second: each is 5 ms at least. */
const stepsRemembered = 32;

/** Makes a budget for sound of `sampleRate` Hz. Allocates nothing later. */
export function createStepBudget(sampleRate: number): StepBudget {
  const places = new Float64Array(stepsRemembered).fill(-Infinity);
  const lengths = new Float64Array(stepsRemembered);
  let next = 0;
  return {
    allows(at, samples) {
      let sum = samples;
      for (let step = 0; step < stepsRemembered; step++) {
        if ((places[step] as number) > at - horizonSeconds * sampleRate) sum += lengths[step] as number;
      }
      return sum <= share * sampleRate;
    },
    spend(at, samples) {
      places[next] = at;
      lengths[next] = samples;
      next = (next + 1) % stepsRemembered;
    },
  };
}
