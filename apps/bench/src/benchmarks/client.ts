import type { BenchOptions } from "../browser/bench.js";
import { runMeasurements } from "../browser/run-measurements.js";
import { measureBusyPage } from "../client/busy-page.js";
import { measureConnect } from "../client/connect.js";
import { measureCost } from "../client/cost.js";

const notes = `
Medians and 95th percentiles; the target is for ours. connect(): from the call to status "connected", where authorization
takes 150 ms, the socket 100 ms and the microphone 200 ms. main thread: CPU time of its tasks. renderer: CPU time of the
page's process, audio thread included. wire: payload of the WebSocket's frames. lost: of what is said in a conversation
while the page is busy, to a frame. Voice detection is off on both sides.`;

/** What a client costs the page: ours and Layercode's own, in the same browser. */
export function run(file: URL, options: BenchOptions): Promise<void> {
  const title = "A client in Chromium, beside @layercode/js-sdk 2.8.10";
  return runMeasurements(
    { connect: measureConnect, cost: measureCost, busy: measureBusyPage },
    { title, notes, file, options },
  );
}
