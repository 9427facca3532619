import { type AudioError, explained } from "./errors.js";
import { isIos } from "./is-ios.js";

/** Constraints that `audioConstraints` of the app overrides: one channel, the browser's own voice processing on. */
const defaultConstraints: MediaTrackConstraints = {
  channelCount: 1,
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
};

/**
 * Calls getUserMedia() synchronously, so that the prompt appears at once and the user's gesture still counts. A `deviceId`
 * that is a string is that device where it is there, else the system's. Rejects with an `AudioError`.
 */
export async function openMicrophone(constraints: MediaTrackConstraints = {}): Promise<MediaStream> {
  const devices = mediaDevices();
  if (!devices.getUserMedia) throw await withoutMediaDevices();
  try {
    const stream = await capture(devices as MediaDevices, { ...defaultConstraints, ...constraints });
    for (const tell of [...openingListeners]) tell();
    return stream;
  } catch (error) {
    throw await explained("device-in-use", error, (texts) => texts.microphoneRefused(error));
  }
}

/**
 * Chromium gives the system's microphone to a page that asks for another one as `ideal`, so it is asked for as `exact` first.
 * iOS refuses that of devices which are there.
 */
async function capture(devices: MediaDevices, audio: MediaTrackConstraints): Promise<MediaStream> {
  const { deviceId } = audio;
  if (typeof deviceId === "string" && !isIos())
    try {
      return await devices.getUserMedia({ audio: { ...audio, deviceId: { exact: deviceId } } });
    } catch (error) {
      const { name } = Object(error);
      if (name !== "OverconstrainedError" && name !== "NotFoundError") throw error;
    }
  return devices.getUserMedia({ audio });
}

const openingListeners = new Set<() => void>();

/**
 * Calls back whenever a microphone was opened: from then on browsers tell the names of devices, and not all of them fire an
 * event. Returns the undo.
 */
export function onMicrophoneOpened(listener: () => void): () => void {
  openingListeners.add(listener);
  return () => openingListeners.delete(listener);
}

/**
 * How many microphones can be open at a time. iOS captures from one: it mutes or ends the first when another one is opened.
 * Chromium holds several. Firefox does so since 101, and Safari on a Mac it depends: there it is tried.
 */
export function microphonesAtOnce(): "one" | "several" | "unknown" {
  if (isIos()) return "one";
  return navigator.vendor.startsWith("Google") ? "several" : "unknown";
}

/** `navigator.mediaDevices`; in an insecure page and in Node, where there is none, an empty object. */
export function mediaDevices(): Partial<MediaDevices> {
  return globalThis.navigator?.mediaDevices ?? {};
}

/** The error of a page that has no `navigator.mediaDevices`. */
export function withoutMediaDevices(): Promise<AudioError> {
  return explained("blocked-by-policy", undefined, (texts) => texts.withoutMediaDevices());
}
