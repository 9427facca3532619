/** Finds by how much to step back in a sound so that it goes on as if nothing had happened: a period, or several. */
export interface PitchPeriod {
  /**
   * The lag, in samples and `longest` at most, by which the 10 ms before `end` are most like what came earlier; 0 where
   * `longest` is below the shortest lag. Reads `longest` + 10 ms before `end`. Allocates nothing.
   */
  find(samples: Float32Array, end: number, longest: number): number;
  /** How alike the two are at the lag found last, -1..1; silence is like silence. */
  readonly likeness: number;
  /** Samples that are compared. */
  readonly window: number;
  /** The longest lag that makes sense, in samples. */
  readonly longest: number;
}

const shortestSeconds = 0.005;
const longestSeconds = 0.0175;
const windowSeconds = 0.01;
/** The rate of the first search; what it finds is made exact at the full rate. */
const coarseRate = 4000;
/** Lags that are tried on either side in each step of the refinement. */
const around = 3;

/** Makes a search in sound of `sampleRate` Hz. */
export function createPitchPeriod(sampleRate: number): PitchPeriod {
  const shortest = Math.ceil(shortestSeconds * sampleRate);
  const limit = Math.floor(longestSeconds * sampleRate);
  const factor = Math.max(1, Math.floor(sampleRate / coarseRate));
  const window = Math.round(windowSeconds * sampleRate);
  const coarseWindow = Math.floor(window / factor);
  // Newest first.
  const coarse = new Float32Array(coarseWindow + Math.ceil(limit / factor) + 1);
  // At high rates not every sample is compared: 160 of them say enough.
  const stride = Math.max(1, Math.round(sampleRate / 16000));
  // The likeness that was computed last, and the greatest so far. In an array, because a fraction that a function returns, or
  // that closures share, is boxed.
  const likeness = new Float64Array(2);
  const computed = 0;
  const greatest = 1;

  function compare(samples: Float32Array, end: number, lag: number): void {
    let product = 0;
    let energy = 0;
    let energyBefore = 0;
    for (let index = end - window; index < end; index += stride) {
      const sample = samples[index] as number;
      const before = samples[index - lag] as number;
      product += sample * before;
      energy += sample * sample;
      energyBefore += before * before;
    }
    likeness[computed] = normalize(product, energy, energyBefore);
  }

  function searchCoarsely(samples: Float32Array, end: number, longest: number): number {
    const last = Math.floor(longest / factor);
    for (let index = 0, from = end; index < coarseWindow + last; index++) {
      let sum = 0;
      for (const to = from - factor; from > to; from--) sum += samples[from - 1] as number;
      coarse[index] = sum;
    }
    let best = last;
    likeness[greatest] = -Infinity;
    for (let lag = Math.ceil(shortest / factor); lag <= last; lag++) {
      let product = 0;
      let energy = 0;
      let energyBefore = 0;
      for (let index = 0; index < coarseWindow; index++) {
        const sample = coarse[index] as number;
        const before = coarse[index + lag] as number;
        product += sample * before;
        energy += sample * sample;
        energyBefore += before * before;
      }
      likeness[computed] = normalize(product, energy, energyBefore);
      if ((likeness[computed] as number) >= (likeness[greatest] as number)) {
        likeness[greatest] = likeness[computed] as number;
        best = lag;
      }
    }
    return Math.min(longest, Math.max(shortest, best * factor));
  }

  return {
    find(samples, end, longest) {
      if (longest < shortest) return 0;
      let best = searchCoarsely(samples, end, longest);
      compare(samples, end, best);
      likeness[greatest] = likeness[computed] as number;
      for (let step = factor; step > 1; ) {
        step = Math.ceil(step / (around + 1));
        const middle = best;
        for (let away = -around; away <= around; away++) {
          const lag = middle + away * step;
          if (away === 0 || lag < shortest || lag > longest) continue;
          compare(samples, end, lag);
          if ((likeness[computed] as number) > (likeness[greatest] as number)) {
            likeness[greatest] = likeness[computed] as number;
            best = lag;
          }
        }
      }
      return best;
    },
    get likeness() {
      return likeness[greatest] as number;
    },
    window,
    longest: limit,
  };
}

function normalize(product: number, energy: number, energyBefore: number): number {
  if (energy === 0 && energyBefore === 0) return 1;
  return energy === 0 || energyBefore === 0 ? 0 : product / Math.sqrt(energy * energyBefore);
}
