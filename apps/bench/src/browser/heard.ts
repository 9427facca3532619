import { probe, readTap, type ScriptedPage, type TapRecording } from "@layercode/browser-testing";

/** What was heard of a page, and when each sample was rendered. */
export interface Heard extends TapRecording {
  /** When the quantum of a sample was rendered: ms on the page's clock, with the error of the audio thread's clock, ± 0.5 ms. */
  timeOf(sample: number): number;
}

/** The browser left something out of a recording: the machine is too busy. */
class HoleError extends Error {}

const attempts = 3;

/** Runs it again where its recording has a hole, which would count as silence. Throws when it has one every time. */
export async function withoutHoles<Result>(
  report: (line: string) => void,
  run: () => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof HoleError) || attempt === attempts) throw error;
      report(`once more: ${error.message}`);
    }
  }
}

/** Reads the tap of the context that sounds. Throws where the recording has a hole: see `withoutHoles`. */
export async function readHeard(page: ScriptedPage): Promise<Heard> {
  let heard = await readTap(page);
  for (let context = 0; context < heard.contexts && isSilent(heard.samples); context++) {
    heard = await readTap(page, { context });
  }
  if (heard.holes > 0) throw new HoleError(`${heard.holes} holes in what was recorded, the machine is too busy`);
  const offset = await probe<number>(page, "clock.offset");
  const { renderedAt } = heard;
  // A whole millisecond stands for its middle.
  return { ...heard, timeOf: (sample) => (renderedAt[Math.floor(sample / 128)] ?? NaN) + 0.5 - offset };
}

function isSilent(samples: Float32Array): boolean {
  return samples.every((sample) => sample === 0);
}
