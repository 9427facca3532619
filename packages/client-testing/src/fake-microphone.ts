import { type Deferred, deferred } from "./deferred.js";
import { changeDevice, type DeviceChange } from "./device-change.js";

/** A piece of microphone audio. */
export interface FakeMicrophoneFrame {
  /** PCM16, mono, 8000 Hz. */
  pcm: Int16Array;
  /** When its first sample was captured: seconds on the microphone's clock. */
  time: number;
  /** When the user's speech was heard last, on the same clock. */
  spokenUntil?: number;
}

/** How a microphone was told to listen for speech. */
export interface FakeDetectionSettings {
  vad:
    | "silero"
    | "energy"
    | {
        readonly frameLength: number;
        process(frame: Float32Array): number | Promise<number>;
        reset(): void;
      };
  positiveThreshold: number;
  negativeThreshold: number;
  hangOverMs: number;
  minimumSpeechMs: number;
  bargeIn: "pause" | "duck" | "off";
  modelUrl?: string | URL;
  workletUrl?: string | URL;
}

/** Speech, or its end; `time` in seconds on the microphone's clock. */
export type FakeSpeechEvent =
  | { type: "start"; time: number; held: "paused" | "ducked" | null }
  | { type: "end"; time: number }
  | { type: "misfire"; time: number };

/** What a client hears of its microphone. */
export interface FakeMicrophoneEvents {
  onFrame(frame: FakeMicrophoneFrame): void;
  onEnded(error: Error): void;
  onSilent?(silent: boolean): void;
  onSystemMute?(muted: boolean): void;
  onSpeech?(event: FakeSpeechEvent): void;
  onDetectorFailed?(error: Error): void;
}

/** A `start()` that was called. */
export interface FakeMicrophoneStart {
  events: FakeMicrophoneEvents;
  /** The permission prompt: resolve it to open the microphone, reject it to refuse. */
  opening: Deferred<void>;
  /** `null`: the system's choice. */
  deviceId: string | null;
}

/** A microphone that hears what a test has it hear. */
export class FakeMicrophone {
  /** Whether a start opens at once (`"granted"`), or waits until the test settles its `opening` (`"prompt"`). */
  permission: "granted" | "prompt" = "granted";
  /** Every start, the newest last. */
  readonly starts: FakeMicrophoneStart[] = [];
  /** Which device is opened where none was asked for. */
  systemDevice = "built-in";
  /** Devices that are not plugged in: whoever asks for one gets the system's. */
  readonly unplugged = new Set<string>();
  /** While open, a stream whose only track tells the device. */
  stream: MediaStream | null = null;
  muted = false;
  /** The time now on the microphone's clock, in seconds. */
  clock = 10;
  /** What `level()` returns: RMS, 0..1. */
  loudness = 0;
  /** How often the level was asked for. */
  measurements = 0;
  /** What is captured and not yet a whole frame: `flush()` delivers it. */
  tail: FakeMicrophoneFrame | null = null;
  /** What `flush()` waits for. */
  flushing: Promise<void> = Promise.resolve();
  /** Private, so that a proxy of the microphone (Vue's `reactive()`) throws where a client calls it instead. */
  #isLive = false;

  get live(): boolean {
    return this.#isLive;
  }
  /** The device that each start asked for, the newest last. */
  get deviceIds(): (string | null)[] {
    return this.starts.map(({ deviceId }) => deviceId);
  }

  async start(
    events: FakeMicrophoneEvents,
    signal: AbortSignal,
    { deviceId }: { deviceId: string | null },
  ): Promise<void> {
    const opening = deferred<void>();
    this.starts.push({ events, opening, deviceId });
    signal.addEventListener("abort", () => opening.reject(Object.assign(new Error("stopped"), { code: "aborted" })));
    if (this.permission === "granted") opening.resolve();
    await opening.promise;
    if (signal.aborted) return;
    this.#isLive = true;
    this.stream = this.streamFor(deviceId);
  }
  stop(): void {
    this.#isLive = false;
    this.stream = null;
  }
  async flush(): Promise<void> {
    await this.flushing;
    if (this.tail) this.hear(this.tail);
    this.tail = null;
  }
  setMuted(muted: boolean): void {
    this.muted = muted;
  }
  now(): number {
    return this.clock;
  }
  level(): number {
    this.measurements++;
    return this.loudness;
  }

