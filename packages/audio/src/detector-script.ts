import type { WorkletScript } from "./load-worklet.js";
import source from "./worklets/detector.ts?worklet";

/** What detects speech on the audio thread. */
export const detectorScript: WorkletScript = {
  source,
  file: "@layercode/audio/detector.js",
  option: "workletUrl of the detection (of core's client: vadWorkletUrl)",
  loading: new WeakMap(),
};
