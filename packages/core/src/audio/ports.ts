// What core asks of audio. The implementation lives in @layercode/audio, or in the app.

/** A microphone that can be chosen. */
export interface AudioInputDevice {
  readonly kind: MediaDeviceKind;
  /** What `setPreferredInputDevice()` takes; empty until the microphone was allowed once. */
  deviceId: string;
  /** Shared with the loudspeaker of the same headset. */
  groupId: string;
  /** The system's name for it; empty until the microphone was allowed once. */
  label: string;
  /** Whether the system uses it unless told otherwise. */
  default: boolean;
  /** All of it but this function, so that it can stand where a `MediaDeviceInfo` is expected. */
  toJSON(): { deviceId: string; groupId: string; kind: MediaDeviceKind; label: string; default: boolean };
}

/** Which devices to list. */
export interface ListOptions {
  /** Default "audioinput". */
  kind?: "audioinput" | "audiooutput" | undefined;
  /** Default false. */
  requestPermission?: boolean | undefined;
}

/**
 * Whether the page may use devices of a kind: `prompt` where the user is asked first, `unsupported` where the browser lets
 * no page choose among them, `unknown` until they were listed.
 */
export type DevicePermission = "unknown" | "granted" | "prompt" | "denied" | "unsupported";

/** The devices that a user can choose from, as they were when somebody watched them last. */
export interface ListedDevices {
  /** The microphones; empty until somebody listens to `devicesListed`. */
  readonly inputDevices: readonly AudioInputDevice[];
  readonly inputPermission: DevicePermission;
  /** The loudspeakers and headsets; empty until somebody listens to `devicesListed`, and where the browser cannot choose. */
  readonly outputDevices: readonly AudioInputDevice[];
  readonly outputPermission: DevicePermission;
}

/** A piece of microphone audio. */
export interface AudioInputFrame {
  /** PCM16, mono, 8000 Hz. The receiver owns it. */
  pcm: Int16Array;
  /** Capture time of the first sample: seconds on the clock that `AudioInput.now()` reads, filter delay taken off. */
  time: number;
  /** When the user's speech was heard last, in seconds on the same clock, where somebody listens for it: for `getStats()`. */
  spokenUntil?: number;
}

/** A detector of speech: 16 kHz frames in, probability out. */
export interface Vad {
  /** Samples a frame, at 16 kHz: 128 to 16000. */
  readonly frameLength: number;
  /** Probability of speech in the frame, 0..1. The frame is the detector's to keep. */
  process(frame: Float32Array): number | Promise<number>;
  /** Forgets what was heard. */
  reset(): void;
}

/** How a microphone listens for speech. */
export interface DetectionSettings {
  /** `silero`: the model, and energy until it is there and where it fails. `energy`: loudness alone. Or the app's own. */
  vad: "silero" | "energy" | Vad;
  /** The probability, 0..1, over which speech begins. */
  positiveThreshold: number;
  /** The probability, 0..1, below which it may end. */
  negativeThreshold: number;
  /** How long silence lasts until speech has ended, in ms. */
  hangOverMs: number;
  /** Shorter speech is a misfire, in ms. */
  minimumSpeechMs: number;
  /** What the microphone does with the player beside it, where it can, as soon as it hears speech while that is audible. */
  bargeIn: "pause" | "duck" | "off";
  /** Where the model is to be had, other than in the package. */
  modelUrl?: string | URL;
  /** Where the detector's worklet is to be had, other than in the package. */
  workletUrl?: string | URL;
}

/** Speech, as a microphone hears it. `time`: when, in seconds on the clock of `AudioInputFrame.time`. */
export type SpeechEvent =
  /** It begins. `held`: what was done to the player at once; `null`: nothing. */
  | { type: "start"; time: number; held: "paused" | "ducked" | null }
  /** It has ended; each start has one of these two. */
  | { type: "end"; time: number }
  /** It was too short to be speech. */
  | { type: "misfire"; time: number };

/** What a microphone tells while it runs. */
export interface AudioInputEvents {
  onFrame(frame: AudioInputFrame): void;
  /** The microphone is gone (unplugged, taken back by the system); it has stopped. */
  onEnded(error: Error): void;
  /** Nothing but exact zeros came for 3 s though it is not muted (`true`), or sound comes again (`false`). */
  onSilent?(silent: boolean): void;
  /** The system has muted the microphone, as for a phone call (`true`), or lets it go on (`false`). */
  onSystemMute?(muted: boolean): void;
  onSpeech?(event: SpeechEvent): void;
  /**
   * The detector that was asked for does not work. Where the error's `code` is `detector-failed`, loudness alone goes on;
   * where it is another, nothing is detected. Each code once a detection.
   */
  onDetectorFailed?(error: Error): void;
}

