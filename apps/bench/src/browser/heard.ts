import { probe, readTap, type ScriptedPage, type TapRecording } from "@layercode/browser-testing";

/** What was heard of a page, and when each sample was rendered. */
export interface Heard extends TapRecording {
  /** When the quantum of a sample was rendered: ms on the page's clock, with the error of the audio thread's clock, ± 0.5 ms. */
  timeOf(sample: number): number;
}

/** Reads the tap of the context that sounds. Throws when the browser left something out of it. */
export async function readHeard(page: ScriptedPage): Promise<Heard> {
  let heard = await readTap(page);
  for (let context = 0; context < heard.contexts && isSilent(heard.samples); context++) {
    heard = await readTap(page, { context });
  }
  if (heard.holes > 0) throw new Error(`The tap has ${heard.holes} holes: the machine is too busy for this benchmark.`);
  const offset = await probe<number>(page, "clock.offset");
  const { renderedAt } = heard;
  // A whole millisecond stands for its middle.
  return { ...heard, timeOf: (sample) => (renderedAt[Math.floor(sample / 128)] ?? Number.NaN) + 0.5 - offset };
}

function isSilent(samples: Float32Array): boolean {
  return samples.every((sample) => sample === 0);
}
