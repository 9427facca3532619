import type { BenchOptions } from "../browser/bench.js";
import { runMeasurements } from "../browser/run-measurements.js";
import { measureBargeIn } from "../sound/barge-in.js";
import { measureCutPosition } from "../sound/cut-position.js";
import { measureJitter } from "../sound/jitter.js";
import { measureMemory } from "../sound/memory.js";
import { measureMicrophoneToWire } from "../sound/microphone-to-wire.js";
import { measureNetworks } from "../sound/networks.js";
import { measureWireToSpeaker } from "../sound/wire-to-speaker.js";
import { measureWorkletCost } from "../sound/worklet-cost.js";

const parts = {
  "microphone-to-wire": measureMicrophoneToWire,
  "wire-to-speaker": measureWireToSpeaker,
  jitter: measureJitter,
  networks: measureNetworks,
  "barge-in": measureBargeIn,
  "cut-position": measureCutPosition,
  "worklet-cost": measureWorkletCost,
  memory: measureMemory,
};

const notes = `
Medians and 95th percentiles; the target is for ours. Rendered: when the audio thread ran the quantum of a sample, by its
own clock, which ticks in ms; captured: the same for the microphone, evened out over its buffers. The sound device's own
latency comes on top for both. A gap is 3 ms or more without the faint tone that the speech carries. Worklet: CPU time of
each process(), as Chromium traces it. Heaps after a collection of garbage, array buffers included. Voice detection is off
on both sides.`;

/** Sound in Chromium, where it enters a page and where it leaves it: ours and Layercode's own client. */
export function run(file: URL, options: BenchOptions): Promise<void> {
  const title = "Sound in Chromium, beside @layercode/js-sdk 2.8.10";
  return runMeasurements(parts, { title, notes, file, options });
}
