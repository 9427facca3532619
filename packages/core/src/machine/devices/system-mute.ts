import { next, type Transition } from "../../transition.js";
import type { Devices, DevicesOutcome } from "./devices.js";

/** How long the system may mute the microphone until the user is to know, in ms: it does so for a moment, too. */
const lastsMs = 5000;

/** The system has muted the microphone, for a phone call say, or lets it go on. */
function microphoneMuted(devices: Devices, { muted }: { muted: boolean }): Transition<Devices, DevicesOutcome> {
  const { systemMute } = devices;
  if (muted === (systemMute !== "none")) return next(devices);
  if (muted)
    return next(
      { ...devices, systemMute: "pending" },
      { type: "schedule", timer: "systemMuteLasts", afterMs: lastsMs },
    );
  const settled: Devices = { ...devices, systemMute: "none" };
  return systemMute === "pending" ? next(settled, { type: "cancel", timer: "systemMuteLasts" }) : next(settled);
}

export const systemMuteHandlers = {
  microphoneMuted,
  systemMuteLasts: (devices: Devices) => next<Devices, []>({ ...devices, systemMute: "lasting" }),
};
