import { next } from "../../transition.js";
import type { Handlers } from "../machine.js";
import { deviceListHandlers } from "./device-list.js";
import type { Devices } from "./devices.js";
import { lostMicrophoneHandlers } from "./lost-microphone.js";
import { systemMuteHandlers } from "./system-mute.js";

const initialDevices: Devices = {
  listed: null,
  isWatched: false,
  opened: null,
  alias: null,
  followedId: null,
  isChoiceAwaited: false,
  recovery: null,
  isReacquiring: false,
  losses: 0,
  lossError: null,
  systemMute: "none",
};

/** The session is over: what there was to follow and to come back to is, too. The watch ends with the event. */
function closeChannels({ isWatched, systemMute }: Devices) {
  return next<Devices, []>({ ...initialDevices, isWatched, systemMute });
}

type Table = NonNullable<Handlers["devices"]>;

const handlers = {
  ...deviceListHandlers,
  ...lostMicrophoneHandlers,
  ...systemMuteHandlers,
  closeChannels,
} satisfies Partial<Record<keyof Table, unknown>>;

type Handle = (devices: Devices, input: unknown, context: unknown) => unknown;

/** What the devices do in a session: with its first event they are there. */
export const devicesHandlers = Object.fromEntries(
  Object.entries(handlers).map(([name, handle]) => [
    name,
    (devices: Devices | null, input: unknown, context: unknown) =>
      (handle as Handle)(devices ?? initialDevices, input, context),
  ]),
) as Table;
