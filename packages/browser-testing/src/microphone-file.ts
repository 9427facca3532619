import { createHash, randomUUID } from "node:crypto";
import { rename } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resampleAudio } from "./resample.js";
import { concatenate, encodeWav, type MonoAudio, silence, writeWav } from "./wav.js";

/**
 * Writes what a fake microphone is to say as a 44.1 kHz WAV file and returns its path. Chromium's fake microphone runs
 * at that rate when its own processing is off. When played once, it repeats the last 10 ms for ever: hence the silence
 * at the end (default: 1 s), and some in front (default: none).
 */
export async function writeMicrophoneFile(
  audio: MonoAudio,
  options: { path?: string; silenceBefore?: number; silenceAfter?: number } = {},
): Promise<string> {
  const rate = 44_100;
  const before = silence(options.silenceBefore ?? 0, rate);
  const after = silence(options.silenceAfter ?? 1, rate);
  const whole = concatenate(before, resampleAudio(audio, rate), after);
  if (options.path !== undefined) {
    await writeWav(options.path, whole);
    return options.path;
  }
  // The name is a hash of the content, so that runs reuse the file and leave no others behind. Another browser may be
  // reading it at this moment: write a new file and rename it into place.
  const name = createHash("sha256").update(encodeWav(whole)).digest("hex").slice(0, 16);
  const path = join(tmpdir(), `layercode-microphone-${name}.wav`);
  const unfinished = `${path}.${randomUUID()}`;
  await writeWav(unfinished, whole);
  await rename(unfinished, path);
  return path;
}
