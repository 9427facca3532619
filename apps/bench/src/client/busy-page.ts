import { type BrowserSession, launchChromium, writeMicrophoneFile } from "@layercode/browser-testing";
import type { Bench } from "../browser/bench.js";
import { type Contender, contenders, openConversation, sleep } from "../browser/conversation.js";
import type { Figure } from "../browser/figures.js";
import type { Page } from "../browser/playwright-types.js";
import { markerTrain } from "../sound/markers.js";
import { delaysOf, microphoneOnly, readMicrophone, type SentFrame } from "../sound/microphone-to-wire.js";

const wireRate = 8000;
/** For how long the main thread is busy, of how much time, how often in a conversation. */
const loads = [
  { busyMs: 500, ofMs: 1000, times: 10 },
  { busyMs: 3000, ofMs: 4000, times: 3 },
] as const;
type Load = (typeof loads)[number];

/** What becomes of what is said while the page's main thread is busy. */
export async function measureBusyPage(bench: Bench): Promise<Figure[]> {
  const wav = await writeMicrophoneFile(markerTrain(20));
  const browser = await launchChromium({ microphone: { wav }, autoplay: true });
  const figures: Figure[] = [];
  for (const load of loads) figures.push(...(await measure(bench, browser, load)));
  await browser.close();
  return figures;
}

async function measure({ server, quick, report }: Bench, browser: BrowserSession, load: Load): Promise<Figure[]> {
  const lost: Record<Contender, number[]> = { ours: [], peer: [] };
  const delays: Record<Contender, number[]> = { ours: [], peer: [] };
  const { busyMs, ofMs } = load;
  const conversations = quick ? 2 : 8;
  for (let run = 0; run < conversations; run++) {
    report(`busy ${busyMs} of ${ofMs} ms: conversation ${run + 1} of ${conversations}`);
    for (const contender of contenders) {
      const conversation = await openConversation(browser, server, contender, microphoneOnly);
      await conversation.connect();
      await sleep(1000);
      const begins = await keepBusy(conversation.page, load);
      await sleep(1000);
      const { sent, captured, offset } = await readMicrophone(conversation);
      await conversation.close();
      delays[contender].push(...delaysOf(sent, captured, offset));
      lost[contender].push(lostMs(sent, begins));
    }
  }
  return [
    { name: `busy ${busyMs} of ${ofMs} ms: speech lost`, unit: "ms", ...lost, target: { p95: 0 } },
    { name: "  microphone → wire", unit: "ms", ...delays, target: { p95: busyMs + 26 } },
  ];
}

/** Blocks the main thread. Answers when each time began, in ms on the page's clock. */
function keepBusy(page: Page, load: Load): Promise<number[]> {
  return page.evaluate(async ({ busyMs, ofMs, times }) => {
    const begins: number[] = [];
    for (let n = 0; n < times; n++) {
      const begin = performance.now();
      begins.push(begin);
      while (performance.now() < begin + busyMs);
      await new Promise((resolve) => setTimeout(resolve, ofMs - busyMs));
    }
    return begins;
  }, load);
}

/**
 * From the beginning of the first time to that of the last: when the page has been free for a while, all is sent but what
 * is in a frame that is not whole. What is missing beyond that is lost.
 */
function lostMs(sent: readonly SentFrame[], begins: readonly number[]): number {
  const [first = NaN, last = NaN] = [begins[0], begins.at(-1)];
  const frameMs = Math.max(...sent.map(({ pcm }) => pcm.length)) / (wireRate / 1000);
  const sentMs = sent
    .filter(({ at }) => at >= first && at < last)
    .reduce((sum, { pcm }) => sum + pcm.length / (wireRate / 1000), 0);
  const missing = last - first - sentMs;
  // The device gives its samples 10 ms at a time.
  return missing > frameMs + 10 ? missing : 0;
}
