import { launchChromium } from "@layercode/browser-testing";
import type { Bench } from "../browser/bench.js";
import type { Figure } from "../browser/figures.js";
import { agentSpeech } from "../browser/signals.js";
import { dueTimes, figuresOf, playAll } from "./playout.js";

const seconds = 12;
const jitterMs = 150;
const chunkMs = 40;

/** Speech in chunks of 40 ms at the pace at which it is heard, each up to 150 ms late, in order. One conversation a seed. */
export async function measureJitter(bench: Bench): Promise<Figure[]> {
  const pcm = await agentSpeech(seconds);
  const due = dueTimes(Array(Math.ceil((seconds * 1000) / chunkMs)).fill({ seconds: chunkMs / 1000 }), 1);
  const browser = await launchChromium({ autoplay: true });
  const outcomes = await playAll(bench, browser, "jitter", (seed) => ({
    seconds,
    due,
    async send(conversation) {
      await bench.server.setSessionFaults(conversation.agentId, { toClient: { jitterMs }, seed });
      await conversation.play({ turnId: `seed-${seed}`, pcm, chunkMs });
    },
  }));
  await browser.close();
  return figuresOf(`jitter 0–${jitterMs} ms, ${seconds} s`, outcomes, {
    gaps: { median: 1 },
    silentMs: { median: 10, p95: 40 },
    longestMs: { p95: 90 },
    lostMs: { median: 0 },
    longer: { median: 1.5 },
    finished: { median: 1 },
  });
}
