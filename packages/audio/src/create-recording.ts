import { explained, invalidOption } from "./errors.js";
import { loadScript } from "./load-worklet.js";
import type { RecordingOptions } from "./recording/options.js";
import type { Recording } from "./recording/recording.js";
import { addTap } from "./sound-sources.js";

/**
 * Makes a recording of a conversation, a stereo WAV file; it has no sound before its `start()`. `workletUrl`: where the app
 * hosts `@layercode/audio/recording.js`, for pages with a strict Content-Security-Policy. Rejects `invalid-option`, and
 * `worklet-load` where its code cannot be loaded.
 */
export async function createRecording(
  options: RecordingOptions & { workletUrl?: string | URL } = {},
): Promise<Recording> {
  const { makeRecording } = await import("./recording/recording.js").catch(async (cause) => {
    throw await explained("worklet-load", cause, (texts) => texts.recordingNotLoaded());
  });
  return makeRecording(options, { explain: explained, invalid: invalidOption, load: loadScript, listen: addTap });
}
