import { type AudioInputDevice, listAudioInputDevices, watchAudioInputDevices } from "../audio/devices.js";
import type { LayercodeClient } from "../client/client.js";
import { reportListenerError } from "../client/listener-error.js";
import { createStore, type Undo, whileSubscribed } from "../client/store.js";
import type { LayercodeError } from "../errors.js";

/** The microphones as a list on a page shows them. */
export interface InputDeviceList {
  readonly availableInputDevices: readonly AudioInputDevice[];
  readonly isInputDeviceListLoading: boolean;
  readonly inputDeviceListError: string | null;
}

/** Lists microphones while somebody looks at the list, and `isWanted` says so. */
export function createInputDeviceStore(client: LayercodeClient, isWanted: () => boolean) {
  const initial = { availableInputDevices: [], isInputDeviceListLoading: false, inputDeviceListError: null };
  const store = createStore<InputDeviceList>(initial, reportListenerError);
  let latest = 0;

  /** Lists them now. Rejects with a `LayercodeError`, and the list says why. */
  async function refresh(): Promise<readonly AudioInputDevice[]> {
    const request = ++latest;
    const show = (patch: Partial<InputDeviceList>) => {
      if (request === latest) store.set({ ...store.get(), isInputDeviceListLoading: false, ...patch });
    };
    show({ isInputDeviceListLoading: true });
    try {
      const devices = await listAudioInputDevices();
      show({ availableInputDevices: devices, inputDeviceListError: null });
      return devices;
    } catch (error) {
      show({ inputDeviceListError: (error as LayercodeError).message });
      throw error;
    }
  }

  function watch(): Undo {
    let undoWatch: Undo | null = null;
    let active: string | null = null;
    const follow = () => {
      const { activeInputDeviceId } = client.getSnapshot();
      // Once the microphone is open its names are known: no browser tells.
      const opened = activeInputDeviceId !== active && activeInputDeviceId !== null;
      active = activeInputDeviceId;
      if (!isWanted() || (undoWatch && !opened)) return;
      undoWatch ??= watchAudioInputDevices((devices) => {
        latest++;
        store.set({ availableInputDevices: devices, isInputDeviceListLoading: false, inputDeviceListError: null });
      });
      refresh().catch(() => {});
    };
    const unsubscribe = client.subscribe(follow);
    follow();
    return () => {
      unsubscribe();
      undoWatch?.();
    };
  }

  return { ...whileSubscribed(store, watch), refresh };
}

/** A microphone in words: its name, or its number while the name is not known. `index` counts from 0. */
export function describeInputDevice({ label, default: isDefault }: AudioInputDevice, index: number): string {
  return `${label || `Microphone ${index + 1}`}${isDefault ? " (default)" : ""}`;
}
