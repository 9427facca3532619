import type { PlaybackPosition } from "../playback/timeline";

// What the two threads say to each other. Both ends come from one build.

export const recorderName = "layercode-recorder";
export const playerName = "layercode-player";

export interface RecorderOptions {
  /** Rate of the PCM16, in Hz. */
  sampleRate: number;
  /** PCM16 samples a frame. */
  frameLength: number;
  detection: boolean;
}

export type RecorderCommand =
  | { type: "release"; pcm: Int16Array<ArrayBuffer>; detection: Float32Array<ArrayBuffer> | null }
  | { type: "flush" }
  | { type: "close" };

export interface RecorderFrame {
  type: "frame";
  pcm: Int16Array<ArrayBuffer>;
  detection: Float32Array<ArrayBuffer> | null;
  length: number;
  detectionLength: number;
  /** Seconds on the context's clock. */
  time: number;
  level: number;
  /** How long the input has been exactly zero, in seconds. */
  silence: number;
}

export type RecorderReport = RecorderFrame | { type: "flushed" };

export interface PlayerOptions {
  /** Rate of the PCM16, in Hz. */
  sampleRate: number;
}

export type PlayerCommand =
  | { type: "enqueue"; pcm: Int16Array<ArrayBuffer>; turnId: string; deltaId: string | null }
  | { type: "end"; turnId: string }
  | { type: "interrupt" }
  | { type: "close" };

export type PlayerReport =
  | { type: "started"; turnId: string }
  | { type: "underrun" | "finished" | "interrupted"; position: PlaybackPosition }
  | { type: "level"; level: number }
  | { type: "closed" };
