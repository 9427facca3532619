import { mkdir, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { floatToPcm16, pcm16ToFloat } from "@layercode/audio";
import { decibels, fitSine, rms, type SineFit, sine } from "../measure/sine.js";
import { median, percentile } from "../measure/statistics.js";
import { table } from "../measure/table.js";
import { measurePlayer, type PlayerCost } from "../player-worklet.js";
import { blockLength, type Candidate, type Contender, contenders } from "../resamplers.js";

const pairs = [
  [48000, 8000],
  [44100, 8000],
  [48000, 16000],
  [16000, 48000],
  [16000, 44100],
] as const;
const toneSeconds = 0.4;
const settleSeconds = 0.05;
const speedSeconds = 5;
const speedRuns = 9;
// AES17's 1 kHz: a whole 1 kHz at 8 kHz takes only eight different values, and PCM16 is then a matter of luck.
const testTone = 997;
const stopEdge = 1.1;

interface Quality {
  /** Every measured point: share of the lower Nyquist frequency, gain in dB, what is not the tone in dB. */
  passBand: { share: number; gain: number; residual: number }[];
  /** Every measured point: share of the lower Nyquist frequency, what is left of it in dB. Empty where nothing can fold. */
  stopBand: { share: number; level: number }[];
  snr: number;
  snrPcm16: number;
  /** Near 400 Hz and near 0.85 of the lower Nyquist frequency. Null where the whole signal is needed at once. */
  delayMilliseconds: { low: number; high: number } | null;
}

interface Result extends Quality {
  name: string;
  from: number;
  to: number;
  /** Times real time by CPU time, one value a run. */
  speed: number[];
  gzipBytes: number;
}

/** Prints quality, speed and size of every resampler, for every pair of rates, and keeps the raw results. */
export async function run(file: URL): Promise<void> {
  const sizes = new Map<string, number>();
  for (const contender of contenders) sizes.set(contender.name, await contender.size());
  const results: Result[] = [];
  for (const [from, to] of pairs) {
    const qualities = new Map<string, Quality>();
    for (const contender of contenders) qualities.set(contender.name, await measure(contender, from, to));
    const speeds = await measureSpeeds(from, to);
    const rows = [...qualities].map(([name, quality]): Result => {
      return { name, from, to, ...quality, speed: speeds.get(name) ?? [], gzipBytes: sizes.get(name) ?? 0 };
    });
    results.push(...rows);
    console.log(`\nResampling ${from} Hz → ${to} Hz, blocks of ${blockLength}\n`);
    console.log(table(head, rows.map(toRow)));
  }
  console.log(notes);
  const player = await measurePlayer();
  console.log("\nPlayer worklet, 16000 Hz → 48000 Hz, cost of a quantum of 2.67 ms\n");
  console.log(table(["", "mean µs", "median µs", "p95 µs", "p99 µs"], player.map(playerRow)));
  await mkdir(new URL("./", file), { recursive: true });
  const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length };
  await writeFile(file, JSON.stringify({ machine, results, player }, null, 1));
}

const head = [
  "",
  "ripple dB",
  "alias dB",
  "from 1.01",
  "image dB",
  "SNR dB",
  "PCM16 dB",
  "delay ms",
  "at 0.85",
  "× real time",
  "slowest 5 %",
  "gzip kB",
];

const notes = `
ripple: largest deviation from 0 dB up to 0.9 of the lower Nyquist frequency. alias: the least that a tone beyond ${stopEdge} of it
is weakened by; then the same from 1.01 on. image: the most that is beside a tone within the pass band. SNR: ${testTone} Hz of
full scale, as floats and rounded to PCM16. delay: filter and buffering, against the input fed so far, near 400 Hz and near 0.85
of the lower Nyquist frequency (– where the whole signal is needed at once). speed: CPU time of all threads, median and 95th
percentile of ${speedRuns} runs of ${speedSeconds} s, the contenders taking turns. gzip: bundled and minified, wasm included.`;

function toRow({ name, passBand, stopBand, snr, snrPcm16, delayMilliseconds, speed, gzipBytes }: Result): string[] {
  const ripple = Math.max(...passBand.map(({ gain }) => Math.abs(gain)));
  const alias = (edge: number) => {
    const levels = stopBand.filter(({ share }) => share >= edge).map(({ level }) => level);
    return levels.length === 0 ? "" : (-Math.max(...levels)).toFixed(1);
  };
  return [
    name,
    ripple < 0.01 ? ripple.toExponential(1) : ripple.toFixed(2),
    alias(stopEdge),
    alias(1.01),
    (-Math.max(...passBand.map(({ residual }) => residual))).toFixed(1),
    snr.toFixed(1),
    snrPcm16.toFixed(1),
    delayMilliseconds === null ? "–" : delayMilliseconds.low.toFixed(2),
    delayMilliseconds === null ? "–" : delayMilliseconds.high.toFixed(2),
    median(speed).toFixed(0),
    percentile(speed, 0.05).toFixed(0),
    (gzipBytes / 1000).toFixed(1),
  ];
}

function playerRow({ queued, microseconds }: PlayerCost): string[] {
  const mean = microseconds.reduce((sum, value) => sum + value, 0) / microseconds.length;
  const values = [mean, ...[0.5, 0.95, 0.99].map((share) => percentile(microseconds, share))];
  return [`${queued} s queued`, ...values.map((value) => value.toFixed(1))];
}

