import { whenOver } from "../abort.js";
import { AudioError } from "../errors.js";
import { openMicrophone } from "../microphone-access.js";
import { holdAudioSession } from "./audio-session.js";

export interface StreamOptions {
  /** The app's own stream: it is used, and never stopped. */
  mediaStream: MediaStream | undefined;
  /** For the user's microphone, where there is no such stream. */
  constraints: MediaTrackConstraints | undefined;
  /** A track ended by itself. */
  onEnded(error: AudioError): void;
}

/**
 * Asks for the microphone in the very call. Whenever its stream comes, it goes when the signal fires; also if that was
 * long ago. Rejects with an `AudioError`.
 */
export async function openStream(options: StreamOptions, over: AbortSignal): Promise<MediaStream> {
  const stream = options.mediaStream ?? (await ask(options.constraints, over));
  const tracks = stream.getAudioTracks();
  if (tracks.length === 0) {
    throw new AudioError("device-not-found", "The mediaStream has no audio track. Give one that has.");
  }
  for (const track of tracks) track.addEventListener("ended", () => options.onEnded(lost()), { signal: over });
  return stream;
}

async function ask(constraints: MediaTrackConstraints | undefined, over: AbortSignal): Promise<MediaStream> {
  whenOver(over, holdAudioSession());
  const stream = await openMicrophone(constraints);
  whenOver(over, () => {
    for (const track of stream.getTracks()) track.stop();
  });
  return stream;
}

function lost(): AudioError {
  return new AudioError(
    "device-not-found",
    "The microphone is gone: it was unplugged, or its permission was taken back. Connect one, or allow it again, and start again.",
  );
}
