import type { Output } from "./output.js";

// A file of its own: the session's code needs it, and must not take the channels along.

/** Whether audio of the agent is played. */
export function isAudible({ isOn, status }: Output): boolean {
  return isOn && status !== "off";
}
