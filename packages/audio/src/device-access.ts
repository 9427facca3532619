import { whenOver } from "./abort.js";
import {
  canChooseOutput,
  type InputDevice,
  listInputDevices,
  listOutputDevices,
  type OutputDevice,
} from "./devices.js";
import { mediaDevices, onMicrophoneOpened } from "./microphone-access.js";

/** Whether a page may use devices of a kind. `unsupported`: the browser lets no page choose among them. */
export type DevicePermission = "granted" | "prompt" | "denied" | "unsupported";

/** The devices that a page may choose from, and whether it may use them. */
export interface DeviceAccess {
  inputs: InputDevice[];
  inputPermission: DevicePermission;
  /** None where the browser cannot play on a chosen one. */
  outputs: OutputDevice[];
  outputPermission: DevicePermission;
}

/**
 * Calls back with all devices now, and whenever one of them or a permission changes. Never asks the user for anything.
 * Returns the undo. Where there are none to list, nothing happens.
 */
export function followDevices(callback: (access: DeviceAccess) => void): () => void {
  const over = new AbortController();
  const { signal } = over;
  let latest = 0;
  let told = "";

  async function look(): Promise<void> {
    const mine = ++latest;
    const access = await accessNow();
    const text = JSON.stringify(access);
    // Browsers report changes of cameras as well.
    if (mine !== latest || signal.aborted || text === told) return;
    told = text;
    callback(access);
  }

  // What cannot be listed now may be at the next change.
  const changed = () => void look().catch(() => {});
  mediaDevices().addEventListener?.("devicechange", changed, { signal });
  for (const name of ["microphone", "speaker-selection"])
    void permissionOf(name).then((permission) => {
      if (!signal.aborted) permission?.addEventListener("change", changed, { signal });
    });
  whenOver(signal, onMicrophoneOpened(changed));
  changed();
  return () => over.abort();
}

async function accessNow(): Promise<DeviceAccess> {
  const [inputs, outputs, microphone, selection] = await Promise.all([
    listInputDevices(),
    listOutputDevices(),
    permissionOf("microphone"),
    permissionOf("speaker-selection"),
  ]);
  const inputPermission = permissionFor(inputs, microphone);
  // Browsers without a permission of its own for outputs tell them once the microphone was allowed.
  const outputPermission = permissionFor(outputs, selection, inputPermission);
  return {
    inputs,
    inputPermission,
    outputs,
    outputPermission: canChooseOutput() ? outputPermission : "unsupported",
  };
}

/** Names are only told to a page that may use the devices, also where it may for this once. */
function permissionFor(
  devices: readonly InputDevice[],
  asked: PermissionStatus | null,
  otherwise: DevicePermission = "prompt",
): DevicePermission {
  return devices.some(({ label }) => label !== "") ? "granted" : (asked?.state ?? otherwise);
}

async function permissionOf(name: string): Promise<PermissionStatus | null> {
  try {
    return await navigator.permissions.query({ name: name as PermissionName });
  } catch {
    // Not every browser knows every permission by name.
    return null;
  }
}
