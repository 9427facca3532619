import type { CapturedFrame, FramerOptions } from "../capture/framer.js";
import type { Playout, PlayoutStats } from "../playback/playback.js";
import type { PlaybackPosition, PlaybackPositions } from "../playback/position.js";
import type { DetectionCommand, DetectionReport } from "../vad/commands.js";

// The messages between the main thread and the audio thread. Both ends come from one build, so they need no version.

export const recorderName = "layercode-recorder";
export const playerName = "layercode-player";

export interface RecorderOptions extends Pick<FramerOptions, "outputRate" | "frameLength" | "detection"> {
  /** The recorder holds the players of the same engine while the user speaks. */
  engine: number;
}

export type RecorderCommand = { type: "flush" } | { type: "close" } | DetectionCommand;

export type RecorderReport = CapturedFrame | { type: "flushed" } | { type: "closed" } | DetectionReport;

export interface PlayerOptions {
  /** Of which engine it is: a recorder of the same one may hold it. */
  engine: number;
  /** Rate of the PCM16, in Hz. */
  sampleRate: number;
  /** Initial gain, 0..1. */
  gain: number;
  playout: Playout;
}

/** `latency`: seconds from rendered to heard. */
export type PlayerCommand =
  | { type: "enqueue"; pcm: Int16Array<ArrayBuffer>; turnId: string; deltaId: string | null; byteOffset: number }
  | { type: "end"; turnId: string }
  | { type: "interrupt"; latency: number }
  | { type: "pause" | "resume" }
  /** `release`: what a recorder has ducked is loud again. */
  | { type: "gain"; gain: number; release: boolean }
  | { type: "position"; latency: number }
  | { type: "close" };

export type PlayerReport =
  /** `time`: when the sample is rendered, in seconds on the context's clock. */
  | { type: "started"; turnId: string; silentMs: number; time: number }
  | { type: "full"; turnId: string }
  | { type: "underrun" | "finished"; position: PlaybackPosition }
  | { type: "interrupted"; positions: PlaybackPositions }
  /** Answers to the command `position`, in the order of the commands. */
  | { type: "position"; positions: PlaybackPositions | null; stats: PlayoutStats }
  | { type: "closed" };
