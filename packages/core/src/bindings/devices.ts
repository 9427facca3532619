import {
  type AudioInputDevice,
  type AudioOutputDevice,
  listAudioInputDevices,
  listAudioOutputDevices,
  watchAudioInputDevices,
  watchAudioOutputDevices,
} from "../audio/devices.js";
import type { LayercodeClient } from "../client/client.js";
import { createStore, whileSubscribed } from "../client/store.js";
import type { LayercodeError } from "../errors.js";
import type { Undo } from "../undo.js";
import type { AgentOptions } from "./options.js";
import { undoAll } from "./undo-all.js";

/** The devices that a user can choose from. Each list is a new one: an app may put it into a state of its own. */
export interface DeviceLists {
  readonly availableInputDevices: AudioInputDevice[];
  readonly isInputDeviceListLoading: boolean;
  readonly inputDeviceListError: string | null;
  /** The loudspeakers and headsets; none where the browser cannot play on a chosen one. */
  readonly availableOutputDevices: AudioOutputDevice[];
}

export const initialDevices: DeviceLists = {
  availableInputDevices: [],
  isInputDeviceListLoading: false,
  inputDeviceListError: null,
  availableOutputDevices: [],
};

/**
 * Lists the devices, and follows changes, while a list has a subscriber, once the microphone is on or the option
 * `autoLoadInputDevices` is not `false`.
 */
export function createDeviceStore(client: LayercodeClient, options: AgentOptions) {
  const store = createStore(initialDevices);
  const show = (patch: Partial<DeviceLists>) => store.set({ ...store.get(), ...patch });
  const showListed = (listed: Partial<DeviceLists>) =>
    show({ ...listed, isInputDeviceListLoading: false, inputDeviceListError: null });
  let latest = 0;
  let latestOutputs = 0;

  /** Lists them now. Rejects with a `LayercodeError`, whose message becomes `inputDeviceListError`. */
  async function refresh(): Promise<AudioInputDevice[]> {
    const request = ++latest;
    const outputsRequest = ++latestOutputs;
    show({ isInputDeviceListLoading: true });
    try {
      const [inputs, outputs] = await Promise.all([listAudioInputDevices(), listAudioOutputDevices()]);
      if (outputsRequest === latestOutputs) show({ availableOutputDevices: outputs });
      if (request === latest) showListed({ availableInputDevices: inputs });
      return inputs;
    } catch (error) {
      if (request === latest)
        show({ isInputDeviceListLoading: false, inputDeviceListError: (error as LayercodeError).message });
      throw error;
    }
  }

  function watch(): Undo {
    let stop: Undo | null = null;
    let active: string | null = null;
    const follow = () => {
      const { activeInputDeviceId, audioInput } = client.getSnapshot();
      // Browsers hide the names until a microphone has been opened, and fire no event then: list again.
      const isNew = activeInputDeviceId && activeInputDeviceId !== active;
      active = activeInputDeviceId;
      const isWanted = options.get().autoLoadInputDevices !== false || audioInput;
      if (!isWanted || (stop && !isNew)) return;
      stop ??= watchDevices();
      refresh().catch(() => {});
    };
    follow();
    return undoAll(client.subscribe(follow), options.subscribe(follow), () => stop?.());
  }

  function watchDevices(): Undo {
    return undoAll(
      watchAudioInputDevices((availableInputDevices) => {
        latest++;
        showListed({ availableInputDevices });
      }),
      watchAudioOutputDevices((availableOutputDevices) => {
        latestOutputs++;
        show({ availableOutputDevices });
      }),
    );
  }

  return { ...whileSubscribed(store, watch), refresh };
}

/** The name of a microphone, or "Microphone 2" while the browser hides it. `index` counts from 0. */
export function describeInputDevice(device: AudioInputDevice, index: number): string {
  return describe("Microphone", device, index);
}

/** The name of a loudspeaker or headset, or "Speaker 2" while the browser hides it. `index` counts from 0. */
export function describeOutputDevice(device: AudioOutputDevice, index: number): string {
  return describe("Speaker", device, index);
}

function describe(kind: string, { label, default: isDefault }: AudioInputDevice, index: number): string {
  return `${label || `${kind} ${index + 1}`}${isDefault ? " (default)" : ""}`;
}

/** Whether the browser can play on a device that the page chooses; Firefox, Safari and servers cannot. */
export function canChooseOutput(): boolean {
  return typeof AudioContext === "function" && "setSinkId" in AudioContext.prototype;
}
