/** What the tests put into a page, in one global place. */
export interface Instruments {
  /** Functions that a test calls by name. */
  probes: Record<string, (argument: never) => unknown>;
  /** Objects that the tests made themselves: the census does not count them. */
  own: WeakSet<object>;
  /** Every track that the page got from a microphone. */
  tracks: Set<MediaStreamTrack>;
}

declare global {
  var __instruments: Instruments | undefined;
}

/** Runs in the page, as text: it may use nothing from outside itself. */
export function installInstruments(): Instruments {
  globalThis.__instruments ??= { probes: {}, own: new WeakSet(), tracks: new Set() };
  return globalThis.__instruments;
}
