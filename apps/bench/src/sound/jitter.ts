import { type BrowserSession, launchChromium } from "@layercode/browser-testing";
import type { Bench } from "../browser/bench.js";
import { type Contender, contenders, openConversation, sleep } from "../browser/conversation.js";
import type { Figure } from "../browser/figures.js";
import { readHeard, withoutHoles } from "../browser/heard.js";
import { agentSpeech } from "../browser/signals.js";
import { silentGaps } from "./silent-gaps.js";

const seconds = 12;
const jitterMs = 150;
// Conversations at once: with more, two cores no longer play them all without holes.
const together = 2;

interface Outcome {
  gaps: number;
  lostMs: number;
  finished: number;
}

/** Speech in chunks of 40 ms at the pace at which it is heard, each up to 150 ms late, in order. One conversation a seed. */
export async function measureJitter({ server, quick, report }: Bench): Promise<Figure[]> {
  const pcm = await agentSpeech(seconds);
  const seeds = Array.from({ length: quick ? 2 : 20 }, (_, index) => index + 1);
  const outcomes: Record<Contender, Outcome[]> = { ours: [], peer: [] };
  const browser = await launchChromium({ autoplay: true });
  for (let at = 0; at < seeds.length; at += together) {
    report(`jitter: seed ${at + 1} of ${seeds.length}`);
    const batch = seeds.slice(at, at + together);
    for (const contender of contenders) {
      const runs = batch.map((seed) => withoutHoles(report, () => play(browser, contender, seed)));
      outcomes[contender].push(...(await Promise.all(runs)));
    }
  }
  await browser.close();

  async function play(browser: BrowserSession, contender: Contender, seed: number): Promise<Outcome> {
    const conversation = await openConversation(browser, server, contender, { microphone: false });
    await conversation.connect();
    await server.setSessionFaults(conversation.agentId, { toClient: { jitterMs }, seed });
    await conversation.play({ turnId: `seed-${seed}`, pcm, chunkMs: 40 });
    // What is late, what is buffered, and whatever is still reported.
    await sleep(2000);
    const finished = (await conversation.takeMessages()).filter(
      ({ what, type }) => what === "up" && type === "trigger.response.audio.replay_finished",
    ).length;
    const heard = await readHeard(conversation.page).finally(() => conversation.close());
    const { gaps, soundMs } = silentGaps(heard.samples, heard.sampleRate);
    return { gaps, lostMs: Math.max(0, seconds * 1000 - soundMs), finished };
  }

  const of = (read: (outcome: Outcome) => number) => ({ ours: outcomes.ours.map(read), peer: outcomes.peer.map(read) });
  const name = `jitter 0–${jitterMs} ms, ${seconds} s`;
  return [
    { name: `${name}: audible gaps`, unit: "", ...of(({ gaps }) => gaps), target: { median: 1 } },
    // Where a sentence begins and ends is known to a quantum at best.
    { name: `${name}: lost`, unit: "ms", ...of(({ lostMs }) => (lostMs < 3 ? 0 : lostMs)), target: { median: 0 } },
    { name: `${name}: replay_finished`, unit: "", ...of(({ finished }) => finished), target: { median: 1 } },
  ];
}
