import type { AudioEngine } from "./audio-engine.js";

/** What sounds on an engine, each with the input of a tap that it belongs to; and the taps that listen to all of it. */
interface Sound {
  readonly sources: Map<AudioNode, number>;
  readonly taps: Set<AudioNode>;
}

/** Inputs of a tap: what the microphone captures, and what the players render. */
export const captured = 0;
export const rendered = 1;

const sounds = /* @__PURE__ */ new WeakMap<AudioEngine, Sound>();

/** Every tap of the engine hears the node from now on. Returns the undo, for when the node is disconnected altogether. */
export function addSource(engine: AudioEngine, node: AudioNode, input: number): () => void {
  const { sources, taps } = soundOf(engine);
  sources.set(node, input);
  for (const tap of taps) connect(node, tap, input);
  return () => sources.delete(node);
}

/** The tap hears whatever sounds on the engine, now and later. Returns the undo. */
export function addTap(engine: AudioEngine, tap: AudioNode): () => void {
  const { sources, taps } = soundOf(engine);
  taps.add(tap);
  for (const [node, input] of sources) connect(node, tap, input);
  return () => {
    taps.delete(tap);
    for (const node of sources.keys()) if (node.context === tap.context) node.disconnect(tap);
  };
}

// A microphone whose rate the engine's context refuses has a context of its own (capture/source.ts): no connection leads
// out of it.
function connect(node: AudioNode, tap: AudioNode, input: number): void {
  if (node.context === tap.context) node.connect(tap, 0, input);
}

function soundOf(engine: AudioEngine): Sound {
  const sound = sounds.get(engine) ?? { sources: new Map(), taps: new Set() };
  sounds.set(engine, sound);
  return sound;
}
