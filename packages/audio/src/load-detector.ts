import type { DetectionSettings } from "./capture/detection-settings.js";
import { explained } from "./errors.js";
import { loadScript } from "./load-worklet.js";

/** Which detector, and where its files are. */
export type DetectorSettings = Pick<DetectionSettings, "vad" | "modelUrl" | "workletUrl">;

/**
 * Loads what `setDetection()` with these settings would load, the model included, and detects nothing: to have it early, or
 * to see whether it can be had. Rejects with the `AudioError` that `onDetectorFailed` would get.
 */
export async function loadDetector(context: BaseAudioContext, settings: DetectorSettings): Promise<void> {
  const { loadDetection } = await import("./capture/speech-detection.js").catch(async (cause) => {
    throw await explained("worklet-load", cause, (texts) => texts.detectionNotLoaded());
  });
  await loadDetection(context, settings, loadScript, explained);
}
