import { type Failure, failureOf } from "./failure.js";
import type { MicrophoneSeen } from "./findings.js";
import { type Scene, whenOver } from "./scene.js";

/** A microphone, and its stream where the diagnosis has opened one of its own. */
export type Found = MicrophoneSeen | { type: "opened"; stream: MediaStream };

/** Finds the microphone to look at: the session's, the app's own, or one that is opened for the diagnosis and stopped with it. */
export async function findMicrophone({ model, options, ports, firstPage, over }: Scene): Promise<Found> {
  const { isOn, status, deviceId } = model.audioInput;
  if (status === "open" && ports) return { type: "session" };
  if (status === "opening") return { type: "unused", why: "The session is opening the microphone right now." };
  if (!isOn) return { type: "unused", why: "The microphone is switched off (audioInput)." };
  if (options.audio) return { type: "unused", why: 'It is the app\'s own (the option "audio"), and not open.' };
  if (options.mediaStream) return { type: "opened", stream: options.mediaStream };
  try {
    const { openMicrophone } = await firstPage.importAudio();
    const stream = await openMicrophone({ ...options.audioConstraints, ...(deviceId !== null && { deviceId }) });
    whenOver(over, () => {
      for (const track of stream.getTracks()) track.stop();
    });
    return { type: "opened", stream };
  } catch (cause) {
    return refused(failureOf(cause));
  }
}

async function refused(error: Failure): Promise<Found> {
  try {
    const { state } = await navigator.permissions.query({ name: "microphone" as PermissionName });
    return { type: "refused", error, permission: state };
  } catch {
    // Not every browser knows this permission by name.
    return { type: "refused", error, permission: null };
  }
}
