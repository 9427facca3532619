// What core asks of audio. The implementation lives in @layercode/audio, or in the app.

/** A piece of microphone audio. */
export interface AudioInputFrame {
  /** PCM16, mono, 8000 Hz. The receiver owns it. */
  pcm: Int16Array;
  /** Capture time of the first sample: seconds on the clock that `AudioInput.now()` reads, filter delay taken off. */
  time: number;
}

/** What a microphone tells while it runs. */
export interface AudioInputEvents {
  onFrame(frame: AudioInputFrame): void;
  /** The microphone is gone (unplugged, taken back by the system); it has stopped. */
  onEnded(error: Error): void;
}

/** A microphone. */
export interface AudioInput {
  /**
   * Asks for the microphone and resolves when frames flow. Rejects with an error that has a `code`. `deviceId`: the one
   * that the user chose; `null` follows the system.
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
  readonly stream: MediaStream | null;
}

/** What was heard of a turn. */
export interface PlaybackPosition {
  turnId: string;
  /** The last delta heard to its end; `null` when none was, or the server gave no ids. */
  deltaId: string | null;
  /** Milliseconds of the turn's audio that were rendered. */
  ms: number;
}

/** What a speaker tells while it plays. */
export interface AudioOutputEvents {
  /** A sample of the turn was rendered after silence. */
  onStarted(turnId: string): void;
  /** The queue ran dry and the turn was not ended: more may come. */
  onUnderrun(position: PlaybackPosition): void;
  /** Everything of an ended turn was rendered. */
  onFinished(position: PlaybackPosition): void;
  /** What `interrupt()` cut, once per interruption of a queue that was not empty. */
  onInterrupted(position: PlaybackPosition): void;
}

/** A speaker: PCM16, mono, 16000 Hz. */
export interface AudioOutput {
  /** Loads what playing needs. Rejects with an error that has a `code`. */
  start(events: AudioOutputEvents, signal: AbortSignal): Promise<void>;
  /** Drops everything, at once and without a word. */
  stop(): void;
  /** Queues PCM16 little-endian bytes, of any length, odd ones included, behind what is queued. */
  enqueue(pcm: Uint8Array<ArrayBuffer>, of: { turnId: string; deltaId: string | null }): void;
  /** No more audio will come for the turn. */
  end(turnId: string): void;
  /** Fades out in 5 ms and drops the queue; what is enqueued afterwards plays. */
  interrupt(): void;
  /** RMS of the last 20 ms, 0..1. */
  level(): number;
}

/** The two halves by the name of their switch, on one clock, and their end. */
export interface AudioPorts {
  audioInput: AudioInput;
  audioOutput: AudioOutput;
  /** Gives up everything, the clock included. */
  close(): Promise<void>;
}
