import { type BrowserSession, probe } from "@layercode/browser-testing";
import type { Bench } from "../browser/bench.js";
import { type Contender, type Conversation, sleep } from "../browser/conversation.js";
import type { Figure } from "../browser/figures.js";
import { withFullDuplex } from "../browser/full-duplex.js";
import { watchHeap } from "../browser/heap.js";
import type { WireCount } from "../page/wire-log.js";

/** What one second of conversation takes, and what stays of a minute. */
interface Cost {
  mainThreadMs: number[];
  rendererMs: number[];
  bytesUp: number[];
  bytesDown: number[];
  messagesUp: number[];
  heapGrowthKb: number[];
}

/** A conversation in which both sides send all the time, level meters on. */
export async function measureCost(bench: Bench): Promise<Figure[]> {
  const costs: Record<Contender, Cost> = { ours: await measure(bench, "ours"), peer: await measure(bench, "peer") };
  const of = (part: keyof Cost) => ({ ours: costs.ours[part], peer: costs.peer[part] });
  return [
    { name: "main thread, a second", unit: "ms", ...of("mainThreadMs"), target: { median: 15 } },
    // The target holds with voice detection, which neither runs here.
    { name: "renderer CPU in all, a second", unit: "ms", ...of("rendererMs"), target: { median: 75 } },
    { name: "wire up, a second", unit: "kB", ...of("bytesUp") },
    { name: "wire down, a second", unit: "kB", ...of("bytesDown") },
    { name: "messages up, a second", unit: "", ...of("messagesUp") },
    {
      name: `page heap, growth over ${durationOf(bench)} s`,
      unit: "kB",
      ...of("heapGrowthKb"),
      target: { median: 100 },
    },
  ];
}

interface Sample {
  at: number;
  mainThreadMs: number;
  rendererMs: number;
  wire: WireCount;
}

const intervalMs = 5000;

function durationOf({ quick }: Bench): number {
  return quick ? 15 : 60;
}

async function measure(bench: Bench, contender: Contender): Promise<Cost> {
  const seconds = durationOf(bench);
  bench.report(`cost of a conversation: ${contender}, ${seconds} s`);
  return withFullDuplex(bench, contender, seconds, async (conversation, browser) => {
    const readHeap = await watchHeap(conversation.page);
    const read = await sampler(conversation, browser);
    const before = await readHeap();
    const samples = [await read()];
    for (let elapsed = 0; elapsed < seconds * 1000; elapsed += intervalMs) {
      await sleep(intervalMs);
      samples.push(await read());
    }
    const after = await readHeap();
    const perSecond = (value: (sample: Sample) => number) =>
      samples.slice(1).map((sample, index) => {
        const previous = samples[index] ?? sample;
        return ((value(sample) - value(previous)) * 1000) / (sample.at - previous.at);
      });
    return {
      mainThreadMs: perSecond(({ mainThreadMs }) => mainThreadMs),
      rendererMs: perSecond(({ rendererMs }) => rendererMs),
      bytesUp: perSecond(({ wire }) => wire.bytesUp / 1000),
      bytesDown: perSecond(({ wire }) => wire.bytesDown / 1000),
      messagesUp: perSecond(({ wire }) => wire.up),
      heapGrowthKb: [(after.page - before.page) / 1000],
    };
  });
}

/** Reads the clocks of the page's main thread and of all renderers. */
async function sampler({ page }: Conversation, { browser }: BrowserSession): Promise<() => Promise<Sample>> {
  const session = await page.context().newCDPSession(page);
  // CPU time: what other processes take of a core is not in it.
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const ofBrowser = await browser.newBrowserCDPSession();
  return async () => {
    const wire = await probe<WireCount>(page, "wire.count");
    const { metrics } = await session.send("Performance.getMetrics");
    const { processInfo } = await ofBrowser.send("SystemInfo.getProcessInfo");
    const renderers = processInfo.filter(({ type }) => type === "renderer");
    return {
      at: performance.now(),
      mainThreadMs: 1000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? NaN),
      rendererMs: 1000 * renderers.reduce((sum, { cpuTime }) => sum + cpuTime, 0),
      wire,
    };
  };
}
