import { installScript, launchChromium, probe } from "@layercode/browser-testing";
import type { Bench } from "../browser/bench.js";
import { sleep } from "../browser/conversation.js";
import type { Figure } from "../browser/figures.js";
import type { Page } from "../browser/playwright-types.js";
import type { HearingReport, HearingSetup } from "../page/hearing.js";
import { wireLogScript } from "../page/wire-log.js";
import { talkingMicrophone } from "./talking-microphone.js";

const sampleSeconds = 10;

/**
 * Half an hour of somebody who talks with pauses, while a tone is played: two browsers with detection, and one without. Chromium
 * counts the buffers of the device that came too late; a watch on the audio thread looks at each sample of the tone.
 */
export async function measureSoak(bench: Bench): Promise<Figure[]> {
  const minutes = bench.quick ? 1 : 30;
  // All at once: what the machine does to a page, it does to the one that detects nothing, too.
  const [first, second, without] = await Promise.all([
    soak(bench, "first", minutes, true),
    soak(bench, "second", minutes, true),
    soak(bench, "without detection", minutes, false),
  ]);
  const name = `soak, ${minutes} min`;
  const figures = (run: string, { late, lateMs, faults, starts, complaints }: Soak): Figure[] => [
    { name: `${name}, ${run}: late buffers`, unit: "", ours: [sum(late)], peer: [], target: { median: 0 } },
    { name: "  of these in ten seconds", unit: "", ours: late, peer: [] },
    { name: "  late in ten seconds", unit: "ms", ours: lateMs, peer: [] },
    { name: "  samples that are no tone", unit: "", ours: [sum(faults)], peer: [], target: { median: 0 } },
    { name: "  speech began in ten seconds", unit: "", ours: starts, peer: [] },
    { name: "  complaints", unit: "", ours: [sum(complaints)], peer: [], target: { median: 0 } },
  ];
  return [...figures("1", first), ...figures("2", second), ...figures("no detection", without)];
}

/** In each piece of ten seconds. */
interface Soak {
  late: number[];
  lateMs: number[];
  faults: number[];
  starts: number[];
  complaints: number[];
}

async function soak({ server, report }: Bench, name: string, minutes: number, detects: boolean): Promise<Soak> {
  const browser = await launchChromium({ microphone: { wav: await talkingMicrophone() }, autoplay: true });
  const page = await browser.newPage();
  await openHearing(page, server.url, { microphones: 1, detects, plays: true });
  // Loading is no soak: the model is warm before it begins.
  await sleep(5000);
  const soak: Soak = { late: [], lateMs: [], faults: [], starts: [], complaints: [] };
  let before = await probe<HearingReport>(page, "hearing.report");
  for (let piece = 1; piece <= (minutes * 60) / sampleSeconds; piece++) {
    await sleep(sampleSeconds * 1000);
    const now = await probe<HearingReport>(page, "hearing.report");
    const grown = (of: (report: HearingReport) => number) => of(now) - of(before);
    soak.late.push(grown(({ playback }) => playback?.underrunEvents ?? NaN));
    soak.lateMs.push(1000 * grown(({ playback }) => playback?.underrunDuration ?? NaN));
    soak.faults.push(grown(({ faults }) => faults));
    soak.starts.push(grown(({ starts }) => starts));
    soak.complaints.push(grown(({ complaints }) => complaints.length));
    if (grown(({ watched }) => watched) === 0) throw new Error("The tone is not heard.");
    before = now;
    if ((piece * sampleSeconds) % 60 === 0) {
      const [late, faults] = [sum(soak.late), sum(soak.faults)];
      report(`soak, ${name}: minute ${(piece * sampleSeconds) / 60}, ${late} late buffers, ${faults} faults`);
    }
  }
  await browser.close();
  return soak;
}

/** Opens the page and lets it begin. */
export async function openHearing(page: Page, url: string, setup: HearingSetup): Promise<void> {
  await installScript(page, wireLogScript, { keeps: false });
  await page.goto(`${url}/hearing.html`);
  await probe(page, "hearing.start", setup);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