async function measure(contender: Contender, from: number, to: number): Promise<Quality> {
  const nyquist = Math.min(from, to) / 2;
  const passBand = [];
  for (const share of [0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.83, 0.86, 0.88, 0.9]) {
    const { amplitude, residual } = await tone(contender, from, to, share * nyquist);
    passBand.push({ share, gain: decibels(amplitude), residual });
  }
  const stopBand = [];
  const widest = from / to;
  for (const share of from > to ? [1.01, 1.02, 1.04, 1.07, ...spread(stopEdge, widest)] : []) {
    const output = await settled(contender, from, to, share * nyquist);
    stopBand.push({ share, level: decibels(rms(output) * Math.SQRT2) });
  }
  const { snr, snrPcm16 } = await signalToNoise(contender, from, to);
  const delayMilliseconds = contender.streams
    ? { low: await delay(contender, from, to, 400), high: await delay(contender, from, to, 0.85 * nyquist) }
    : null;
  return { passBand, stopBand, snr, snrPcm16, delayMilliseconds };
}

/** Points of a stop band, the nearer to its edge the closer to each other. */
function spread(edge: number, end: number): number[] {
  return [0, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.97].map((at) => edge + (end - edge) * at);
}

async function signalToNoise(contender: Contender, from: number, to: number) {
  const output = await settled(contender, from, to, testTone);
  const frequency = testTone * (contender.pitch?.(from * toneSeconds) ?? 1);
  const pcm = new Int16Array(output.length);
  const rounded = new Float32Array(output.length);
  floatToPcm16(output, pcm);
  pcm16ToFloat(pcm, rounded);
  return { snr: -fitSine(output, frequency, to).residual, snrPcm16: -fitSine(rounded, frequency, to).residual };
}

/** What comes out of a tone, as a tone. */
async function tone(contender: Contender, from: number, to: number, frequency: number): Promise<SineFit> {
  const pitch = contender.pitch?.(from * toneSeconds) ?? 1;
  return fitSine(await settled(contender, from, to, frequency), frequency * pitch, to);
}

/** What comes out of a tone, without its beginning and its end. */
async function settled(contender: Contender, from: number, to: number, frequency: number): Promise<Float32Array> {
  const candidate = await contender.create(from, to);
  const output = convert(contender, candidate, sine(frequency, from, from * toneSeconds));
  candidate.close();
  const edge = Math.ceil(settleSeconds * to);
  return output.subarray(edge, output.length - edge);
}

function convert(contender: Contender, candidate: Candidate, input: Float32Array): Float32Array {
  if (!contender.streams) return Float32Array.from(candidate.process(input));
  const output: number[] = [];
  for (let at = 0; at < input.length; at += blockLength) {
    const block = candidate.process(input.subarray(at, at + blockLength));
    for (let index = 0; index < block.length; index++) output.push(block[index] ?? 0);
  }
  return Float32Array.from(output);
}

/**
 * Milliseconds by which what comes out stands for an earlier moment than what has just gone in: the group delay of the
 * signal, from the phases of two near tones, and what is held back, counted sample by sample.
 */
async function delay(contender: Contender, from: number, to: number, frequency: number): Promise<number> {
  const [low, high] = [frequency - 10, frequency + 10];
  const phase = async (tone: number) => {
    const candidate = await contender.create(from, to);
    const output = convert(contender, candidate, sine(tone, from, from / 2));
    candidate.close();
    const first = Math.ceil(to * 0.1);
    return fitSine(output.subarray(first, Math.floor(to * 0.4)), tone, to, first).phase;
  };
  const turn = (await phase(low)) - (await phase(high));
  const positive = ((turn % (2 * Math.PI)) + 2 * Math.PI) % (2 * Math.PI);
  // A delay of nothing may measure as the least bit below it, that is one whole turn.
  const signal = (positive > 6 ? positive - 2 * Math.PI : positive) / (2 * Math.PI * (high - low));

  const candidate = await contender.create(from, to);
  const input = sine(low, from, from / 4);
  const held: number[] = [];
  let written = 0;
  for (let fed = 0; fed < input.length; fed++) {
    const count = candidate.process(input.subarray(fed, fed + 1)).length;
    written += count;
    if (count > 0 && fed > from / 8) held.push(fed / from - (written - 1) / to);
  }
  candidate.close();
  return (signal + median(held)) * 1000;
}

/** Times real time of each contender. They take turns, so that what else the machine does is shared by all. */
async function measureSpeeds(from: number, to: number): Promise<Map<string, number[]>> {
  const input = sine(1000, from, from * speedSeconds);
  const entrants = [];
  for (const { name, streams, create } of contenders) {
    const length = streams ? blockLength : input.length;
    const blocks: Float32Array[] = [];
    for (let at = 0; at < input.length; at += length) blocks.push(input.subarray(at, at + length));
    entrants.push({ name, blocks, candidate: await create(from, to), runs: [] as number[] });
  }
  for (let run = 0; run <= speedRuns; run++) {
    for (const { blocks, candidate, runs } of entrants) {
      const start = process.cpuUsage();
      for (const block of blocks) candidate.process(block);
      const { user, system } = process.cpuUsage(start);
      // The first run is the compiler's.
      if (run > 0) runs.push(speedSeconds / ((user + system) / 1e6));
    }
  }
  for (const { candidate } of entrants) candidate.close();
  return new Map(entrants.map(({ name, runs }) => [name, runs]));
}
