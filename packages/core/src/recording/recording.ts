/** What a recording is to be. */
export interface RecordingOptions {
  /** Rate of the file, in Hz. At 16000, which is all of the agent's voice, a minute is 3.8 MB. Default 16000. */
  sampleRate?: 8000 | 16_000 | 24_000 | 44_100 | 48_000 | undefined;
  /** How long it lasts at most, in ms: it then ends by itself, and keeps what there is. Default 3600000, an hour. */
  maxDurationMs?: number | undefined;
  /**
   * Takes the file piece by piece: a WAV header whose sizes are unknown, then the samples. It is closed at the end. More
   * than 30 s of sound that it has not taken are the error `recording-failed`. Default: none, the file is a Blob.
   */
  stream?: WritableStream<Uint8Array> | undefined;
}

/**
 * Why a recording has ended: `stop()`, its `maxDurationMs`, the session that ended, or an error, with which `finished`
 * rejects.
 */
export type RecordingEnd = "stop" | "limit" | "closed" | "error";

/** A stereo WAV file in the making: the user left, the agent right as it is heard, by one clock. */
export interface Recording {
  /** In Hz. */
  readonly sampleRate: number;
  /** How much sound it has, in ms; 0 until there is sound. It stands still while the AudioContext does. */
  readonly durationMs: number;
  /** Whether it has ended. */
  readonly stopped: boolean;
  /** Why it has ended; `null` while it goes on. */
  readonly endedBy: RecordingEnd | null;
  /**
   * Resolves with the file, `audio/wav`, when the recording has ended, however that came; with an empty Blob where a `stream`
   * has the file. Rejects with a `LayercodeError`, as `recording-failed`.
   */
  readonly finished: Promise<Blob>;
  /** Ends it, and settles as `finished` does. Twice is the same as once. */
  stop(): Promise<Blob>;
}
