import { asLayercodeError } from "../errors.js";
import { begun, type Undo } from "../undo.js";
import { importAudio } from "./browser-audio.js";
import type { AudioInputDevice, ListOptions } from "./ports.js";

export type { AudioInputDevice };

/** A loudspeaker or a headset that can be chosen: its `deviceId` is what `setOutputDevice()` takes. */
export type AudioOutputDevice = AudioInputDevice;

/**
 * The microphones. Never asks the user for anything unless `requestPermission` (default false) is set: then the
 * microphone is opened for a moment, so that names and ids are known. Rejects with a `LayercodeError`.
 */
export function listAudioInputDevices(options: { requestPermission?: boolean } = {}): Promise<AudioInputDevice[]> {
  return listAudioDevices(options);
}

/**
 * The loudspeakers and headsets; none where the browser cannot play on a chosen one. Asks as `listAudioInputDevices()`
 * does, and for the microphone: browsers tell the names of outputs once that was allowed. Rejects with a `LayercodeError`.
 */
export function listAudioOutputDevices(options: { requestPermission?: boolean } = {}): Promise<AudioOutputDevice[]> {
  return listAudioDevices({ ...options, kind: "audiooutput" });
}

/** Either of them. `kind`: default "audioinput". */
export async function listAudioDevices(options: ListOptions = {}): Promise<AudioInputDevice[]> {
  try {
    const { listDevices } = await importAudio();
    return await listDevices(options);
  } catch (error) {
    throw asLayercodeError(error, "worklet-load");
  }
}

/** Calls back with the microphones whenever one comes or goes. Returns the undo. */
export function watchAudioInputDevices(callback: (devices: AudioInputDevice[]) => void): () => void {
  return watchWith(({ watchInputDevices }) => watchInputDevices(callback));
}

/** Calls back with the loudspeakers and headsets whenever one comes or goes. Returns the undo. */
export function watchAudioOutputDevices(callback: (devices: AudioOutputDevice[]) => void): () => void {
  return watchWith(({ watchOutputDevices }) => watchOutputDevices(callback));
}

type AudioPackage = typeof import("./audio-package.js");

/** Begins a watch that the audio package keeps, as soon as its code is there; whoever lists is told why it is not. Returns the undo. */
export function watchWith(begin: (audio: AudioPackage) => Undo): Undo {
  return begun(importAudio().then((audio) => () => begin(audio)));
}
