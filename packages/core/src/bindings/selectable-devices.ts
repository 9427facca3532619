import type { AudioInputDevice } from "../audio/devices.js";
import type { AgentMethods } from "./agent.js";
import { canChooseOutput, describeInputDevice, describeOutputDevice } from "./devices.js";

/** What a select of devices reads, calls and says: of microphones, or of loudspeakers. */
export interface SelectableDevices {
  readonly list: "availableInputDevices" | "availableOutputDevices";
  readonly chosen: "preferredInputDeviceId" | "outputDeviceId";
  /** Chooses one; `null` follows the system. */
  choose(methods: Pick<AgentMethods, "selectInputDevice" | "setOutputDevice">, deviceId: string | null): Promise<void>;
  /** Its name, or its number while the browser hides it. `index` counts from 0. */
  describe(device: AudioInputDevice, index: number): string;
  /** Whether the browser lets a page choose among them. */
  canChoose(): boolean;
  /** The classes of its elements begin with it. */
  readonly className: string;
  readonly label: string;
  readonly systemDefault: string;
  readonly loading: string;
  readonly empty: string;
  /** Why there is nothing to choose, where `canChoose()` is false. */
  readonly unsupported: string;
}

export const selectableMicrophones: SelectableDevices = {
  list: "availableInputDevices",
  chosen: "preferredInputDeviceId",
  choose: ({ selectInputDevice }, deviceId) => selectInputDevice(deviceId),
  describe: describeInputDevice,
  canChoose: () => true,
  className: "layercode-mic-select",
  label: "Microphone",
  systemDefault: "System default microphone",
  loading: "Loading microphones…",
  empty: "No microphones detected",
  unsupported: "",
};

export const selectableSpeakers: SelectableDevices = {
  list: "availableOutputDevices",
  chosen: "outputDeviceId",
  choose: ({ setOutputDevice }, deviceId) => setOutputDevice(deviceId),
  describe: describeOutputDevice,
  canChoose: canChooseOutput,
  className: "layercode-speaker-select",
  label: "Speaker",
  systemDefault: "System default speaker",
  loading: "Loading speakers…",
  empty: "No speakers detected",
  unsupported: "This browser plays on the system's choice: change it in the system's settings.",
};

/** The value of the option that follows the system. */
export const systemDefaultValue = "default";

/**
 * The value that a select shows: that of the chosen device where it is in the list, else the system's choice, which stands
 * in for one that is not there.
 */
export function selectedValue(deviceId: string | null, devices: readonly AudioInputDevice[]): string {
  return deviceId !== null && devices.some((device) => device.deviceId === deviceId) ? deviceId : systemDefaultValue;
}

/** The device that an option of this value stands for; `null`: the system's choice. */
export function deviceOfValue(value: string): string | null {
  return value === systemDefaultValue ? null : value;
}
