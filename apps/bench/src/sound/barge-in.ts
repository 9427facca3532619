import { audibleSpans, launchChromium, tapReady } from "@layercode/browser-testing";
import type { Bench } from "../browser/bench.js";
import { type Contender, type Conversation, openConversation, sleep } from "../browser/conversation.js";
import type { Figure } from "../browser/figures.js";
import { type Heard, readHeard, withoutHoles } from "../browser/heard.js";
import { agentTone } from "../browser/signals.js";
import { clickLevel, toneMs } from "./tone-measures.js";

const clickDb = -40;
const frequency = 440;
const nextFrequency = 1500;
const nextMs = 300;

/** What became of the cuts, one value each. */
interface Cuts {
  silence: number[];
  click: number[];
  nextLost: number[];
  nextDelay: number[];
}

/** Cuts a tone by `turn.start user`, alone and with the next turn right behind it. */
export async function measureBargeIn(bench: Bench): Promise<Figure[]> {
  const browser = await launchChromium({ autoplay: true });
  const cuts: Record<Contender, Cuts> = {
    ours: await withoutHoles(bench.report, () => cutAll("ours")),
    peer: await withoutHoles(bench.report, () => cutAll("peer")),
  };
  await browser.close();

  async function cutAll(contender: Contender): Promise<Cuts> {
    const alone = bench.quick ? 5 : 25;
    const followed = bench.quick ? 3 : 10;
    bench.report(`barge-in: ${contender}, ${alone + followed} cuts`);
    const conversation = await openConversation(browser, bench.server, contender, { microphone: false });
    await conversation.connect();
    await conversation.play({ turnId: "first", pcm: agentTone(frequency, 0.2), chunkMs: 100 });
    await tapReady(conversation.page);
    await sleep(1000);
    await conversation.takeMessages();
    for (let cut = 0; cut < alone + followed; cut++) await cutOnce(conversation, cut, cut >= alone);
    const messages = await conversation.takeMessages();
    const heard = await readHeard(conversation.page).finally(() => conversation.close());
    const takeovers = messages.filter(({ type, text }) => type === "turn.start" && text?.includes('"user"'));
    return judge(
      heard,
      takeovers.slice(0, alone).map(({ at }) => at),
      takeovers.slice(alone).map(({ at }) => at),
    );
  }

  const of = (read: (cuts: Cuts) => number[]) => ({ ours: read(cuts.ours), peer: read(cuts.peer) });
  return [
    {
      name: "barge-in: turn.start user → silence",
      unit: "ms",
      ...of(({ silence }) => silence),
      target: { median: 10 },
    },
    {
      name: "barge-in: above 2 kHz, to the tone",
      unit: "dB",
      ...of(({ click }) => click),
      target: { median: -70, p95: -70 },
    },
    {
      name: `barge-in: cuts that click (over ${clickDb} dB)`,
      unit: "0/1",
      ...of(({ click }) => click.map((level) => Number(level > clickDb))),
      target: { p95: 0 },
    },
    {
      name: `next turn 0 ms behind: lost of ${nextMs} ms`,
      unit: "ms",
      ...of(({ nextLost }) => nextLost),
      // Windows of 10 ms do not see the first and the last of a tone.
      target: { p95: 20 },
    },
    { name: "next turn 0 ms behind: turn.start user → heard", unit: "ms", ...of(({ nextDelay }) => nextDelay) },
  ];
}

async function cutOnce(conversation: Conversation, cut: number, isFollowed: boolean): Promise<void> {
  await conversation.play({ turnId: `told-${cut}`, pcm: agentTone(frequency, 4), chunkMs: 100, atOnce: true });
  // Not in step with the audio device's buffers of 10 ms.
  await sleep(450 + 7.3 * (cut % 10));
  await conversation.send({ type: "turn.start", role: "user", turn_id: `user-${cut}` });
  if (isFollowed) {
    const pcm = agentTone(nextFrequency, nextMs / 1000);
    await conversation.play({ turnId: `next-${cut}`, pcm, chunkMs: 100, atOnce: true });
  }
  await sleep(isFollowed ? 900 : 350);
}

/** Finds each cut in what was heard. Times are on the page's clock. */
function judge({ samples, sampleRate, timeOf }: Heard, alone: readonly number[], followed: readonly number[]): Cuts {
  const spans = audibleSpans(samples, sampleRate, 1e-4, 20);
  const cuts: Cuts = { silence: [], click: [], nextLost: [], nextDelay: [] };
  for (const at of alone) {
    const span = spans.find(({ start, end }) => timeOf(start) < at && timeOf(end) > at - 1);
    if (!span) continue;
    // The first quantum without a sound.
    cuts.silence.push(timeOf(Math.ceil(span.end / 128) * 128) - at);
    cuts.click.push(clickLevel(samples, sampleRate, span.end, 0.5));
  }
  for (const at of followed) {
    const from = samples.findIndex((_, index) => index % 128 === 0 && timeOf(index) >= at);
    const next = toneMs(samples.subarray(from, from + sampleRate * 0.8), sampleRate, nextFrequency, 0.25);
    cuts.nextLost.push(Math.max(0, nextMs - next.ms));
    // A remnant is no turn.
    if (next.startMs !== null && next.ms > nextMs / 2) cuts.nextDelay.push(next.startMs);
  }
  return cuts;
}
