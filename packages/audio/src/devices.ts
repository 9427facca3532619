import { mediaDevices, openMicrophone, withoutMediaDevices } from "./microphone-access.js";

/** A microphone that can be chosen. */
export interface InputDevice {
  readonly kind: MediaDeviceKind;
  /** What `audioConstraints.deviceId` takes; empty until the microphone was allowed once. */
  deviceId: string;
  /** Shared with the loudspeaker of the same headset. */
  groupId: string;
  /** The system's name for it; empty until the microphone was allowed once. */
  label: string;
  /** Whether the system uses it unless told otherwise. */
  default: boolean;
  /** All of it but this function, so that it can stand where a `MediaDeviceInfo` is expected. */
  toJSON(): { deviceId: string; groupId: string; kind: MediaDeviceKind; label: string; default: boolean };
}

/** A loudspeaker or a headset that can be chosen: its `deviceId` is what `AudioEngine.setOutputDevice()` takes. */
export type OutputDevice = InputDevice;

/**
 * The microphones, each once. Never asks the user for anything unless `requestPermission` (default false) is set: then
 * the microphone is opened for a moment, so that names and ids are known. Rejects with an `AudioError`.
 */
export function listInputDevices({ requestPermission = false } = {}): Promise<InputDevice[]> {
  return listNamed("audioinput", requestPermission);
}

/**
 * The loudspeakers and headsets, each once; none where the browser cannot play on a chosen one. Asks as
 * `listInputDevices()` does, and for the microphone: browsers tell the names of outputs once that was allowed. Rejects with
 * an `AudioError`.
 */
export async function listOutputDevices({ requestPermission = false } = {}): Promise<OutputDevice[]> {
  return canChooseOutput() ? listNamed("audiooutput", requestPermission) : [];
}

/**
 * Calls back with the microphones whenever one comes or goes. Returns the undo. Where there are none to watch, nothing
 * happens.
 */
export function watchInputDevices(callback: (devices: InputDevice[]) => void): () => void {
  return watch(listInputDevices, callback);
}

/** The same of `listOutputDevices()`. */
export function watchOutputDevices(callback: (devices: OutputDevice[]) => void): () => void {
  return canChooseOutput() ? watch(listOutputDevices, callback) : () => {};
}

/** Whether the browser can play on a device that the page chooses. */
export function canChooseOutput(): boolean {
  return typeof AudioContext === "function" && "setSinkId" in AudioContext.prototype;
}

async function listNamed(wanted: MediaDeviceKind, requestPermission: boolean): Promise<InputDevice[]> {
  const listed = await list(wanted);
  if (!requestPermission || listed.some(({ label }) => label !== "")) return listed;
  const stream = await openMicrophone();
  try {
    return await list(wanted);
  } finally {
    for (const track of stream.getTracks()) track.stop();
  }
}

async function list(wanted: MediaDeviceKind): Promise<InputDevice[]> {
  const devices = mediaDevices();
  if (!devices.enumerateDevices) throw await withoutMediaDevices();
  return distinct((await devices.enumerateDevices()).filter(({ kind }) => kind === wanted));
}

function watch<D>(list: () => Promise<D[]>, callback: (devices: D[]) => void): () => void {
  const devices = mediaDevices();
  let latest = 0;
  const changed = () => {
    const change = ++latest;
    list().then(
      (listed) => change === latest && callback(listed),
      // The listener keeps the list it has: the next devicechange lists again.
      () => {},
    );
  };
  devices.addEventListener?.("devicechange", changed);
  return () => {
    latest = 0;
    devices.removeEventListener?.("devicechange", changed);
  };
}

/**
 * Chromium lists the system's choice a second time under these ids: we drop these entries, unless there are no others, and mark the device they
 * stand for.
 */
const aliases = ["default", "communications"];

function distinct(listed: MediaDeviceInfo[]): InputDevice[] {
  const chosen = listed.find(({ deviceId }) => deviceId === "default");
  const others = listed.filter(({ deviceId }) => !aliases.includes(deviceId));
  const real = others[0] ? others : listed.slice(0, 1);
  // Other browsers have no alias: there the first device is the default (W3C Media Capture and Streams, section 9.2).
  const defaultIndex = chosen ? twinOf(chosen, real) : 0;
  return real.map((device, index) => new ListedDevice(device, index === defaultIndex));
}

/** A class, as `MediaDeviceInfo` is: a device without functions of its own can be copied into any state. */
class ListedDevice implements InputDevice {
  readonly kind: MediaDeviceKind;
  readonly deviceId: string;
  readonly groupId: string;
  readonly label: string;
  readonly default: boolean;

  constructor({ kind, deviceId, groupId, label }: MediaDeviceInfo, isDefault: boolean) {
    this.kind = kind;
    this.deviceId = deviceId;
    this.groupId = groupId;
    this.label = label;
    this.default = isDefault;
  }

  toJSON() {
    return { ...this };
  }
}

/**
 * Which device an alias stands for, -1 where none does. Devices of one headset share a group, so the label decides:
 * "Default - Headset" ends with "Headset". Of several that fit, as of "Headset" and "My Headset", it is the longest.
 */
function twinOf(alias: MediaDeviceInfo, devices: readonly MediaDeviceInfo[]): number {
  const fits = (device: MediaDeviceInfo) => device.groupId === alias.groupId && alias.label.endsWith(device.label);
  const length = Math.max(...devices.filter(fits).map(({ label }) => label.length));
  return devices.findIndex((device) => fits(device) && device.label.length === length);
}
