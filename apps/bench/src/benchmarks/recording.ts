import type { BenchOptions } from "../browser/bench.js";
import { runMeasurements } from "../browser/run-measurements.js";
import { measureRecordingMemory } from "../recording/memory.js";

const notes = `
Heaps after a collection of garbage, array buffers included. The slope is that of the straight line through all readings but
those of the first minute, in which code is compiled.`;

/** What a long recording costs the page. */
export function run(file: URL, options: BenchOptions): Promise<void> {
  const parts = { memory: measureRecordingMemory };
  return runMeasurements(parts, { title: "A recording in Chromium", notes, file, options });
}
