import { untilOver, whenOver } from "../abort.js";
import { type AudioError, aborted } from "../errors.js";
import { holdsTwoMicrophones } from "../microphone-access.js";
import { holdAudioSession } from "./audio-session.js";
import { frameFrom, type MicrophoneFrame } from "./frame.js";
import { type Opening, type OpeningOptions, openDevice } from "./opening.js";
import { createSilenceWatch } from "./silence.js";

export interface SessionOptions extends Pick<OpeningOptions, "engine" | "recorder" | "processor" | "mediaStream"> {
  audioConstraints: MediaTrackConstraints | undefined;
  deviceId: string | null;
  muted: boolean;
  onFrame(frame: MicrophoneFrame): void;
  onSilent(silent: boolean): void;
  /** The microphone is gone. */
  onEnded(error: AudioError): void;
}

/** One start of a microphone and all that belongs to it, until the signal fires. */
export interface CaptureSession {
  /** What delivers the frames. Another one after a change of the device, and after the page came back. */
  readonly opening: Opening;
  setMuted(muted: boolean): void;
  setDevice(deviceId: string | null): Promise<void>;
}

/** Opens the microphone, and asks for it in the very call. */
export function createSession(options: SessionOptions, over: AbortSignal): CaptureSession {
  const { engine, recorder, mediaStream, audioConstraints } = options;
  const { sampleRate } = recorder;
  const silence = createSilenceWatch(options.onSilent);
  let { deviceId: device, muted } = options;
  /** The end of the newest frame, and the earliest time that the current opening may deliver, in seconds. */
  let delivered = Number.NEGATIVE_INFINITY;
  let begin = delivered;
  let opening = open(device);
  /** The change of the device that is under way, and the opening of the new one. */
  let change: AbortController | null = null;
  let next: Opening | null = null;
  let away = false;

  function open(deviceId: string | null): Opening {
    const opened = openDevice({
      ...options,
      constraints: deviceId === null ? audioConstraints : { ...audioConstraints, deviceId },
      onStream: () => setMuted(muted),
      onFrame(frame, captured) {
        // During a change of the device the old one delivers, up to the moment at which the new one takes over.
        if (opened !== opening) return;
        const rest = frameFrom(frame, begin, sampleRate);
        if (rest.pcm.length === 0) return;
        delivered = rest.time + rest.pcm.length / sampleRate;
        silence.follow(captured.silence, delivered);
        options.onFrame(rest);
      },
      onLost: (error) => (opened === opening ? options.onEnded(error) : change?.abort(error)),
    });
    return opened;
  }

  function reopen(): Promise<void> {
    opening = open(device);
    return opening.ready.catch((error) => {
      // Cancelled: by stop(), by a change of the device, or by the page that goes away again before it is open.
      if (error.code !== "aborted") options.onEnded(error);
    });
  }

  function setMuted(value: boolean): void {
    muted = value;
    silence.setMuted(value, engine.context.currentTime);
    opening.setMuted(value);
    next?.setMuted(value);
  }

  async function setDevice(deviceId: string | null): Promise<void> {
    if (mediaStream !== undefined) return;
    change?.abort();
    if (away) {
      device = deviceId;
      return;
    }
    change = new AbortController();
    const { signal } = change;
    const until = (work: Promise<void>) => untilOver(signal, changing, work);
    // A start, or a return of the page, that is under way is completed first.
    await until(opening.ready);
    const two = holdsTwoMicrophones();
    if (!two) await until(opening.flush());
    // Held over the change: "auto" in between would move the sound to another loudspeaker.
    const release = holdAudioSession();
    if (!two) opening.close();
    const opened = open(deviceId);
    next = opened;
    release();
    whenOver(signal, opened.close);
    try {
      await until(opened.ready);
      // The old one delivers up to this moment, the new one from it on.
      if (two) await until(opening.flush());
      if (signal.aborted) throw aborted(changing);
    } catch (error) {
      opened.close();
      if (!two && !signal.aborted) await reopen();
      throw error;
    }
    opening.close();
    opening = opened;
    device = deviceId;
    begin = delivered;
    // From here on it is no change that a later one could cancel.
    change = null;
  }

  function close(): void {
    change?.abort();
    opening.close();
  }

  whenOver(over, close);
  // In the cache the microphone's light must not stay on, and browsers cache no page where it does.
  if (mediaStream === undefined) {
    const hide = () => {
      away = true;
      close();
    };
    const show = () => {
      away = false;
      void reopen();
    };
    followPageCache(hide, show, over);
  }
  return {
    get opening() {
      return opening;
    },
    setMuted,
    setDevice,
  };
}

const changing = "Changing the microphone";

/** Calls when the page goes into the back/forward cache and when it comes back, until the signal fires. */
function followPageCache(hide: () => void, show: () => void, over: AbortSignal): void {
  globalThis.addEventListener?.("pagehide", ({ persisted }) => persisted && hide(), { signal: over });
  globalThis.addEventListener?.("pageshow", ({ persisted }) => persisted && show(), { signal: over });
}
