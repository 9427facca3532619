import type { Devices } from "../devices/devices.js";
import type { Input } from "./input.js";

// A file of its own: the session's code needs it, and must not take the channels along.

/** Whether the user may be heard: the microphone is on and not muted, by the app or for long by the system. */
export function isListening({ isOn, muted }: Input, devices: Pick<Devices, "systemMute"> | null): boolean {
  return isOn && !muted && devices?.systemMute !== "lasting";
}
