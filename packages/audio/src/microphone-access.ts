import { type AudioError, explained } from "./errors.js";

/** What browsers are asked for unless the app says otherwise: one channel, the browser's own voice processing on. */
const defaultConstraints: MediaTrackConstraints = {
  channelCount: 1,
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
};

/**
 * Asks for the microphone, in the very call: the prompt appears before anything else is awaited.
 * Rejects with an `AudioError`.
 */
export async function openMicrophone(constraints: MediaTrackConstraints = {}): Promise<MediaStream> {
  const devices = mediaDevices();
  if (!devices.getUserMedia) throw await withoutMediaDevices();
  try {
    return await devices.getUserMedia({ audio: { ...defaultConstraints, ...constraints } });
  } catch (error) {
    throw await explained("device-in-use", error, (texts) => texts.microphoneRefused(error));
  }
}

/**
 * Whether two microphones can be open at a time. WebKit, which is all browsers on iOS and Safari, captures from one: it
 * mutes or ends the first when another one is opened.
 */
export function holdsTwoMicrophones(): boolean {
  return !globalThis.navigator?.vendor?.startsWith("Apple");
}

/** Where there are none, as in an insecure page or in Node, an object without a method. */
export function mediaDevices(): Partial<MediaDevices> {
  return globalThis.navigator?.mediaDevices ?? {};
}

/** Why this page has no microphones at all. */
export function withoutMediaDevices(): Promise<AudioError> {
  return explained("blocked-by-policy", undefined, (texts) => texts.withoutMediaDevices());
}
