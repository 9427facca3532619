import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { launchChromium } from "@layercode/browser-testing";
import { traceWorklets } from "../browser/audio-trace.js";
import type { Bench } from "../browser/bench.js";
import { sleep } from "../browser/conversation.js";
import type { Figure } from "../browser/figures.js";
import { percentile } from "../measure/statistics.js";
import { openHearing } from "./soak.js";
import { talkingMicrophone } from "./talking-microphone.js";

/** A phone is slower: the same work so many times, by as many microphones. */
const slowPhone = 6;

interface Run {
  microphones: number;
  detects: boolean;
  /** Whether two processes keep both cores busy beside it. */
  loaded: boolean;
}

/** CPU time in µs of the recorders' `process()` in each quantum: while the model is loading and warming up, and after it. */
interface Quanta {
  cold: number[];
  warm: number[];
  /** Of all that was traced when warm: CPU time in % of the time. */
  share: number;
}

/** What a quantum of the recorder costs the audio thread, with detection and without, as Chromium traces it. */
export async function measureCost(bench: Bench): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const loaded of [false, true]) {
    const off = await trace(bench, { microphones: 1, detects: false, loaded });
    const on = await trace(bench, { microphones: 1, detects: true, loaded });
    const six = await trace(bench, { microphones: slowPhone, detects: true, loaded });
    const where = loaded ? ", both cores loaded" : "";
    const mean = ({ warm }: Quanta) => warm.reduce((sum, value) => sum + value, 0) / warm.length;
    const row = (name: string, unit: string, value: number, target?: number): Figure => ({
      ...{ name, unit, ours: [value], peer: [] },
      ...(target === undefined ? {} : { target: { median: target } }),
    });
    figures.push(
      { name: `a quantum, detection off${where}`, unit: "µs", ours: off.warm, peer: [] },
      { name: `a quantum, detection on${where}`, unit: "µs", ours: on.warm, peer: [] },
      row("  mean", "µs", mean(on), 80),
      row("  p99.9", "µs", percentile(on.warm, 0.999), 400),
      row("  dearest", "µs", Math.max(...on.warm)),
      row("  dearest of the first seconds", "µs", Math.max(...on.cold), 700),
      row("  the same, detection off", "µs", Math.max(...off.cold)),
      row("  of a core", "%", on.share, 5),
      row("  of a core, detection off", "%", off.share),
      { name: `a quantum, the work ${slowPhone} times${where}`, unit: "µs", ours: six.warm, peer: [] },
      row("  p99.9", "µs", percentile(six.warm, 0.999)),
      row("  dearest", "µs", Math.max(...six.warm)),
    );
  }
  return figures;
}

async function trace({ server, quick, report }: Bench, { microphones, detects, loaded }: Run): Promise<Quanta> {
  report(`cost: ${microphones} ${detects ? "detecting" : "recording"}${loaded ? ", both cores loaded" : ""}`);
  const wav = await talkingMicrophone();
  const browser = await launchChromium({ microphone: { wav }, autoplay: true });
  const page = await browser.newPage();
  const hogs = loaded ? [keepBusy(), keepBusy()] : [];
  const cold = await traceWorklets(browser, async () => {
    await openHearing(page, server.url, { microphones, detects, plays: false });
    await sleep(4000);
  });
  const seconds = quick ? 3 : 60;
  const warm = await traceWorklets(browser, () => sleep(seconds * 1000));
  for (const hog of hogs) hog.kill();
  await browser.close();
  const cpu = warm.reduce((sum, call) => sum + call.cpu, 0);
  return {
    cold: inQuanta(cold, 1),
    warm: inQuanta(warm, microphones),
    share: cpu / (seconds * 1e4),
  };
}

/** Calls of as many processors as there are in the graph make a quantum. */
function inQuanta(calls: readonly { cpu: number }[], processors: number): number[] {
  return Array.from({ length: Math.floor(calls.length / processors) }, (_, quantum) =>
    calls.slice(quantum * processors, (quantum + 1) * processors).reduce((sum, { cpu }) => sum + cpu, 0),
  );
}

function keepBusy() {
  return fork(fileURLToPath(new URL("../src/hearing/busy-process.mjs", import.meta.url)));
}
