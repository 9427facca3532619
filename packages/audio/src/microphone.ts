import { createController, whenOver } from "./abort.js";
import type { AudioEngine } from "./audio-engine.js";
import type { DetectionSettings } from "./capture/detection-settings.js";
import type { MicrophoneFrame } from "./capture/frame.js";
import { type CaptureSession, createSession, starting } from "./capture/session.js";
import { engineKey } from "./engine-key.js";
import { type AudioError, checkSampleRate, invalidOption } from "./errors.js";
import type { FloatSamples } from "./typed-arrays.js";
import type { SpeechEvent } from "./vad/vad.js";
import type { RecorderOptions } from "./worklets/messages.js";

export type { MicrophoneFrame };

export interface MicrophoneOptions {
  engine: AudioEngine;
  /** Rate of the PCM16, in Hz, an integer from 3000 to 192000. Default 8000. */
  sampleRate?: number | undefined;
  /** Length of a frame in milliseconds, 5 to 200. Default 20. */
  frameMs?: number | undefined;
  /** Whether frames also carry floats at 16 kHz, for voice detection. Default false. */
  detection?: boolean | undefined;
  /** Override the defaults: one channel; echo cancellation, noise suppression and automatic gain on. */
  audioConstraints?: MediaTrackConstraints | undefined;
  /** The app's own stream instead of the user's microphone. It is used, and never stopped. */
  mediaStream?: MediaStream | undefined;
  /** Whether iOS is told that the page records while it plays (`navigator.audioSession`). Default true. */
  audioSession?: boolean | undefined;
  /**
   * Makes the app's own node, to suppress noise for example, between microphone and recorder: one input, one output,
   * on the context that it is given, which is not the engine's where the microphone needs another rate. Called at each
   * opening; the node is disconnected at its end.
   */
  processor?: ((context: AudioContext) => AudioNode | Promise<AudioNode>) | undefined;
}

export interface MicrophoneEvents {
  onFrame(frame: MicrophoneFrame): void;
  /** The microphone is gone; it has stopped. */
  onEnded(error: AudioError): void;
  /**
   * `true` after 3 s of exact zeros while not muted, which no working microphone gives; `false` when sound comes again.
   */
  onSilent?(silent: boolean): void;
  /**
   * The system has muted the microphone (`true`), as for a phone call, an assistant or a switch on the headset, or lets it
   * go on (`false`). Not called for your own `setMuted()`.
   */
  onSystemMute?(muted: boolean): void;
  /** Where `setDetection()` asks for it: speech began, and ended. Starts and ends alternate. */
  onSpeech?(event: SpeechEvent): void;
  /**
   * Each code once a detection. `detector-failed`: the detector that was asked for does not work, and loudness
   * alone decides. `worklet-load` and `invalid-option`: nothing is detected.
   */
  onDetectorFailed?(error: AudioError): void;
}

export interface Microphone {
  /**
   * Asks for the microphone at once and resolves when it is open: frames flow as long as the engine runs. Rejects with
   * an `AudioError`, `aborted` after the signal, `stop()` or another `start()`. `deviceId`: which one, where it is
   * there; default the system's. A page that the browser puts away to come back to (back/forward cache) gives the
   * microphone back, and opens it again when it returns.
   */
  start(events: MicrophoneEvents, signal?: AbortSignal, choice?: { deviceId: string | null }): Promise<void>;
  /** Gives the microphone back. No event comes afterwards. */
  stop(): void;
  /**
   * Captures from another device, `null`: the system's choice, and resolves when its frames flow in place of the old
   * one's, on the same clock and without a gap. The old one goes on until then, and, where the new one is refused, ever
   * after: `setDevice` rejects with the `AudioError`. Browsers that hold only one microphone (all on iOS, Firefox before
   * 101) close the old one first, and open it again where the new one is refused. Rejects `aborted` after another `setDevice()`,
   * `stop()`, `start()`, and when the page is put away. Changes nothing where there is nothing to change: while
   * stopped, for the next `start()` says which device, and with a `mediaStream` of the app. While the page is put away
   * it is the device that opens at the return.
   */
  setDevice(deviceId: string | null): Promise<void>;
  /**
   * Begins to detect speech, changes how, or ends it (`null`), at any time; kept for a later start. Speech that is under
   * way ends with the detection, and where `vad` or an address changes. Resolves once speech is detected, by loudness
   * until the model is there, or where none will be; while stopped, at once.
   */
  setDetection(settings: DetectionSettings | null): Promise<void>;
  /** Delivers the samples that are not yet a whole frame as a shorter one, then resolves. */
  flush(): Promise<void>;
  /** Mutes or unmutes the track; kept for a later start. */
  setMuted(muted: boolean): void;
  /** The time on the audio clock, in seconds. */
  now(): number;
  /** RMS of the last 20 ms, 0..1, as of the newest frame; 0 while stopped. */
  level(): number;
  /**
   * Fills `output` with the spectrum of what is captured now, in dB: value i stands for i / `output.length` of half the
   * device's rate, unsmoothed (Web Audio API 1.1, section 1.8). A power of two from 16 to 16384 values; -Infinity while
   * stopped. Costs nothing before the first call. Throws `invalid-option` for another length.
   */
  spectrum(output: FloatSamples): void;
  /** What is captured; `null` while stopped, and while the page is put away. */
  readonly stream: MediaStream | null;
}

/**
 * Makes a microphone on an engine. Nothing is asked of the user before `start()`. Throws `invalid-option` for a rate or
 * a frame length out of range.
 */
export function createMicrophone(options: MicrophoneOptions): Microphone {
  const { engine } = options;
  const recorder = recorderOptions(options);
  let current: CaptureSession | null = null;
  let muted = false;
  let detection: DetectionSettings | null = null;

  const stop = () => current?.close();

  async function start(
    events: MicrophoneEvents,
    signal?: AbortSignal,
    choice: { deviceId: string | null } = { deviceId: null },
  ): Promise<void> {
    stop();
    const over = createController(engine, starting, signal);
    current = createSession({ ...options, recorder }, choice.deviceId, muted, events, over);
    whenOver(over.signal, () => {
      current = null;
    });
    void current.setDetection(detection);
    try {
      await current.opening.ready;
    } catch (error) {
      over.abort();
      throw error;
    }
  }

  return {
    start,
    stop,
    setDevice: async (deviceId) => current?.setDevice(deviceId),
    async setDetection(settings) {
      detection = settings;
      await current?.setDetection(settings);
    },
    flush: async () => current?.opening.graph?.flush(),
    setMuted(value) {
      muted = value;
      current?.setMuted(value);
    },
    now: () => engine.context.currentTime,
    level: () => current?.level ?? 0,
    spectrum(output) {
      output.fill(-Infinity);
      current?.opening.graph?.spectrum(output);
    },
    get stream() {
      return current?.opening.stream ?? null;
    },
  };
}

function recorderOptions(options: MicrophoneOptions): RecorderOptions {
  const { engine, sampleRate = 8000, frameMs = 20, detection = false } = options;
  checkSampleRate(sampleRate);
  if (!(frameMs >= 5 && frameMs <= 200))
    throw invalidOption("frameMs", frameMs, "a number from 5 to 200, in milliseconds");
  const frameLength = Math.round((sampleRate * frameMs) / 1000);
  return { engine: engineKey(engine), outputRate: sampleRate, frameLength, detection };
}
