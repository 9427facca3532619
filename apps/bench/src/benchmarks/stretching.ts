import { mkdir, writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { resample, synthesizeSpeech, toFloat, type Voice } from "@layercode/browser-testing";
import { median } from "../measure/statistics.js";
import { table } from "../measure/table.js";
import { rate } from "../stretching/bands.js";
import { play, repeatPackets, slowNetworks, withNoise } from "../stretching/contenders.js";
import { intelligibility } from "../stretching/intelligibility.js";
import { measureTone } from "../stretching/tones.js";
import {
  espeak,
  missingPackages,
  readSound,
  recognize,
  rubberband,
  sampleRate,
  soxTempo,
  writeSound,
} from "../stretching/tools.js";
import { wordErrors, words } from "../stretching/words.js";

const voices: readonly (Voice | "espeak-ng")[] = ["slt", "kal16", "awb", "rms", "espeak-ng"];
const text =
  "The birch canoe slid on the smooth planks. Glue the sheet to the dark blue background. It is easy to tell the depth of a " +
  "well. Four hours of steady work faced us. The box was thrown beside the parked truck. A large size in stockings is hard to sell.";

interface Result {
  voice: string;
  contender: string;
  /** How much longer than the original it is, 0..1. */
  longer: number;
  stoi: number;
  wordErrorRate: number;
}

/** Prints how speech sounds that was made longer, to two judges, and keeps it as WAV files to listen to. */
export async function run(file: URL, { quick }: { quick: boolean }): Promise<void> {
  const missing = await missingPackages();
  if (missing.length > 0)
    throw new Error(`This benchmark needs programs that are not here: apt-get install ${missing.join(" ")}`);
  const before = loadavg()[0];
  const folder = new URL("stretching/", file);
  await mkdir(folder, { recursive: true });
  const results: Result[] = [];
  for (const voice of quick ? voices.slice(0, 1) : voices) {
    console.log(`  ${voice}`);
    results.push(...(await judgeVoice(voice, (name) => fileURLToPath(new URL(`${voice}, ${name}.wav`, folder)))));
  }
  const contenders = [...new Set(results.map(({ contender }) => contender))];
  console.log(
    `\n${table(
      ["", "longer by", "STOI, median", "least", "words wrong, mean"],
      contenders.map((name) => toRow(name, results)),
    )}`,
  );
  const tones = [110, 220, 440, 1000].map(measureTone);
  console.log(
    `\n${table(
      ["a tone, 5 % longer", "cents off", "discontinuity", "packets played twice"],
      tones.map(({ pitch, cents, discontinuity, control }) => [
        `${pitch} Hz`,
        cents.toFixed(2),
        `${discontinuity.toFixed(0)} dB`,
        `${control.toFixed(0)} dB`,
      ]),
    )}`,
  );
  console.log(`\nTo listen to: ${fileURLToPath(folder)}`);
  const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, load: [before, loadavg()[0]] };
  await writeFile(file, JSON.stringify({ machine, results, tones }, null, 1));
}

async function judgeVoice(voice: Voice | "espeak-ng", pathOf: (name: string) => string): Promise<Result[]> {
  const original = pathOf("original");
  const spoken =
    voice === "espeak-ng" ? await espeak(text, original) : toFloat((await synthesizeSpeech(text, { voice })).samples);
  await writeSound(original, spoken);
  const made = new Map<string, Float32Array>([["original", spoken]]);
  for (const network of slowNetworks) {
    for (const playout of ["adaptive", "plain"] as const)
      made.set(`ours, ${playout}, ${network}`, play(spoken, network, playout));
  }
  const [slowest] = slowNetworks;
  const factor = (made.get(`ours, adaptive, ${slowest}`) as Float32Array).length / spoken.length;
  for (const [name, stretch] of [
    ["sox tempo", soxTempo],
    ["rubberband", rubberband],
  ] as const) {
    await stretch(original, pathOf(name), factor);
    made.set(name, await readSound(pathOf(name)));
  }
  made.set("packets played twice", repeatPackets(spoken, factor));
  for (const ratio of [20, 10, 0]) made.set(`noise, ${ratio} dB`, withNoise(spoken, ratio));
  const clean = resample(spoken, sampleRate, rate);
  const results: Result[] = [];
  for (const [contender, samples] of made) {
    const path = pathOf(contender);
    await writeSound(path, samples);
    results.push({
      voice,
      contender,
      longer: samples.length / spoken.length - 1,
      stoi: intelligibility(clean, resample(samples, sampleRate, rate)),
      wordErrorRate: wordErrors(words(text), await recognize(path)),
    });
  }
  return results;
}

function toRow(contender: string, results: readonly Result[]): string[] {
  const own = results.filter((result) => result.contender === contender);
  const of = (value: (result: Result) => number) => own.map(value);
  const stoi = of((result) => result.stoi);
  const wrong = of(({ wordErrorRate }) => wordErrorRate);
  return [
    contender,
    `${(100 * median(of(({ longer }) => longer))).toFixed(1)} %`,
    median(stoi).toFixed(4),
    Math.min(...stoi).toFixed(4),
    `${((100 * wrong.reduce((sum, value) => sum + value, 0)) / wrong.length).toFixed(0)} %`,
  ];
}
