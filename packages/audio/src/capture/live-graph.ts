import { whenOver } from "../abort.js";
import { mediaDevices } from "../microphone-access.js";
import { type CaptureGraph, type GraphOptions, openGraph } from "./graph.js";

/** The graph of a stream for as long as the stream lives. */
export interface LiveGraph extends CaptureGraph {
  /** Fires when `recorder` is replaced, or the graph ends. */
  readonly current: AbortSignal;
}

/** Events after which a track may run at another rate. */
const changes = ["configurationchange", "unmute"];

/**
 * Opens a graph, and builds it anew where the rate of its stream changes, as that of a Bluetooth headset does that begins or
 * ends a call: some browsers' source nodes go on at the old rate, or fall silent. The stream, the context and the player
 * stay. The old graph delivers until the new one does; then `onRebuilt` is called. Rejects with an `AudioError`.
 */
export async function openLiveGraph(
  options: GraphOptions,
  onRebuilt: () => void,
  over: AbortSignal,
): Promise<LiveGraph> {
  const tracks = options.stream.getAudioTracks();
  const rateNow = () => tracks[0]?.getSettings().sampleRate;
  let rate = rateNow();
  let life = begin();
  let graph = await build(life);
  let isBuilding = false;

  function begin(): AbortController {
    const controller = new AbortController();
    whenOver(over, () => controller.abort());
    return controller;
  }

  function build(mine: AbortController): Promise<CaptureGraph> {
    const onFrame: GraphOptions["onFrame"] = (captured, time) => {
      if (mine === life) options.onFrame(captured, time);
    };
    return openGraph({ ...options, onFrame }, mine.signal);
  }

  async function follow(): Promise<void> {
    if (isBuilding) return;
    isBuilding = true;
    while (!over.aborted && rateNow() !== rate) {
      rate = rateNow();
      const next = begin();
      // Where no other graph can be had, the old one is all that there is.
      const built = await build(next).catch(() => next.abort());
      await graph.flush();
      if (!built || over.aborted) continue;
      const before = life;
      life = next;
      graph = built;
      before.abort();
      onRebuilt();
    }
    isBuilding = false;
  }

  const changed = () => void follow();
  for (const track of tracks) for (const type of changes) track.addEventListener(type, changed, { signal: over });
  mediaDevices().addEventListener?.("devicechange", changed, { signal: over });
  return {
    flush: () => graph.flush(),
    spectrum: (output) => graph.spectrum(output),
    get output() {
      return graph.output;
    },
    get recorder() {
      return graph.recorder;
    },
    get current() {
      return life.signal;
    },
  };
}
