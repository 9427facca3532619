import type { FloatSamples, Pcm16 } from "../typed-arrays.js";
import { type CapturedFrame, detectionRate } from "./framer.js";

/** A piece of microphone audio. */
export interface MicrophoneFrame {
  /** PCM16, mono. The receiver owns it. */
  pcm: Pcm16;
  /**
   * Capture time of the first sample: seconds on the clock that `now()` reads, the resampler's delay of low frequencies
   * taken off.
   */
  time: number;
  /**
   * When speech was heard last, by the moment at which the frame ends: in seconds on the same clock, without the hang-over.
   * Absent where nothing listens for speech, and before it was heard.
   */
  spokenUntil?: number;
  /** The same moment for voice detection: floats at 16 kHz. Only where asked for. */
  detection?: FloatSamples;
}

/**
 * Makes a frame for the app of one of `sampleRate` Hz that was captured at `time`. What is earlier than `begin` is left
 * out: then the frame is shorter, or has no sample.
 */
export function toFrame(captured: CapturedFrame, time: number, begin: number, sampleRate: number): MicrophoneFrame {
  const { pcm, detection, length, detectionLength, spokenUntil } = captured;
  const skipped = Math.max(0, Math.round((begin - time) * sampleRate));
  const frame: MicrophoneFrame = { pcm: pcm.subarray(skipped, length), time: time + skipped / sampleRate };
  if (spokenUntil > -Infinity) frame.spokenUntil = spokenUntil + time - captured.time;
  if (detection) {
    frame.detection = detection.subarray(Math.round((skipped * detectionRate) / sampleRate), detectionLength);
  }
  return frame;
}
