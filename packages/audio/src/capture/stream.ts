import { whenOver } from "../abort.js";
import { AudioError } from "../errors.js";
import { openMicrophone } from "../microphone-access.js";
import { holdAudioSession } from "./audio-session.js";

export interface StreamOptions {
  /** The app's own stream: it is captured, and never stopped. */
  mediaStream: MediaStream | undefined;
  /** For getUserMedia(), where there is no such stream. */
  constraints: MediaTrackConstraints | undefined;
  /** Whether the system is told that the page records. */
  audioSession: boolean;
  /** A track ended, and not by us. */
  onEnded(): void;
  /** The system has muted a track, or lets it go on. */
  onMuteChange(): void;
}

/**
 * Calls getUserMedia() synchronously. The stream is stopped when the signal fires, or as soon as it is granted where the
 * signal has fired before. Rejects with an `AudioError`.
 */
export async function openStream(options: StreamOptions, over: AbortSignal): Promise<MediaStream> {
  const stream = options.mediaStream ?? (await ask(options, over));
  const tracks = stream.getAudioTracks();
  if (tracks.length === 0) {
    throw new AudioError("device-not-found", "The mediaStream has no audio track. Give one that has.");
  }
  // A track that has ended gives silence for ever, and says so no more.
  if (tracks.every(({ readyState }) => readyState === "ended")) throw gone();
  for (const track of tracks) {
    track.addEventListener("ended", options.onEnded, { signal: over });
    for (const change of ["mute", "unmute"]) track.addEventListener(change, options.onMuteChange, { signal: over });
  }
  return stream;
}

/** The error of a stream of which every track has ended. */
export function gone(): AudioError {
  return new AudioError(
    "device-not-found",
    "The microphone is gone: its track ended. Give one that lives, and start again.",
  );
}

async function ask({ constraints, audioSession }: StreamOptions, over: AbortSignal): Promise<MediaStream> {
  whenOver(over, holdAudioSession(audioSession));
  const stream = await openMicrophone(constraints);
  whenOver(over, () => {
    for (const track of stream.getTracks()) track.stop();
  });
  return stream;
}
