import type { AudioEngine } from "./audio-engine.js";

const keys = /* @__PURE__ */ new WeakMap<AudioEngine, number>();

/**
 * The number by which the audio thread knows what belongs to an engine. Several engines may share a context, and two
 * copies of this package may; so the numbers are random.
 */
export function engineKey(engine: AudioEngine): number {
  const key = keys.get(engine) ?? Math.random();
  keys.set(engine, key);
  return key;
}