/** A microphone. */
export interface AudioInput {
  /**
   * Asks for the microphone and resolves when frames flow, or will as soon as the browser no longer blocks the sound.
   * Rejects with an error that has a `code`. `deviceId`: the one that the user chose; `null` follows the system.
   */
  start(events: AudioInputEvents, signal: AbortSignal, choice: { deviceId: string | null }): Promise<void>;
  /** Gives the microphone back. Nothing is heard of it afterwards. */
  stop(): void;
  /** Delivers what is captured and not yet a whole frame, then resolves. */
  flush(): Promise<void>;
  /** Silences the track (`true`) or lets it speak (`false`); kept for a later start. */
  setMuted(muted: boolean): void;
  /** The time now on the clock of `AudioInputFrame.time`, in seconds. */
  now(): number;
  /** RMS of the last 20 ms, 0..1; 0 while stopped. */
  level(): number;
  /**
   * Changes to that device, `null` to the system's choice, while open: the old one goes on until the new one delivers, and
   * after a refusal. Rejects with an error that has a `code`, `aborted` where a later call overtook it. Without it, the
   * microphone is stopped and started anew.
   */
  setDevice?(deviceId: string | null): Promise<void>;
  /**
   * Begins to listen for speech, changes how, or ends it (`null`): at any time, and kept for a later start. Speech under way
   * that it ends is reported as ended, and the player that was held for it goes on, at once or when told. Without it nothing
   * is detected here, and all that the microphone hears is sent; so it is until a promise that it returns is resolved.
   */
  setDetection?(settings: DetectionSettings | null): void | Promise<void>;
  readonly stream: MediaStream | null;
}

/** A place in a turn: how far it was rendered, or heard. */
export interface PlaybackPosition {
  turnId: string;
  /** The last delta before it that is whole; `null` when none is, or the server gave no ids. */
  deltaId: string | null;
  /** Milliseconds of the turn's audio. */
  ms: number;
  /** By how much the turn has lasted longer because the network was nearly late, in ms: for `getStats()`. */
  stretchedMs?: number;
  /** How much of its voice was repeated because the network was late, in ms: for `getStats()`. */
  concealedMs?: number;
}

/** What a speaker tells while it plays. */
export interface AudioOutputEvents {
  /**
   * A sample of the turn was rendered after silence. `silentMs`: how long an underrun made it silent in mid-turn, in ms; 0, or
   * nothing, where none did. `time`: when it is heard, in seconds on the clock of `AudioInput.now()`; default: now.
   */
  onStarted(turnId: string, silentMs?: number, time?: number): void;
  /** The queue ran dry and the turn was not ended: more may come. */
  onUnderrun(position: PlaybackPosition): void;
  /** Everything of an ended turn was rendered. */
  onFinished(position: PlaybackPosition): void;
  /** The queue is full, and audio of the turn was dropped. Once, until the queue was empty. */
  onQueueFull?(turnId: string): void;
  /**
   * Where `interrupt()` stopped, once per interruption of a queue that was not empty; `heard` is `position` less what the
   * output still held.
   */
  onInterrupted(position: PlaybackPosition, heard: PlaybackPosition): void;
}

/** `Uint8Array<ArrayBuffer>`, in words that TypeScript before 5.7 reads as well: there typed arrays take no argument. */
type Bytes = ReturnType<typeof Uint8Array.of>;

/** A speaker: PCM16, mono, 16000 Hz. */
export interface AudioOutput {
  /** Loads what playing needs; sound that the browser blocks waits in the queue. Rejects with an error that has a `code`. */
  start(events: AudioOutputEvents, signal: AbortSignal): Promise<void>;
  /** Drops everything at once and reports nothing more, but for the answer to an `interrupt()` just before. */
  stop(): void;
  /** Queues PCM16 little-endian bytes, of any length, odd ones included, behind what is queued. */
  enqueue(pcm: Bytes, of: { turnId: string; deltaId: string | null }): void;
  /** No more audio will come for the turn. */
  end(turnId: string): void;
  /** Fades out in 5 ms and drops the queue; what is enqueued afterwards plays. */
  interrupt(): void;
  /** RMS of the last 20 ms, 0..1. */
  level(): number;
  /**
   * How far the turn that plays was rendered, and heard; `null` where nothing plays. Without it, what of a message has been
   * heard is known only when its turn is over.
   */
  position?(): Promise<{ rendered: PlaybackPosition; heard: PlaybackPosition } | null>;
  /**
   * For `getStats()`: how much sound waits, and what was stretched and concealed since the last position that an underrun,
   * an end or an interruption told; `null` while stopped.
   */
  stats?(): Promise<{ bufferedMs: number; stretchedMs: number; concealedMs: number } | null>;
  /** Holds what is queued, faded out in 5 ms; `enqueue()` and `end()` go on, and nothing is reported. */
  pause?(): void;
  /** Plays on from the very sample. Nothing where there is no pause. */
  resume?(): void;
  /** Lowers the voice to `gain`, 0..1, on top of the volume; 1 ends it. */
  duck?(gain: number): void;
  /** How loud it plays, 0..1, at any time; kept over starts. Without it, the client's volume changes nothing. */
  setVolume?(volume: number): void;
  /**
   * Plays on that device, `null` on the system's choice. Rejects with an error that has a `code`. Without it,
   * `setOutputDevice()` rejects with `output-unsupported`.
   */
  setDevice?(deviceId: string | null): Promise<void>;
}

/** Microphone and speaker on one audio clock, by the names of their switches. */
export interface AudioPorts {
  audioInput: AudioInput;
  audioOutput: AudioOutput;
  /** Starts sound that the browser blocked. Call it in a user's gesture. Rejects with an error that has a `code`. */
  resume(): Promise<void>;
  /** Gives up everything, the clock included. */
  close(): Promise<void>;
}
