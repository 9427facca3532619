/** Remembers which samples of the stream were rendered at which frames of the clock, for the last spans of sound. */
export interface RenderLog {
  /**
   * `frames` frames of a run were rendered from clock frame `frame` on; the run begins at sample `runStart` and had
   * rendered `rendered` frames before.
   */
  record(frame: number, frames: number, runStart: number, rendered: number): void;
  /** How many samples of the stream were rendered before clock frame `frame`. */
  sampleAt(frame: number): number;
}

interface RenderedSpan {
  frame: number;
  end: number;
  runStart: number;
  rendered: number;
}

/**
 * Makes a log of a stream of `inputRate` Hz that is rendered at `outputRate` Hz. Allocates nothing later. It remembers 32
 * spans, unless told otherwise: they reach back more than a second, unless sound stops and starts every 30 ms.
 */
export function createRenderLog(inputRate: number, outputRate: number, spansRemembered = 32): RenderLog {
  const spans = Array.from(
    { length: spansRemembered },
    (): RenderedSpan => ({ frame: 0, end: 0, runStart: 0, rendered: 0 }),
  );
  let newest = 0;

  function sampleOf({ frame, runStart, rendered }: RenderedSpan, at: number): number {
    return runStart + Math.floor(((rendered + at - frame) * inputRate) / outputRate);
  }

  return {
    record(frame, frames, runStart, rendered) {
      let span = spans[newest % spansRemembered] as RenderedSpan;
      const goesOn = span.end === frame && span.runStart === runStart && rendered > 0;
      if (!goesOn) {
        span = spans[++newest % spansRemembered] as RenderedSpan;
        span.frame = frame;
        span.runStart = runStart;
        span.rendered = rendered;
      }
      span.end = frame + frames;
    },
    sampleAt(frame) {
      const oldest = Math.max(0, newest - spansRemembered + 1);
      // Rounding may put the end of a span beyond the start of the next one: `most` is that start.
      let most = Infinity;
      for (let number = newest; number >= oldest; number--) {
        const span = spans[number % spansRemembered] as RenderedSpan;
        if (frame >= span.frame) return Math.min(most, sampleOf(span, Math.min(frame, span.end)));
        most = sampleOf(span, span.frame);
      }
      return most;
    },
  };
}
