import type { LayercodeError } from "../../errors.js";
import { next, type Transition } from "../../transition.js";
import { showFailure } from "../calls.js";
import type { Input } from "../channels/input.js";
import type { Devices, DevicesOutcome } from "./devices.js";

/** A microphone that was open for so long, in ms, is not one of several that are lost one after the other. */
const steadyMs = 5000;
/** After so many that were, nothing is opened any more: something else is wrong. */
const mostLosses = 3;

type DevicesTransition = Transition<Devices, DevicesOutcome>;
/** What the devices have to know of the microphone. */
export interface MicrophoneContext {
  readonly microphone: Input;
  readonly now: number;
}

/**
 * The microphone was refused, or is gone. One that is gone is opened again: the chosen one where it is there, else the
 * system's; where there is none at all, the first that comes.
 */
function microphoneFailed(
  devices: Devices,
  { error }: { error: LayercodeError },
  { microphone, now }: MicrophoneContext,
): DevicesTransition {
  const { status, deviceId } = microphone;
  const { opened, recovery, isReacquiring } = devices;
  const isGone = error.code === "device-not-found" || error.code === "device-in-use";
  if (status === "open") {
    const losses = opened && now - opened.at < steadyMs ? devices.losses + 1 : 1;
    if (!isGone || losses > mostLosses)
      return next({ ...devices, lossError: isForbidden(error) ? error : null }, { signal: "microphoneGivenUp", error });
    const isChoiceAwaited = deviceId !== null;
    const system = isChoiceAwaited ? { deviceId: null, isSwitch: false } : null;
    const reacquiring = { isReacquiring: true, isChoiceAwaited, recovery: system, losses };
    return next({ ...devices, ...reacquiring, listed: null }, { signal: "openMicrophone", deviceId });
  }
  if (recovery?.isSwitch) {
    const before = recovery.deviceId;
    const system = before === null ? null : { deviceId: null, isSwitch: false };
    return next(
      { ...devices, recovery: system, isReacquiring: true },
      { signal: "choiceRefused", error, deviceId: before },
    );
  }
  if (recovery && isGone)
    return next({ ...devices, recovery: null }, { signal: "openMicrophone", deviceId: recovery.deviceId });
  // Where none is left, or allowed, the microphone is switched off, and on again when one comes, or the permission.
  const isMissed = (isReacquiring && error.code === "device-not-found") || isForbidden(error);
  const lossError = isMissed ? error : null;
  return next({ ...devices, lossError }, { signal: "microphoneGivenUp", error });
}

/** Whether the permission is missing. */
export function isForbidden(error: LayercodeError | null): boolean {
  return error?.code === "permission-denied";
}

/** Where a microphone has to be closed to open another one, that one is opened again if the other one is refused. */
function preferInputDevice(
  devices: Devices,
  { deviceId }: { deviceId: string | null },
  { microphone }: MicrophoneContext,
): DevicesTransition {
  // Whoever chooses says anew what is wanted.
  const chosen: Devices = { ...devices, isChoiceAwaited: false };
  const { status, canSetDevice, deviceId: before } = microphone;
  const isReopened = status === "open" && !canSetDevice && deviceId !== before;
  return next(isReopened ? { ...chosen, recovery: { deviceId: before, isSwitch: true } } : chosen);
}

/** The app says whether the microphone is on: it is not opened without being asked any more. */
function setChannel(devices: Devices, { channel }: { channel: string }): DevicesTransition {
  return next(channel === "audioInput" ? { ...devices, lossError: null } : devices);
}

/** What was given back is opened again: the chosen one, or else the system's. */
function openMicrophone(
  devices: Devices,
  { deviceId }: { deviceId: string | null },
  { microphone }: MicrophoneContext,
): DevicesTransition {
  const isUnmuted = microphone.status === "off" && microphone.muted === "release" && deviceId !== null;
  const system = { deviceId: null, isSwitch: false };
  return next(isUnmuted ? { ...devices, isChoiceAwaited: true, recovery: system } : devices);
}

export const lostMicrophoneHandlers = { microphoneFailed, preferInputDevice, setChannel, openMicrophone };

/** What the microphone does about it; its opening and closing are those of every channel. */
export const lostInputHandlers = {
  channelFailed: (input: Input, { error }: { error: LayercodeError }) =>
    next(input, { signal: "microphoneFailed", error } as const),

  choiceRefused: (input: Input, { error, deviceId }: { error: LayercodeError; deviceId: string | null }) =>
    next({ ...input, deviceId, calls: [] }, ...showFailure(error, input.calls), {
      signal: "openMicrophone",
      deviceId,
    } as const),

  moveMicrophone: (input: Input, { deviceId }: { deviceId: string | null }) =>
    next(input, { type: "setDevice", channel: "audioInput", deviceId, calls: [], isAutomatic: true } as const),

  microphoneNamed: (input: Input, { deviceId }: { deviceId: string | null }) =>
    next({ ...input, activeDeviceId: deviceId }),
};
