/** A detector of speech: frames of 16 kHz go in, the probability of speech comes out. */
export interface Vad {
  /** Samples a frame, at 16 kHz: 128 to 16000. */
  readonly frameLength: number;
  /** The probability of speech in the frame, 0..1. The frame is the detector's to keep. */
  process(frame: Float32Array): number | Promise<number>;
  /** Forgets what was heard. */
  reset(): void;
}

/** What an app hears of speech. Times are in seconds on the clock of `MicrophoneFrame.time`. */
export type SpeechEvent =
  /**
   * Speech began at `time`. `held`: what the audio thread did to the player of the same engine at this moment; `null`
   * where it was silent, was left alone, or plays in another context than the microphone's.
   */
  | { type: "start"; time: number; held: "paused" | "ducked" | null }
  /** The hang-over ran out at `time`. */
  | { type: "end"; time: number }
  /** Comes instead of `end` where the speech was shorter than `minimumSpeechMs`; after 300 ms of silence at most. */
  | { type: "misfire"; time: number };

/** When a probability counts as speech. */
export interface SegmenterSettings {
  /** From this probability on speech begins, 0..1. Default 0.35; at least 0.5 while the player sounds. */
  positiveThreshold: number;
  /** Below this probability is silence, 0..1. Default 0.2. */
  negativeThreshold: number;
  /** How long silence lasts until speech has ended, in ms. Default 1400. */
  hangOverMs: number;
  /** Shorter speech is a misfire, in ms. Default 64, two frames of the model. */
  minimumSpeechMs: number;
}

export const segmenterDefaults: Readonly<SegmenterSettings> = {
  positiveThreshold: 0.35,
  negativeThreshold: 0.2,
  hangOverMs: 1400,
  minimumSpeechMs: 64,
};
