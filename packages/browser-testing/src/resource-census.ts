import { type Census, resourceCensusScript } from "./page/resource-census.js";
import { installScript, probe, type ScriptedPage } from "./page.js";

export type { Census };

const empty: Census = {
  tracks: [],
  sockets: [],
  contexts: [],
  timers: [],
  animationFrames: [],
  listeners: [],
  requests: [],
  objectUrls: [],
};

/** Counts, from the next navigation on, what the page opens and does not close again. */
export async function installResourceCensus(page: ScriptedPage): Promise<void> {
  await installScript(page, resourceCensusScript, null);
}

/** What is alive in the page now. */
export async function readCensus(page: ScriptedPage): Promise<Census> {
  return await probe<Census>(page, "census.read");
}

/** One line for each kind of thing of which there is more than in `before`; the empty text when there is none. */
export function describeLeft(census: Census, before: Census = empty): string {
  const kinds = Object.keys(empty) as (keyof Census)[];
  return kinds
    .map((kind) => ({ kind, left: without(census[kind], before[kind]) }))
    .filter(({ left }) => left.length > 0)
    .map(({ kind, left }) => `${kind}: ${left.length} left (${left.join(", ")})`)
    .join("\n");
}

/** Throws an error that lists what is alive and was not in `before` (default: nothing was). */
export function expectNothingLeft(census: Census, before: Census = empty): void {
  const left = describeLeft(census, before);
  if (left) throw new Error(`The page left something behind:\n${left}`);
}

function without(all: readonly string[], known: readonly string[]): string[] {
  const rest = [...known];
  return all.filter((one) => {
    const index = rest.indexOf(one);
    if (index >= 0) rest.splice(index, 1);
    return index < 0;
  });
}
