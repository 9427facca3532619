import type { Pcm16 } from "../typed-arrays.js";
import type { InterleaverOptions } from "./interleaver.js";

// The messages between a tap on the main thread and its half on the audio thread.

export const tapName = "layercode-tap";

export type TapOptions = Pick<InterleaverOptions, "outputRate" | "filter" | "blockLength">;

export type TapCommand =
  /** The block's memory, back to be filled again. */
  | { type: "recycle"; pcm: Pcm16 }
  /** Whether the microphone is heard; it is until then. */
  | { type: "hear"; microphone: boolean }
  | { type: "end" };

export type TapReport =
  | { type: "block"; pcm: Pcm16; frames: number }
  /** Answers to the command `end`: no block comes any more. Once more when it has no input any more, and ends. */
  | { type: "ended" };
