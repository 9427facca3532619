import type { DetectionSettings } from "../../audio/ports.js";
import type { VadConfig } from "../../authorization/schema.js";
import type { Settings } from "../settings.js";

// What of `config.vad` counts, and what stands where the server sent nothing (docs/protocol.md#config).

/** What is detected where the server does not say otherwise. Times in ms. */
const defaults = {
  positiveThreshold: 0.35,
  negativeThreshold: 0.2,
  hangOverMs: 1400,
  minimumSpeechMs: 64,
  bufferFrames: 10,
} as const;
/** One of `buffer_frames`, in ms. */
const bufferFrameMs = 100;
/** Samples of a frame where the server does not say, and how many of them are a millisecond. */
const frameSamples = 512;
const samplesPerMs = 16;

/** How speech is detected: the server's values where it sent some that make sense, else ours. `null`: not at all. */
export function detectionSettings(
  { enableVAD, vad, vadModelUrl, vadWorkletUrl }: Settings,
  config: VadConfig | null | undefined,
  bargeIn: DetectionSettings["bargeIn"],
): DetectionSettings | null {
  if (!enableVAD || vad === false || config?.enabled === false) return null;
  const positiveThreshold = upTo(1, config?.positive_speech_threshold) ?? defaults.positiveThreshold;
  const negative = upTo(1, config?.negative_speech_threshold) ?? defaults.negativeThreshold;
  return {
    vad,
    positiveThreshold,
    // Speech that begins at less than where it ends would end as it begins.
    negativeThreshold: Math.min(negative, positiveThreshold),
    hangOverMs: framesMs(config, "redemption_frames") ?? defaults.hangOverMs,
    minimumSpeechMs: framesMs(config, "min_speech_frames") ?? defaults.minimumSpeechMs,
    bargeIn,
    ...(vadModelUrl && { modelUrl: vadModelUrl }),
    ...(vadWorkletUrl && { workletUrl: vadWorkletUrl }),
  };
}

/** How much from before speech is sent with it, in ms; `null`: the microphone's audio does not wait for speech. */
export function preRollMsOf(config: VadConfig | null | undefined): number | null {
  if (config?.gate_audio === false) return null;
  const buffered = (upTo(most, config?.buffer_frames) ?? defaults.bufferFrames) * bufferFrameMs;
  return buffered + (framesMs(config, "pre_speech_pad_frames") ?? 0);
}

/** Longer frames, and more of them, mean nothing. */
const most = 10_000;

type Frames = "redemption_frames" | "min_speech_frames" | "pre_speech_pad_frames";

function framesMs(config: VadConfig | null | undefined, name: Frames): number | undefined {
  const frames = upTo(most, config?.[name]);
  return frames && (frames * (upTo(most, config?.frame_samples) || frameSamples)) / samplesPerMs;
}

/** The value, if the server sent a number that makes sense. */
function upTo(most: number, value: unknown): number | undefined {
  return typeof value === "number" && value >= 0 && value <= most ? value : undefined;
}
