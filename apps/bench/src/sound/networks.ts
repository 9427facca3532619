import { launchChromium } from "@layercode/browser-testing";
import { arrivals, networks } from "../../../../packages/audio/test/networks.js";
import { createRandom } from "../../../../packages/audio/test/random.js";
import type { Bench } from "../browser/bench.js";
import type { Figure } from "../browser/figures.js";
import { agentSpeech } from "../browser/signals.js";
import { dueTimes, figuresOf, playAll } from "./playout.js";

const seconds = 12;
const none = { gaps: { median: 0 }, silentMs: { median: 0 }, longestMs: { p95: 0 } };

const targets: Readonly<Record<string, Parameters<typeof figuresOf>[2]>> = {
  "1×, 0–150 ms": {
    gaps: { median: 0.3 },
    silentMs: { median: 10, p95: 40 },
    longestMs: { p95: 90 },
    longer: { median: 1.5 },
  },
  "1×, 0–40 ms": { ...none, longer: { median: 1 } },
  "1×, mixed sizes, no jitter": { ...none, longer: { median: 1 } },
  "1.25×, 0–150 ms": { gaps: { median: 0.2 }, silentMs: { median: 5, p95: 25 }, longestMs: { p95: 75 } },
  "2×, 0–150 ms": { gaps: { median: 0.1 }, silentMs: { median: 5, p95: 25 }, longestMs: { p95: 75 } },
  "0.95×, 0–40 ms": { ...none, longer: { median: 6 } },
  mobile: {
    gaps: { median: 1 },
    silentMs: { median: 225, p95: 450 },
    longestMs: { p95: 470 },
    longer: { median: 2 },
  },
};

/** Speech in messages of 20 to 100 ms on the networks that playing is designed by, each message sent when it would arrive. */
export async function measureNetworks(bench: Bench): Promise<Figure[]> {
  const pcm = await agentSpeech(seconds);
  const browser = await launchChromium({ autoplay: true });
  const figures: Figure[] = [];
  for (const [name, limits] of Object.entries(targets)) {
    const network = networks[name];
    if (!network) throw new Error(`There is no network "${name}" in packages/audio/test/networks.ts.`);
    const outcomes = await playAll(bench, browser, name, (seed) => {
      const messages = arrivals(network, seconds, createRandom(seed));
      return {
        seconds,
        due: dueTimes(messages, network.pace ?? 1),
        send: (conversation) => conversation.play({ turnId: `seed-${seed}`, pcm, chunkMs: messages }),
      };
    });
    figures.push(...figuresOf(name, outcomes, limits));
  }
  await browser.close();
  return figures;
}
