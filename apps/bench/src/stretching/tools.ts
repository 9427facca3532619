import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { readWav, toFloat, toPcm16, writeWav } from "@layercode/browser-testing";
import { words } from "./words.js";

const run = promisify(execFile);
export const sampleRate = 16000;

/** What Debian brings: peers that stretch, a voice of another kind, and a recognizer that judges. */
const packages = {
  sox: "sox",
  rubberband: "rubberband-cli",
  pocketsphinx_continuous: "pocketsphinx pocketsphinx-en-us",
  "espeak-ng": "espeak-ng",
} as const;

/** The packages of Debian that are not installed here. */
export async function missingPackages(): Promise<string[]> {
  const found = await Promise.all(
    Object.entries(packages).map(([tool, name]) =>
      run("which", [tool]).then(
        () => [],
        () => [name],
      ),
    ),
  );
  return found.flat();
}

export function writeSound(path: string, samples: Float32Array): Promise<void> {
  return writeWav(path, { sampleRate, samples: toPcm16(samples) });
}

export async function readSound(path: string): Promise<Float32Array> {
  return toFloat((await readWav(path)).samples);
}

/** Stretches a file by sox. `factor`: how much longer it becomes. */
export async function soxTempo(from: string, to: string, factor: number): Promise<void> {
  await run("sox", [from, to, "tempo", "-s", `${1 / factor}`]);
}

/** The same by Rubber Band, in its finer and slower way. */
export async function rubberband(from: string, to: string, factor: number): Promise<void> {
  await run("rubberband", ["-q", "-3", "-t", `${factor}`, from, to]);
}

/** Speaks by espeak-ng, whose voice is made of formants; flite's are cut from recordings. */
export async function espeak(text: string, path: string): Promise<Float32Array> {
  const spoken = `${path}.espeak.wav`;
  await run("espeak-ng", ["-v", "en-us", "-w", spoken, text]);
  await run("sox", [spoken, "-r", `${sampleRate}`, "-b", "16", path]);
  return readSound(path);
}

/** The words that pocketsphinx hears. */
export async function recognize(path: string): Promise<string[]> {
  const { stdout } = await run("pocketsphinx_continuous", ["-infile", path, "-logfn", "/dev/null"]);
  return words(stdout);
}
