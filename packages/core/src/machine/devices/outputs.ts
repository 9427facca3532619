import type { AudioInputDevice } from "../../audio/ports.js";
import { next, type Transition } from "../../transition.js";
import type { DeviceRequest } from "../channels/channel.js";
import type { Output } from "../channels/output.js";

/** What a client knows of the loudspeakers, where one was chosen. */
export interface Outputs {
  /** Whether the loudspeakers are listed: while one that was chosen is to be heard. */
  readonly isWatched: boolean;
  /** The loudspeakers that there are, by their ids; `null` until they were listed. */
  readonly listed: readonly string[] | null;
  /** Where the sound was sent last, by the app or from here; `null`: to the system's choice. */
  readonly sentTo: string | null;
  /** Where the app knows that the agent is heard; `null`: on the system's choice. */
  readonly toldId: string | null;
}

/** What the loudspeakers want done. */
export type OutputsEffect =
  /** Lists the loudspeakers, now and whenever one comes or goes; or no more. */
  { type: "watchOutputDevices"; on: boolean } | { type: "emit"; event: "outputDeviceSwitched"; payload: string | null };

export type OutputsSignal =
  /** Plays there without being asked; `null`: on the system's choice. */
  { signal: "moveSpeaker"; deviceId: string | null };

type OutputsTransition = Transition<Outputs, OutputsEffect | OutputsSignal>;
type OutputsContext = { speaker: Output };

export const initialOutputs: Outputs = { isWatched: false, listed: null, sentTo: null, toldId: null };

/** The chosen one is heard while it is there, and the system's choice while it is not. */
function outputDevicesListed(
  outputs: Outputs,
  { devices }: { devices: readonly AudioInputDevice[] },
  { speaker: { deviceId, status } }: OutputsContext,
): OutputsTransition {
  if (status !== "open" || deviceId === null) return next(outputs);
  const listed = devices.map((device) => device.deviceId);
  const state = { ...outputs, listed };
  const wasThere = outputs.listed?.includes(deviceId);
  const isThere = listed.includes(deviceId);
  // Of one that was never in a list nobody can say that it has gone: a port of the app's own may know others.
  const hasGone = wasThere && !isThere && outputs.sentTo !== null;
  const hasCome = isThere && (wasThere === false || outputs.sentTo !== deviceId);
  if (!hasGone && !hasCome) return next(state);
  const target = isThere ? deviceId : null;
  return next({ ...state, sentTo: target }, { signal: "moveSpeaker", deviceId: target });
}

/** The app has chosen: from here on, that is where the sound goes. */
function setOutputDevice(outputs: Outputs, { deviceId }: { deviceId: string | null }): OutputsTransition {
  return next({ ...outputs, sentTo: deviceId });
}

/** What was refused has changed nothing: the sound is where it was. A list that comes later may ask again. */
function deviceAnswered(
  outputs: Outputs,
  { request, error }: { request: DeviceRequest; error?: Error },
  { speaker }: OutputsContext,
): OutputsTransition {
  const isRefused = error && request.channel === "audioOutput" && request.deviceId === outputs.sentTo;
  return next(isRefused ? { ...outputs, sentTo: speaker.activeDeviceId } : outputs);
}

/** Asked after every event. */
function followSpeaker(
  outputs: Outputs,
  _signal: unknown,
  { speaker: { status, deviceId, activeDeviceId } }: OutputsContext,
): OutputsTransition {
  const effects: OutputsEffect[] = [];
  const isOpen = status === "open";
  const isWatched = isOpen && deviceId !== null;
  let state = outputs;
  if (isWatched !== outputs.isWatched) {
    // An opening asks for the chosen one by itself.
    state = { ...outputs, isWatched, listed: null, sentTo: deviceId };
    effects.push({ type: "watchOutputDevices", on: isWatched });
  }
  // A speaker that closes is no change of the device.
  const toldId = isOpen ? activeDeviceId : null;
  if (toldId !== state.toldId) {
    state = { ...state, toldId };
    if (isOpen) effects.push({ type: "emit", event: "outputDeviceSwitched", payload: toldId });
  }
  return next(state, ...effects);
}

export const outputsHandlers = { outputDevicesListed, setOutputDevice, deviceAnswered, eventEnded: followSpeaker };

/** What the speaker does about it. */
export const movedSpeakerHandlers = {
  moveSpeaker: (output: Output, { deviceId }: { deviceId: string | null }) =>
    next(output, { type: "setDevice", channel: "audioOutput", deviceId, calls: [], isAutomatic: true } as const),
};
