import { next } from "../../transition.js";
import { deviceListHandlers } from "./device-list.js";
import { type Devices, initialDevices } from "./devices.js";
import { lostMicrophoneHandlers } from "./lost-microphone.js";
import { systemMuteHandlers } from "./system-mute.js";

/** What the devices do in a session. */
export const devicesHandlers = {
  ...deviceListHandlers,
  ...lostMicrophoneHandlers,
  ...systemMuteHandlers,
  /** The session is over: what there was to follow and to come back to is, too. The watch ends with the event. */
  closeChannels: ({ isWatched, systemMute }: Devices) =>
    next<Devices, []>({ ...initialDevices, isWatched, systemMute }),
};
