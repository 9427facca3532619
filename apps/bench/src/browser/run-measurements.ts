import { spawnSync } from "node:child_process";
import { findChromium } from "@layercode/browser-testing";
import { type Bench, type BenchOptions, withBench } from "./bench.js";
import { type Figure, printFigures } from "./figures.js";
import { watchMachine, writeResults } from "./results.js";

type Measurement = (bench: Bench) => Promise<Figure[]>;

/** Runs the parts of a benchmark one after the other, prints their figures and keeps the samples. */
export async function runMeasurements(
  parts: Readonly<Record<string, Measurement>>,
  { title, notes, file, options }: { title: string; notes: string; file: URL; options: BenchOptions },
): Promise<void> {
  const { quick, only, seeds } = options;
  const chosen = Object.entries(parts).filter(([name]) => only === null || name === only);
  if (chosen.length === 0) throw new Error(`There is no part "${only}". There are: ${Object.keys(parts).join(", ")}.`);
  const machineNow = watchMachine();
  const figures = await withBench({ quick, seeds }, async (bench) => {
    const all: Figure[] = [];
    for (const [, measure] of chosen) all.push(...(await measure(bench)));
    return all;
  });
  const machine = machineNow(spawnSync(findChromium(), ["--version"], { encoding: "utf8" }).stdout.trim());
  printFigures(title, figures);
  const load = machine.load.map((value) => value.toFixed(1)).join(" → ");
  console.log(`${notes}\n${machine.chromium}, ${machine.cores} cores, load ${load}${quick ? ", --quick" : ""}`);
  await writeResults(only === null ? file : new URL(file.href.replace(/\.json$/, `-${only}.json`)), {
    machine,
    figures,
  });
}
