import { asLayercodeError } from "../errors.js";
import { importAudio } from "./browser-audio.js";

/** A microphone that can be chosen. */
export interface AudioInputDevice {
  /** What `setPreferredInputDevice()` takes; empty until the microphone was allowed once. */
  deviceId: string;
  /** Shared with the loudspeaker of the same headset. */
  groupId: string;
  /** The system's name for it; empty until the microphone was allowed once. */
  label: string;
  /** Whether the system uses it unless told otherwise. */
  default: boolean;
}

/**
 * The microphones. Never asks the user for anything unless `requestPermission` (default false) is set: then the
 * microphone is opened for a moment, so that names and ids are known. Rejects with a `LayercodeError`.
 */
export async function listAudioInputDevices(
  options: { requestPermission?: boolean } = {},
): Promise<AudioInputDevice[]> {
  try {
    return await (await importAudio()).listInputDevices(options);
  } catch (error) {
    throw asLayercodeError(error, "worklet-load");
  }
}

/** Calls back with the microphones whenever one comes or goes. Returns the undo. */
export function watchAudioInputDevices(callback: (devices: AudioInputDevice[]) => void): () => void {
  let undo: (() => void) | null = null;
  let over = false;
  importAudio().then(
    ({ watchInputDevices }) => {
      if (!over) undo = watchInputDevices(callback);
    },
    // Whoever lists them is told why.
    () => {},
  );
  return () => {
    over = true;
    undo?.();
  };
}
