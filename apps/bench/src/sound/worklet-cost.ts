import { launchChromium } from "@layercode/browser-testing";
import { traceWorklets } from "../browser/audio-trace.js";
import type { Bench } from "../browser/bench.js";
import { type Contender, contenders, openConversation, sleep } from "../browser/conversation.js";
import type { Figure } from "../browser/figures.js";
import { agentTone } from "../browser/signals.js";
import { percentile } from "../measure/statistics.js";

const queuedSeconds = 120;

/** What the player's `process()` costs with much in its queue: CPU time of each call, as Chromium traces it. */
export async function measureWorkletCost({ server, quick, report }: Bench): Promise<Figure[]> {
  const calls: Record<Contender, number[]> = { ours: [], peer: [] };
  const perSecond: Record<Contender, number[]> = { ours: [], peer: [] };
  const pcm = agentTone(440, queuedSeconds);
  const tracedMs = quick ? 3000 : 20_000;
  for (const contender of contenders) {
    report(`player worklet: ${contender}, ${queuedSeconds} s queued`);
    const browser = await launchChromium({ autoplay: true });
    const conversation = await openConversation(browser, server, contender, { microphone: false, outputTap: false });
    await conversation.connect();
    await conversation.play({ turnId: "long", pcm, chunkMs: 100, atOnce: true });
    await sleep(2000);
    const traced = await traceWorklets(browser, () => sleep(tracedMs));
    await browser.close();
    calls[contender] = traced.map(({ cpu }) => cpu);
    perSecond[contender] = [traced.reduce((sum, { cpu }) => sum + cpu, 0) / tracedMs];
  }
  const mean = (values: readonly number[]) => [values.reduce((sum, value) => sum + value, 0) / values.length];
  const name = `player worklet, ${queuedSeconds} s queued`;
  return [
    { name: `${name}: a quantum`, unit: "µs", ...calls },
    { name: `${name}: mean`, unit: "µs", ours: mean(calls.ours), peer: mean(calls.peer), target: { median: 20 } },
    { name: `${name}: p99`, unit: "µs", ours: [percentile(calls.ours, 0.99)], peer: [percentile(calls.peer, 0.99)] },
    // The peer's context has a lower rate: its quanta are fewer and longer.
    { name: `${name}: a second of sound`, unit: "ms", ...perSecond },
  ];
}
