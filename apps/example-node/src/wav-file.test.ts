import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import wavefile from "wavefile";
import { readWav, writeWav } from "./wav-file.js";

async function pathOf(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "layercode-wav-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, name);
}

const sine = (rate: number) => Array.from({ length: rate / 4 }, (_, i) => Math.sin((2 * Math.PI * 440 * i) / rate));

test.each([
  ["16", 8000, 1],
  ["24", 44100, 2],
  ["32f", 48000, 2],
  ["8", 22050, 1],
])("reads %s bits, %i Hz, %i channels", async (bits, rate, channels) => {
  const path = await pathOf("any.wav");
  const file = new wavefile.WaveFile();
  const samples = sine(rate).map((sample) => Math.round(sample * 0.5 * 32767));
  file.fromScratch(channels, rate, "16", channels === 1 ? samples : [samples, samples]);
  file.toBitDepth(bits);
  await writeFile(path, file.toBuffer());
  const pcm = await readWav(path, 8000);
  // Two filters' delays aside, it is the same sine, as loud.
  const loudest = Math.max(...pcm.subarray(400, 1600).map(Math.abs));
  expect(loudest / 32767).toBeGreaterThan(0.48);
  expect(loudest / 32767).toBeLessThan(0.52);
  expect(Math.abs(pcm.length - 2000)).toBeLessThan(100);
});

test("reads what it has written", async () => {
  const path = await pathOf("own.wav");
  const pcm = Int16Array.from(sine(8000), (sample) => Math.round(sample * 10_000));
  await writeWav(path, pcm, 8000);
  expect(await readWav(path, 8000)).toEqual(pcm);
});
