import type { Input } from "./input.js";

// A file of its own: the session's code needs it, and must not take the channels along.

/** Whether the user may be heard: the microphone is on and not muted. */
export function isListening({ isOn, isMuted }: Input): boolean {
  return isOn && !isMuted;
}
