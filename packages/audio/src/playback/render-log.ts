/** Remembers which samples of the stream were rendered at which frames, over the last stretches of sound. */
export interface RenderLog {
  /** From `frame` on, `frames` frames of a run were rendered that begins at sample `runStart` and had `rendered` frames before. */
  record(frame: number, frames: number, runStart: number, rendered: number): void;
  /** How many samples of the stream had been rendered when the clock stood at `frame`. */
  sampleAt(frame: number): number;
}

interface Stretch {
  frame: number;
  end: number;
  runStart: number;
  rendered: number;
}

/** More than a second of output holds, unless sound stops and starts every 30 ms. */
const stretchesRemembered = 32;

/** Makes a log of a stream of `inputRate` Hz that is rendered at `outputRate` Hz. It allocates nothing afterwards. */
export function createRenderLog(inputRate: number, outputRate: number): RenderLog {
  const stretches = Array.from(
    { length: stretchesRemembered },
    (): Stretch => ({ frame: 0, end: 0, runStart: 0, rendered: 0 }),
  );
  let newest = 0;

  function sampleOf({ frame, runStart, rendered }: Stretch, at: number): number {
    return runStart + Math.floor(((rendered + at - frame) * inputRate) / outputRate);
  }

  return {
    record(frame, frames, runStart, rendered) {
      let stretch = stretches[newest % stretchesRemembered] as Stretch;
      const goesOn = stretch.end === frame && stretch.runStart === runStart && rendered > 0;
      if (!goesOn) {
        stretch = stretches[++newest % stretchesRemembered] as Stretch;
        stretch.frame = frame;
        stretch.runStart = runStart;
        stretch.rendered = rendered;
      }
      stretch.end = frame + frames;
    },
    sampleAt(frame) {
      const oldest = Math.max(0, newest - stretchesRemembered + 1);
      // The last frame of a run may reach beyond its last sample.
      let most = Number.POSITIVE_INFINITY;
      for (let number = newest; number >= oldest; number--) {
        const stretch = stretches[number % stretchesRemembered] as Stretch;
        if (frame >= stretch.frame) return Math.min(most, sampleOf(stretch, Math.min(frame, stretch.end)));
        most = sampleOf(stretch, stretch.frame);
      }
      return most;
    },
  };
}
