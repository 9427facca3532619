import { mkdir, writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import type { BenchOptions } from "../browser/bench.js";
import { measureLateMessages, toLateCells } from "../client/late-messages.js";
import { bundleSize } from "../measure/bundle-size.js";
import { median, percentile } from "../measure/statistics.js";
import { table } from "../measure/table.js";
import { read as readByLayercode } from "../readers/layercode.js";
import { read as readByTypebox } from "../readers/typebox.js";
import { read as readByValibot } from "../readers/valibot.js";
import { read as readByZod, readWithoutEval } from "../readers/zod.js";
import { read as readByZodMini } from "../readers/zod-mini.js";

/** Reads a frame of the server, and says whether it is a good one. */
type Read = (text: string) => { ok: boolean; message?: unknown };

/** Each by its name, and by its file in `readers/`. */
const contenders: readonly { name: string; read: Read; file?: string }[] = [
  { name: "JSON.parse alone", read: (text) => ({ ok: true, message: JSON.parse(text) }) },
  { name: "@layercode/core", read: readByLayercode, file: "layercode" },
  { name: "zod/mini", read: readByZodMini, file: "zod-mini" },
  { name: "zod", read: readWithoutEval, file: "zod" },
  { name: "valibot", read: readByValibot, file: "valibot" },
  { name: "zod, by eval", read: readByZod, file: "zod" },
  { name: "typebox, by eval", read: readByTypebox, file: "typebox" },
];

const speech = (ms: number) =>
  Buffer.from(Int16Array.from({ length: ms * 16 }, (_, index) => 9000 * Math.sin(index / 7)).buffer).toString("base64");
const turn_id = "assistant-7c1f0a52-5b0e-4b43-9f4f-0d9d6a0b6a11";
const audio = (ms: number) => ({ type: "response.audio", content: speech(ms), turn_id, delta_id: "d-12" });
const content = "It is mostly cloudy in London today, with a chance of rain in the late afternoon and in the evening ";
const text = { type: "response.text.delta", content, turn_id };
const transcript = { type: "user.transcript.delta", content: "What's the weather ", turn_id, delta_counter: 6 };

const kinds = Object.entries({
  "text delta": [text],
  "transcript delta": [transcript],
  "100 ms of audio": [audio(100)],
  "1 s of audio": [audio(1000)],
  "a mix": [audio(100), text, audio(100), transcript],
}).map(([kind, messages]) => ({ kind, frames: messages.map((message) => JSON.stringify(message)) }));

/** CPU time that a run is to take, in µs: long enough for the clock of a process. */
const runMicroseconds = 10_000;

/** One reader and one kind of frame. */
interface Entrant {
  name: string;
  kind: string;
  measure(): number;
  /** CPU time a frame, in µs, one value a run. */
  microseconds: number[];
}

const notes = `
CPU time of all threads, median and 95th percentile of the runs, the readers taking turns; every reader has seen every kind of
frame before. A mix: audio of 100 ms, text, audio, transcript. zod/mini reads by the schemas that core exports. By eval: code
compiled in the page, which a strict Content-Security-Policy forbids; typebox's only checks. Only core's reader takes null in
an optional field. gzip: bundled for a page, minified.`;

/** Prints what reading a frame of the server costs, by reader and kind of frame, and keeps the raw samples. */
export async function run(file: URL, { quick }: BenchOptions): Promise<void> {
  const [warmUp, runs] = quick ? [2, 5] : [10, 100];
  const entrants = contenders.flatMap(({ name, read }) => kinds.map((kind) => enter(name, read, kind)));
  for (let run = 0; run < warmUp + runs; run++)
    for (const { measure, microseconds } of entrants) {
      const value = measure();
      // The first runs are the compiler's.
      if (run >= warmUp) microseconds.push(value);
    }
  const rows: string[][] = [];
  for (const { name, file } of contenders) rows.push([...toCells(entrants, name), file ? await size(file) : ""]);
  console.log("\nReading a frame of the server, µs\n");
  console.log(table(["", ...kinds.flatMap(({ kind }) => [kind, "p95"]), "gzip kB"], rows));
  console.log("\nThe same beyond JSON.parse, medians\n");
  console.log(
    table(
      ["", ...kinds.map(({ kind }) => kind)],
      contenders.slice(1).map(({ name }) => beyondFloor(entrants, name)),
    ),
  );
  console.log(notes);
  const late = await measureLateMessages(quick);
  console.log("\nA text delta through a whole client, µs: at first, halfway, and behind all of these\n");
  console.log(table(["", "first", "p95", "halfway", "p95", "last", "p95"], late.map(toLateCells)));
  await mkdir(new URL("./", file), { recursive: true });
  const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, load: loadavg()[0] };
  await writeFile(file, JSON.stringify({ machine, results: entrants, late }, null, 1));
}

function enter(name: string, read: Read, { kind, frames }: (typeof kinds)[number]): Entrant {
  for (const frame of frames) if (!read(frame).ok) throw new Error(`${name} refuses a good frame: ${kind}.`);
  const time = (count: number) => {
    const start = process.cpuUsage();
    for (let at = 0; at < count; at++) for (const frame of frames) if (!read(frame).ok) throw new Error(name);
    const { user, system } = process.cpuUsage(start);
    return (user + system) / (count * frames.length);
  };
  const count = Math.ceil(runMicroseconds / (time(100) * frames.length));
  return { name, kind, measure: () => time(count), microseconds: [] };
}

function samples(entrants: readonly Entrant[], name: string, kind: string): readonly number[] {
  return entrants.find((entrant) => entrant.name === name && entrant.kind === kind)?.microseconds ?? [];
}

function toCells(entrants: readonly Entrant[], name: string): string[] {
  const values = kinds.flatMap(({ kind }) =>
    [0.5, 0.95].map((share) => percentile(samples(entrants, name, kind), share)),
  );
  return [name, ...values.map((value) => value.toFixed(2))];
}

function beyondFloor(entrants: readonly Entrant[], name: string): string[] {
  const floor = contenders[0]?.name ?? "";
  const values = kinds.map(
    ({ kind }) => median(samples(entrants, name, kind)) - median(samples(entrants, floor, kind)),
  );
  return [name, ...values.map((value) => value.toFixed(2))];
}

async function size(file: string): Promise<string> {
  return ((await bundleSize(`export { read } from "./src/readers/${file}";`)) / 1000).toFixed(1);
}
