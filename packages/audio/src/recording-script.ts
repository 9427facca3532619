import type { WorkletScript } from "./load-worklet.js";
import source from "./worklets/tap.ts?worklet";

/** What hears microphone and players on the audio thread. */
export const recordingScript: WorkletScript = {
  source,
  file: "@layercode/audio/recording.js",
  option: "workletUrl of the recording (of core's client: recordingWorkletUrl)",
  loading: new WeakMap(),
};
