import type { importAudio } from "../audio/browser-audio.js";
import type { AudioPorts } from "../audio/ports.js";
import type { asLayercodeError, LayercodeError } from "../errors.js";
import type { ResolvedOptions } from "../options/resolve.js";
import type { Dispatcher } from "../runtime/dispatcher.js";
import type { Recording, RecordingOptions } from "./recording.js";

/** What the first page has: imported from here, it would become a file more for every page. */
export interface OfFirstPage {
  LayercodeError: typeof LayercodeError;
  asLayercodeError: typeof asLayercodeError;
  importAudio: typeof importAudio;
  /** The session's ports when the app asked for the recording, before this code was there. */
  ports: AudioPorts | null;
  /** `Dispatcher.ends` at that time. */
  ends: number;
}

/** Records the session that is open, or else the next one, from its first sound on. */
export async function startRecording(
  dispatcher: Dispatcher,
  { audio, recordingWorkletUrl: workletUrl }: Pick<ResolvedOptions, "audio" | "recordingWorkletUrl">,
  { LayercodeError, asLayercodeError, importAudio, ports, ends }: OfFirstPage,
  options: RecordingOptions = {},
): Promise<Recording> {
  if (audio) {
    const text = 'The sound of the option "audio" is your own. Record it in your ports, or leave the option out.';
    throw new LayercodeError("invalid-option", text);
  }
  const typed = (error: unknown): never => {
    throw asLayercodeError(error, "recording-failed");
  };
  const { runtime } = dispatcher;
  const sound = await importAudio();
  const recording = await sound.createRecording({ ...options, ...(workletUrl && { workletUrl }) }).catch(typed);
  if ((ports !== null && ports !== runtime.audio.ports) || ends !== dispatcher.ends) {
    // The next session is not the one that was asked for: its user may know nothing of a recording.
    void recording.stop();
    throw new LayercodeError("aborted", "The session ended before its recording had begun.");
  }

  let hasBegun = false;
  let isGivenUp = false;
  const begin = async (): Promise<void> => {
    if (hasBegun || !runtime.audio.ports) return;
    hasBegun = true;
    await sound.record(recording, runtime.audio.ports).catch(typed);
  };
  // With `mute({ hint: true })` the microphone listens on, and what it hears is not for others.
  const follow = () => recording.hearMicrophone(dispatcher.model.audioInput.muted === null);
  follow();
  const stopObserving = dispatcher.observe(({ type }) => {
    if (type === "mute" || type === "setMuted" || type === "channelOpened") follow();
    // A failure is told by `finished`.
    if (type === "channelOpened") begin().catch(() => {});
    if (type !== "disconnect" || hasBegun) return;
    // Without sound, there is none whose end would end the recording.
    isGivenUp = true;
    void recording.stop();
  });
  const finished = recording.finished.finally(stopObserving).catch(typed);
  // Whoever asks for it is told.
  finished.catch(() => {});
  const { audioInput, audioOutput } = dispatcher.model;
  if (audioInput.status === "open" || audioOutput.status === "open") await begin();
  // What fails before is told to whoever waits for this call.
  finished.catch((error) => dispatcher.dispatch({ type: "recordingFailed", error }));

  return {
    sampleRate: recording.sampleRate,
    get durationMs() {
      return recording.durationMs;
    },
    get stopped() {
      return recording.endedBy !== null;
    },
    get endedBy() {
      return isGivenUp ? "closed" : recording.endedBy;
    },
    finished,
    stop() {
      void recording.stop().catch(() => {});
      return finished;
    },
  };
}
