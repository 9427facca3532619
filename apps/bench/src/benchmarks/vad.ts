import { mkdir, writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { median, percentile } from "../measure/statistics.js";
import { table } from "../measure/table.js";
import { contenders } from "../vad/detectors.js";
import { labelLength, type Material, makeNoise, mix, noises, rate, speak, withRoom } from "../vad/material.js";
import { type Score, score } from "../vad/score.js";

interface Result extends Score {
  detector: string;
  condition: string;
  /** CPU time of each recording, a frame, in µs. */
  frameMicroseconds: number;
}

const ratios = [20, 10, 5, 0] as const;

/** Prints how well and how soon each detector hears speech in noise, and keeps the raw results. */
export async function run(file: URL, { quick }: { quick: boolean }): Promise<void> {
  const before = loadavg()[0];
  const material = await speak(quick);
  const recordings = new Map<string, Float32Array>([["clean", withRoom(material.clean)]]);
  for (const kind of noises) {
    const noise = await makeNoise(kind, material.clean.length);
    for (const ratio of quick ? [0] : ratios) recordings.set(`${kind} ${ratio} dB`, mix(material, noise, ratio));
  }
  const results: Result[] = [];
  for (const [condition, samples] of recordings) {
    for (const { name, frameLength, start } of contenders) {
      results.push({ detector: name, condition, ...(await listen(material, samples, frameLength, await start())) });
    }
    console.log(`\n${condition}\n`);
    console.log(table(head, results.filter((result) => result.condition === condition).map(toRow)));
  }
  console.log(`\nAll conditions\n`);
  console.log(
    table(
      ["", "F1, mean", "AUC, mean", "µs a frame, median"],
      contenders.map(({ name }) => summary(name, results)),
    ),
  );
  console.log(notes(material));
  await mkdir(new URL("./", file), { recursive: true });
  const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, load: [before, loadavg()[0]] };
  await writeFile(file, JSON.stringify({ machine, results }, null, 1));
}

async function listen(
  material: Material,
  samples: Float32Array,
  frameLength: number,
  hear: (frame: Float32Array) => number | Promise<number>,
): Promise<Score & { frameMicroseconds: number }> {
  const probabilities: number[] = [];
  const began = process.cpuUsage();
  for (let at = 0; at + frameLength <= samples.length; at += frameLength) {
    probabilities.push(await hear(samples.subarray(at, at + frameLength)));
  }
  const { user, system } = process.cpuUsage(began);
  const frameMicroseconds = (user + system) / probabilities.length;
  return { ...score(material, probabilities, frameLength / labelLength), frameMicroseconds };
}

const head = [
  "",
  "F1",
  "precision",
  "recall",
  "FP",
  "in silence",
  "AUC",
  "onset p50",
  "p90 ms",
  "missed",
  "false starts/min",
  "µs/frame",
];

function toRow(result: Result): string[] {
  const { onsetMilliseconds: onsets } = result;
  return [
    result.detector,
    ...[result.f1, result.precision, result.recall, result.falsePositives, result.silentPositives].map((share) =>
      share.toFixed(3),
    ),
    result.auc.toFixed(4),
    median(onsets).toFixed(0),
    percentile(onsets, 0.9).toFixed(0),
    `${result.missed}`,
    result.falseStarts.toFixed(1),
    result.frameMicroseconds.toFixed(0),
  ];
}

function summary(name: string, results: readonly Result[]): string[] {
  const own = results.filter(({ detector }) => detector === name);
  const mean = (value: (result: Result) => number) => own.reduce((sum, result) => sum + value(result), 0) / own.length;
  const cost = median(own.map(({ frameMicroseconds }) => frameMicroseconds));
  return [name, mean(({ f1 }) => f1).toFixed(4), mean(({ auc }) => auc).toFixed(4), cost.toFixed(0)];
}

function notes({ clean, labels, utterances }: Material): string {
  const spoken = labels.filter((label) => label).length / labels.length;
  return `
${utterances.length} utterances by the voices of flite in ${(clean.length / rate).toFixed(0)} s, ${(100 * spoken).toFixed(0)} % of it speech. Labels: 10 ms of the clean signal within 35 dB of the
loudest of its utterance. F1, precision, recall and false positives (FP; then the same where nobody has spoken for 300 ms) at 0.5; onsets and false starts at 0.35, where speech begins. onset: to the end of
the frame, computing and the way there not included; a minute of false starts is one of silence, 300 ms after speech. A frame is
32 ms of the model, 20 ms of fvad, 16 ms of the energy tier. fvad knows only yes and no.`;
}
