/** What went wrong with sound, as a value to switch on. */
export type AudioErrorCode =
  | "permission-denied"
  | "permission-dismissed"
  | "device-not-found"
  | "device-in-use"
  | "insecure-context"
  | "blocked-by-policy"
  | "overconstrained"
  | "worklet-load"
  | "output-unsupported"
  | "audio-blocked"
  | "detector-failed"
  | "recording-failed"
  | "invalid-option"
  | "aborted";
