import type { SegmenterSettings, SpeechEvent } from "./vad.js";

// The messages between the main thread and the detector; they travel by the recorder's port.

/** What the recorder does with the players of its engine when the user begins to speak while they sound. */
export type BargeIn = "pause" | "duck" | "off";

/** Which detector is asked. `own`: the app's, on the main thread. */
export type DetectorKind = "silero" | "energy" | "own";

export interface DetectionRules extends SegmenterSettings {
  bargeIn: BargeIn;
}

/**
 * For the detector that stands behind the recorder. `id` numbers the detections of a recorder, upwards: commands and
 * reports of another one than the current are ignored. The `stop` of a detection has its number or a later one.
 */
export type DetectionCommand = { type: "detection"; id: number } & (
  | { order: "begin"; kind: DetectorKind; frameLength: number; rules: DetectionRules }
  | { order: "change"; rules: DetectionRules }
  /** The model is there: the memory of `unpackWeights()`, which is transferred. */
  | { order: "model"; memory: Float32Array<ArrayBuffer> }
  /** The app's own detector has judged the window that ended at `end`. */
  | { order: "judge"; probability: number; end: number }
  /** The detector that was asked for does not work: the energy detector decides alone. */
  | { order: "fall-back" }
  | { order: "stop" }
);

/** What the detector reports; times in seconds on the recorder's clock. */
export type DetectionReport =
  | { type: "speech"; id: number; event: SpeechEvent }
  /**
   * What threw, by its text; without a `cause` the model is too slow for this machine. Loudness decides alone, or, with
   * `isOff`, nothing is detected any more.
   */
  | { type: "failed"; id: number; cause: string | undefined; isOff: boolean }
  /** A window for the app's own detector, which ended at `end`. */
  | { type: "window"; id: number; samples: Float32Array; end: number };
