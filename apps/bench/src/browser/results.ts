import { mkdir, writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import type { Figure } from "./figures.js";

/** What ran, and on what. */
export interface Machine {
  date: string;
  node: string;
  chromium: string;
  cpu: string | undefined;
  cores: number;
  /** Processes that wanted a core, on average over the minute before and the last one. */
  load: readonly [before: number, after: number];
}

/** Call it before a measurement; what it returns, after it. */
export function watchMachine(): (chromium: string) => Machine {
  const before = loadavg()[0] ?? 0;
  return (chromium) => ({
    date: new Date().toISOString(),
    node: process.version,
    chromium,
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    load: [before, loadavg()[0] ?? 0],
  });
}

/** Keeps raw samples. */
export async function writeResults(
  file: URL,
  results: { machine: Machine; figures: readonly Figure[] },
): Promise<void> {
  await mkdir(new URL("./", file), { recursive: true });
  await writeFile(file, JSON.stringify(results, null, 1));
}
