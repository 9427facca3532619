import type { BenchOptions } from "../browser/bench.js";
import { runMeasurements } from "../browser/run-measurements.js";
import { measureConnect } from "../hearing/connect.js";
import { measureCost } from "../hearing/cost.js";
import { measureLatency } from "../hearing/latency.js";
import { measureSoak } from "../hearing/soak.js";

const parts = { latency: measureLatency, connect: measureConnect, cost: measureCost, soak: measureSoak };

const notes = `
Late buffers: AudioContext.playbackStats, in each ten seconds. A sample is no tone where it does not follow from the two
before it, by 1 % of the tone.`;

/** What detection costs the audio thread, in Chromium. */
export function run(file: URL, options: BenchOptions): Promise<void> {
  return runMeasurements(parts, { title: "Detection of speech in Chromium", notes, file, options });
}
