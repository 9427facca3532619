import type { AudioInputDevice } from "../../audio/ports.js";
import { next, type Transition } from "../../transition.js";
import type { Input } from "../channels/input.js";
import type { Phase } from "../connection/connection.js";
import type { Devices, DevicesOutcome } from "./devices.js";
import { isForbidden } from "./lost-microphone.js";

type DevicesTransition = Transition<Devices, DevicesOutcome>;

/** A microphone has come or gone, or the list is there for the first time: the microphone goes where it belongs. */
function inputDevicesListed(
  devices: Devices,
  { devices: found }: { devices: readonly AudioInputDevice[] },
  { microphone, phase }: { microphone: Input; phase: Phase },
): DevicesTransition {
  const ids = found.map(({ deviceId }) => deviceId);
  const system = found.find((device) => device.default)?.deviceId ?? null;
  const chosen = microphone.deviceId;
  const active = microphone.activeDeviceId ?? devices.alias;
  const isMissing = chosen !== null && !ids.includes(chosen);
  const { lossError, followedId } = devices;
  const isChoiceAwaited = devices.isChoiceAwaited || isMissing;
  const listed: Devices = { ...devices, listed: { ids, system }, isChoiceAwaited };

  if (lossError && ids.length > 0 && phase.name !== "idle") {
    const found: Devices = { ...listed, lossError: null, isReacquiring: true };
    // Muted with release, it is only switched on.
    const reopened: DevicesOutcome =
      microphone.muted === "release"
        ? { signal: "setChannel", channel: "audioInput", on: true, call: 0 }
        : { signal: "openMicrophone", deviceId: chosen };
    return next(found, { signal: "errorMended", error: lossError }, reopened);
  }
  // Where the platform does not tell which one is open, nobody can say that it should be another.
  if (microphone.status !== "open" || !microphone.canSetDevice || active === null) return next(listed);
  if (chosen !== null && !isMissing && isChoiceAwaited) {
    // Once each time it comes: a device that refuses would be asked for ever.
    const tried = { ...listed, isChoiceAwaited: false };
    return active === chosen ? next(tried) : next(tried, { signal: "moveMicrophone", deviceId: chosen });
  }
  const followsSystem = (chosen === null || isMissing) && active === followedId;
  const isMoved = devices.listed !== null && system !== null && system !== devices.listed.system && system !== active;
  return followsSystem && isMoved ? next(listed, { signal: "moveMicrophone", deviceId: null }) : next(listed);
}

/** Asked after every event. */
function followMicrophone(
  devices: Devices,
  _signal: unknown,
  { microphone, now }: { microphone: Input; now: number },
): DevicesTransition {
  const effects: DevicesOutcome[] = [];
  const { id, status, activeDeviceId } = microphone;
  let state = devices;
  if (status === "open") {
    // Each opening is looked at with a list of its own: the one before may be older than what has just happened.
    if (state.opened?.id !== id)
      state = {
        ...state,
        opened: { id, at: now },
        alias: null,
        listed: null,
        isWatched: false,
        recovery: null,
        isReacquiring: false,
      };
  } else if (status === "off" && (state.recovery || state.isReacquiring))
    state = { ...state, recovery: null, isReacquiring: false };

  const alias = activeDeviceId === null ? state.alias : isAlias(activeDeviceId) ? activeDeviceId : null;
  if (alias !== state.alias) state = { ...state, alias };
  const { listed } = state;
  // It says nothing before the list is there, nor where the list has no such device: then it is all that is known.
  const active = alias === null ? activeDeviceId : listed && (listed.system ?? alias);
  if (active !== activeDeviceId) effects.push({ signal: "microphoneNamed", deviceId: active });
  if (active && active !== state.toldId) {
    state = { ...state, toldId: active };
    effects.push({ type: "emit", event: "deviceSwitched", payload: active });
  }
  if (active && active === listed?.system && active !== state.followedId) state = { ...state, followedId: active };

  const isWatched = isWatchWanted(state, microphone);
  if (isWatched !== state.isWatched) {
    state = { ...state, isWatched };
    effects.push({ type: "watchInputDevices", on: isWatched });
  }
  if (state.systemMute !== "none" && status !== "open") {
    if (state.systemMute === "pending") effects.push({ type: "cancel", timer: "systemMuteLasts" });
    state = { ...state, systemMute: "none" };
  }
  return next(state, ...effects);
}

/** Whether the list of microphones is worth its costs. Ports of the app's own that do not tell theirs need none. */
function isWatchWanted(
  { isWatched, lossError, alias }: Devices,
  { status, activeDeviceId }: Input,
): Devices["isWatched"] {
  if (status === "off") return lossError !== null && (!isForbidden(lossError) || "permitted");
  return isWatched || (status === "open" && (activeDeviceId ?? alias) !== null);
}

/** Whether an id is Chromium's for the system's choice, not that of a device. */
function isAlias(deviceId: string): boolean {
  return deviceId === "default" || deviceId === "communications";
}

export const deviceListHandlers = { inputDevicesListed, eventEnded: followMicrophone };
