import { audibleSpans, launchChromium, tapReady } from "@layercode/browser-testing";
import type { Bench } from "../browser/bench";
import { type Contender, contenders, openConversation, sleep } from "../browser/conversation";
import type { Figure } from "../browser/figures";
import { readHeard } from "../browser/heard";
import { agentTone } from "../browser/signals";
import { clickLevel, toneMs } from "./tone-measures";

const clickDb = -40;
const nextFrequency = 1500;
const nextMs = 300;

/** Cuts a tone by `turn.start user`, alone and with the next turn right behind it. */
export async function measureBargeIn({ server, quick, report }: Bench): Promise<Figure[]> {
  const silence: Record<Contender, number[]> = { ours: [], peer: [] };
  const clicks: Record<Contender, number[]> = { ours: [], peer: [] };
  const nextLost: Record<Contender, number[]> = { ours: [], peer: [] };
  const nextDelay: Record<Contender, number[]> = { ours: [], peer: [] };
  const tone = agentTone(440, 4);
  const next = agentTone(nextFrequency, nextMs / 1000);
  const browser = await launchChromium({ autoplay: true });
  for (const contender of contenders) {
    const cuts = quick ? 5 : 25;
    const followed = quick ? 3 : 10;
    report(`barge-in: ${contender}, ${cuts} cuts`);
    const conversation = await openConversation(browser, server, contender, { microphone: false });
    await conversation.connect();
    await conversation.play({ turnId: "first", pcm: agentTone(440, 0.2), chunkMs: 100 });
    await tapReady(conversation.page);
    await sleep(1000);
    await conversation.takeMessages();
    for (let cut = 0; cut < cuts + followed; cut++) {
      await conversation.play({ turnId: `told-${cut}`, pcm: tone, chunkMs: 100, atOnce: true });
      await sleep(450 + 7.3 * (cut % 10));
      await conversation.send({ type: "turn.start", role: "user", turn_id: `user-${cut}` });
      if (cut >= cuts) await conversation.play({ turnId: `next-${cut}`, pcm: next, chunkMs: 100, atOnce: true });
      await sleep(cut < cuts ? 350 : 900);
    }
    const messages = await conversation.takeMessages();
    const { samples, sampleRate, timeOf } = await readHeard(conversation.page);
    await conversation.close();

    const spans = audibleSpans(samples, sampleRate, 1e-4, 20);
    const takeovers = messages.filter(({ type, text }) => type === "turn.start" && text?.includes('"user"'));
    takeovers.forEach(({ at }, cut) => {
      const span = spans.find(({ start, end }) => timeOf(start) < at && timeOf(end) > at - 1);
      if (!span) return;
      if (cut < cuts) {
        // The first quantum without a sound.
        silence[contender].push(timeOf(Math.ceil(span.end / 128) * 128) - at);
        clicks[contender].push(clickLevel(samples, sampleRate, span.end, 0.5));
        return;
      }
      const from = samples.findIndex((_, index) => index % 128 === 0 && timeOf(index) >= at);
      const heard = toneMs(samples.subarray(from, from + sampleRate * 0.8), sampleRate, nextFrequency, 0.25);
      nextLost[contender].push(Math.max(0, nextMs - heard.ms));
      if (heard.startMs !== null) nextDelay[contender].push(heard.startMs);
    });
  }
  await browser.close();
  const clicking = (levels: number[]) => levels.map((level) => Number(level > clickDb));
  return [
    { name: "barge-in: turn.start user → silence", unit: "ms", ...silence, target: { median: 10 } },
    { name: "barge-in: above 2 kHz, to the tone", unit: "dB", ...clicks, target: { median: -70, p95: -70 } },
    {
      name: `barge-in: cuts that click (over ${clickDb} dB)`,
      unit: "0/1",
      ours: clicking(clicks.ours),
      peer: clicking(clicks.peer),
      target: { p95: 0 },
    },
    // Windows of 10 ms do not see the first and the last of a tone.
    { name: `next turn 0 ms behind: lost of ${nextMs} ms`, unit: "ms", ...nextLost, target: { p95: 20 } },
    { name: "next turn 0 ms behind: turn.start user → heard", unit: "ms", ...nextDelay },
  ];
}
