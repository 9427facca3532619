import { chain, next, type Transition } from "../../transition.js";
import type { Context } from "../context.js";
import type { Handlers } from "../machine.js";
import { deviceListHandlers } from "./device-list.js";
import type { Devices } from "./devices.js";
import { lostMicrophoneHandlers } from "./lost-microphone.js";
import { initialOutputs, type Outputs, outputsHandlers } from "./outputs.js";
import { systemMuteHandlers } from "./system-mute.js";

const initialDevices: Devices = {
  listed: null,
  isWatched: false,
  opened: null,
  alias: null,
  followedId: null,
  toldId: null,
  isChoiceAwaited: false,
  recovery: null,
  isReacquiring: false,
  losses: 0,
  lossError: null,
  systemMute: "none",
  outputs: initialOutputs,
};

/** The session is over: what there was to follow and to come back to is, too. The watch ends with the event. */
function closeChannels({ isWatched, systemMute, outputs }: Devices) {
  return next<Devices, []>({ ...initialDevices, isWatched, systemMute, outputs });
}

/** What the loudspeakers do with what happens, as a part of the devices. */
function ofOutputs<Input, Effect>(
  handle: (outputs: Outputs, input: Input, context: Context) => Transition<Outputs, Effect>,
) {
  return (devices: Devices, input: Input, context: Context): Transition<Devices, Effect> => {
    const { state, effects } = handle(devices.outputs, input, context);
    return { state: state === devices.outputs ? devices : { ...devices, outputs: state }, effects };
  };
}

const followSpeaker = ofOutputs(outputsHandlers.eventEnded);

/** With the first event of a session there are devices. */
function fromTheFirst<Input, Of, Effect>(
  handle: (devices: Devices, input: Input, context: Of) => Transition<Devices, Effect>,
) {
  return (devices: Devices | null, input: Input, context: Of) => handle(devices ?? initialDevices, input, context);
}

/** What the devices do in a session. */
export const devicesHandlers = {
  inputDevicesListed: fromTheFirst(deviceListHandlers.inputDevicesListed),
  microphoneFailed: fromTheFirst(lostMicrophoneHandlers.microphoneFailed),
  preferInputDevice: fromTheFirst(lostMicrophoneHandlers.preferInputDevice),
  setChannel: fromTheFirst(lostMicrophoneHandlers.setChannel),
  openMicrophone: fromTheFirst(lostMicrophoneHandlers.openMicrophone),
  microphoneMuted: fromTheFirst(systemMuteHandlers.microphoneMuted),
  systemMuteLasts: fromTheFirst(systemMuteHandlers.systemMuteLasts),
  closeChannels: fromTheFirst(closeChannels),
  outputDevicesListed: fromTheFirst(ofOutputs(outputsHandlers.outputDevicesListed)),
  setOutputDevice: fromTheFirst(ofOutputs(outputsHandlers.setOutputDevice)),
  deviceAnswered: fromTheFirst(ofOutputs(outputsHandlers.deviceAnswered)),
  eventEnded: fromTheFirst((devices: Devices, signal: unknown, context: Context) =>
    chain(
      devices,
      (before) => deviceListHandlers.eventEnded(before, signal, context),
      (before) => followSpeaker(before, signal, context),
    ),
  ),
} satisfies Handlers["devices"];
