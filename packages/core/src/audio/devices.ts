import { asLayercodeError } from "../errors.js";
import { importAudio } from "./browser-audio.js";
import type { AudioInputDevice } from "./ports.js";

export type { AudioInputDevice };

/** A loudspeaker or a headset that can be chosen: its `deviceId` is what `setOutputDevice()` takes. */
export type AudioOutputDevice = AudioInputDevice;

/**
 * The microphones. Never asks the user for anything unless `requestPermission` (default false) is set: then the
 * microphone is opened for a moment, so that names and ids are known. Rejects with a `LayercodeError`.
 */
export function listAudioInputDevices(options: { requestPermission?: boolean } = {}): Promise<AudioInputDevice[]> {
  return list(({ listInputDevices }) => listInputDevices(options));
}

/**
 * The loudspeakers and headsets; none where the browser cannot play on a chosen one. Never asks the user for anything:
 * names and ids are known once the microphone was allowed. Rejects with a `LayercodeError`.
 */
export function listAudioOutputDevices(): Promise<AudioOutputDevice[]> {
  return list(({ listOutputDevices }) => listOutputDevices());
}

/** Calls back with the microphones whenever one comes or goes. Returns the undo. */
export function watchAudioInputDevices(callback: (devices: AudioInputDevice[]) => void): () => void {
  return watch(({ watchInputDevices }) => watchInputDevices(callback));
}

/** Calls back with the microphones now, and whenever one comes or goes. Returns the undo. */
export function followAudioInputDevices(callback: (devices: AudioInputDevice[]) => void): () => void {
  return watch(({ followInputDevices }) => followInputDevices(callback));
}

/** Calls back with the loudspeakers and headsets whenever one comes or goes. Returns the undo. */
export function watchAudioOutputDevices(callback: (devices: AudioOutputDevice[]) => void): () => void {
  return watch(({ watchOutputDevices }) => watchOutputDevices(callback));
}

type AudioPackage = typeof import("./audio-package.js");

async function list<D>(listWith: (audio: AudioPackage) => Promise<D[]>): Promise<D[]> {
  try {
    return await listWith(await importAudio());
  } catch (error) {
    throw asLayercodeError(error, "worklet-load");
  }
}

function watch(watchWith: (audio: AudioPackage) => () => void): () => void {
  let undo: (() => void) | null = null;
  let over = false;
  importAudio().then(
    (audio) => {
      if (!over) undo = watchWith(audio);
    },
    // Whoever lists them is told why.
    () => {},
  );
  return () => {
    over = true;
    undo?.();
  };
}