  protected streamFor(deviceId: string | null): MediaStream {
    return streamOf(deviceId === null || this.unplugged.has(deviceId) ? this.systemDevice : deviceId);
  }

  /** The newest start hears a frame, whether the microphone is still open or not. */
  hear(frame: FakeMicrophoneFrame): void {
    this.starts.at(-1)?.events.onFrame(frame);
  }
  /** The system mutes the open microphone, or lets it go on. */
  systemMutes(muted: boolean): void {
    if (this.live) this.starts.at(-1)?.events.onSystemMute?.(muted);
  }
  /** The microphone is gone: unplugged, or taken back where the code says so. */
  ends(code = "device-not-found"): void {
    if (!this.live) return;
    this.stop();
    this.starts.at(-1)?.events.onEnded(Object.assign(new Error("The microphone is gone."), { code }));
  }
  /** Hears 20 ms of one value, captured at `time` (seconds). */
  hearFrame(time: number, value = 1): void {
    this.hear({ pcm: new Int16Array(160).fill(value), time });
  }
}

/** A microphone that changes its device while it runs. A class of its own: a client treats ports by the methods they have. */
export class FakeSwitchableMicrophone extends FakeMicrophone {
  /** Every `setDevice()`, the newest last; a test decides how each ends. */
  readonly devices: DeviceChange[] = [];

  async setDevice(deviceId: string | null): Promise<void> {
    await changeDevice(this.devices, deviceId);
    if (this.live) this.stream = this.streamFor(deviceId);
  }
}

/** A microphone that listens for speech: it hears it when a test says so, and only while it was told to listen. */
export class FakeDetectingMicrophone extends FakeSwitchableMicrophone {
  /** Every `setDetection()`, the newest last. */
  readonly detections: (FakeDetectionSettings | null)[] = [];
  /** What listening waits for; `null`: it begins at once. */
  loading: Deferred<void> | null = null;
  #isSpeaking = false;

  /** Whether anything tells speech from silence, as far as it was told. */
  hasDetector = true;
  /** Whether it hears somebody speak. */
  get isSpeaking(): boolean {
    return this.#isSpeaking;
  }
  /** How it listens now; `null`: not at all. */
  get detection(): FakeDetectionSettings | null {
    return this.detections.at(-1) ?? null;
  }
  setDetection(settings: FakeDetectionSettings | null): void | Promise<void> {
    if (!this.detection) this.hasDetector = true;
    this.detections.push(settings);
    if (!settings) this.stopsSpeaking();
    else return this.loading?.promise;
  }
  override stop(): void {
    super.stop();
    this.#isSpeaking = false;
  }
  /** The user begins to speak. `held`: what the microphone has done to the player. */
  startsSpeaking(held: "paused" | "ducked" | null = null): void {
    if (!this.live || !this.detection || !this.hasDetector || this.#isSpeaking) return;
    this.#isSpeaking = true;
    this.#tell({ type: "start", time: this.clock, held });
  }
  /** The user has stopped; or it was no speech. */
  stopsSpeaking(type: "end" | "misfire" = "end"): void {
    if (!this.#isSpeaking) return;
    this.#isSpeaking = false;
    this.#tell({ type, time: this.clock });
  }
  /** The model of the detector could not be loaded: loudness goes on, unless the code is another. */
  detectorFails(code = "detector-failed"): void {
    this.hasDetector = code === "detector-failed";
    // Nobody is there to tell the end of it.
    if (!this.hasDetector) this.#isSpeaking = false;
    const error = Object.assign(new Error("The model could not be loaded."), { code });
    this.starts.at(-1)?.events.onDetectorFailed?.(error);
  }
  #tell(event: FakeSpeechEvent): void {
    this.starts.at(-1)?.events.onSpeech?.(event);
  }
}

/** Of a stream, what a client reads: which device its track is from. */
function streamOf(deviceId: string): MediaStream {
  const track = { getSettings: () => ({ deviceId }) };
  return { getAudioTracks: () => [track] } as unknown as MediaStream;
}
