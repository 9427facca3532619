import { launchChromium, probe, tapReady } from "@layercode/browser-testing";
import type { Bench } from "../browser/bench.js";
import { type Contender, type Conversation, openConversation, sleep } from "../browser/conversation.js";
import type { Figure } from "../browser/figures.js";
import { type Heard, readHeard, withoutHoles } from "../browser/heard.js";
import { agentTone } from "../browser/signals.js";
import { fitLine } from "../measure/line.js";
import { percentile } from "../measure/statistics.js";
import type { CapturedSound } from "../page/microphone-tap.js";
import type { WireEntry } from "../page/wire-log.js";
import { talkingMicrophone } from "./talking-microphone.js";

const quantum = 128;
const amplitude = 0.5;

/** From onsets of speech, one value each, in ms. */
interface Delays {
  wire: number[];
  ducked: number[];
  paused: number[];
  missed: number;
}

/** From the first sample of speech to what follows from it: with a page that is free, and with one that is blocked. */
export async function measureLatency(bench: Bench): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const isBlocked of [false, true]) {
    const of = (contender: Contender, agentSpeaks: boolean) =>
      withoutHoles(bench.report, () => talk(bench, contender, { isBlocked, agentSpeaks }));
    const silent = { ours: await of("ours", false), peer: await of("peer", false) };
    const speaking = { ours: await of("ours", true), peer: await of("peer", true) };
    const read = (both: Record<Contender, Delays>, what: "wire" | "ducked" | "paused") => ({
      ours: both.ours[what],
      peer: both.peer[what],
    });
    const where = isBlocked ? ", main thread blocked 300 of 600 ms" : "";
    figures.push(
      ...p50p90(`onset → vad_start on the wire${where}`, read(silent, "wire"), isBlocked ? [] : [60, 120]),
      ...p50p90(`onset → vad_start while the agent speaks${where}`, read(speaking, "wire"), []),
      ...p50p90(`onset → ducked${where}`, read(speaking, "ducked"), [NaN, 100]),
      ...p50p90(`onset → silent${where}`, read(speaking, "paused"), [NaN, 160]),
      {
        name: "  not heard",
        unit: "",
        ours: [silent.ours.missed, speaking.ours.missed],
        peer: [silent.peer.missed, speaking.peer.missed],
      },
    );
  }
  return figures;
}

/** A figure for each percentile, for the targets are of these. */
function p50p90(name: string, both: Record<Contender, number[]>, [p50, p90]: number[]): Figure[] {
  const at = (share: number) => ({ ours: [percentile(both.ours, share)], peer: [percentile(both.peer, share)] });
  const target = (limit: number | undefined) =>
    limit === undefined || Number.isNaN(limit) ? {} : { target: { median: limit } };
  return [
    { name, unit: "ms", ...both },
    { name: "  p50", unit: "ms", ...at(0.5), ...target(p50) },
    { name: "  p90", unit: "ms", ...at(0.9), ...target(p90) },
  ];
}

async function talk(
  { server, quick, report }: Bench,
  contender: Contender,
  { isBlocked, agentSpeaks }: { isBlocked: boolean; agentSpeaks: boolean },
): Promise<Delays> {
  const browser = await launchChromium({ microphone: { wav: await talkingMicrophone() }, autoplay: true });
  const delays: Delays = { wire: [], ducked: [], paused: [], missed: 0 };
  const conversations = quick ? 1 : 2;
  try {
    for (let run = 1; run <= conversations; run++) {
      const what = `${contender}, ${isBlocked ? "blocked, " : ""}${agentSpeaks ? "agent speaking" : "agent silent"}`;
      report(`latency, ${what}: conversation ${run} of ${conversations}`);
      const conversation = await openConversation(browser, server, contender, {
        ...{ detects: true, microphoneTap: true, playout: "plain" },
      });
      const found = await listen(conversation, quick ? 20 : 30, { isBlocked, agentSpeaks }).finally(conversation.close);
      delays.wire.push(...found.wire);
      delays.ducked.push(...found.ducked);
      delays.paused.push(...found.paused);
      delays.missed += found.missed;
    }
  } finally {
    await browser.close();
  }
  return delays;
}

async function listen(
  conversation: Conversation,
  seconds: number,
  { isBlocked, agentSpeaks }: { isBlocked: boolean; agentSpeaks: boolean },
): Promise<Delays> {
  const { page } = conversation;
  await conversation.connect();
  await conversation.play({ turnId: "first", pcm: agentTone(440, 0.2), chunkMs: 100 });
  await tapReady(page);
  // The model is loaded and warm before anything counts.
  await sleep(5000);
  if (isBlocked)
    await page.evaluate(() =>
      setInterval(() => {
        const end = performance.now() + 300;
        while (performance.now() < end);
      }, 600),
    );
  await probe(page, "microphone.take");
  const messages: WireEntry[] = [];
  const end = performance.now() + seconds * 1000;
  let turn = 0;
  const speak = () =>
    conversation.play({ turnId: `told-${++turn}`, pcm: agentTone(440, 20, amplitude), chunkMs: 100, atOnce: true });
  if (agentSpeaks) await speak();
  while (performance.now() < end) {
    const taken = await conversation.takeMessages();
    messages.push(...taken);
    // As a server does that has heard the user, who interrupts; the agent speaks again when the user is silent.
    if (agentSpeaks && taken.some(isVad("vad_start")))
      await conversation.send({ type: "turn.start", role: "user", turn_id: `user-${turn}` });
    if (agentSpeaks && taken.some(isVad("vad_end"))) await speak();
    await sleep(50);
  }
  const captured = await probe<CapturedSound>(page, "microphone.take");
  const offset = await probe<number>(page, "clock.offset");
  const heard = await readHeard(page);
  return judge(onsetsIn(captured, offset), messages.filter(isVad("vad_start")), agentSpeaks ? heard : null);
}

function isVad(event: "vad_start" | "vad_end"): (entry: WireEntry) => boolean {
  return ({ what, text }) => what === "up" && (text?.includes(`"${event}"`) ?? false);
}

/** When speech began after a second of silence, in ms on the page's clock: the first sample that is louder than the noise. */
function onsetsIn(captured: CapturedSound, offset: number): number[] {
  const samples = new Float32Array(bytesOf(captured.samples));
  const line = fitLine(new Float64Array(bytesOf(captured.renderedAt)));
  const onsets: number[] = [];
  let last = -Infinity;
  for (let index = 0; index < samples.length; index++) {
    if (Math.abs(samples[index] ?? 0) < 0.01) continue;
    // The first one is whatever was under way.
    if (index - last > captured.sampleRate && last > 0) onsets.push(line(index / quantum - 0.5) + 0.5 - offset);
    last = index;
  }
  return onsets;
}

function judge(onsets: readonly number[], starts: readonly WireEntry[], heard: Heard | null): Delays {
  const delays: Delays = { wire: [], ducked: [], paused: [], missed: 0 };
  for (const onset of onsets) {
    const start = starts.find(({ at }) => at > onset - 50 && at < onset + 1500);
    if (start) delays.wire.push(start.at - onset);
    else delays.missed++;
    if (heard === null) continue;
    const levels = levelsAfter(heard, onset);
    if (levels === null) continue;
    const ducked = levels.find(({ level }) => level < 0.5 * amplitude);
    const paused = levels.find(({ level }) => level < 0.02 * amplitude);
    if (ducked) delays.ducked.push(ducked.ms);
    if (paused) delays.paused.push(paused.ms);
  }
  return delays;
}

/** How loud the tone is in each period after an onset; `null` where it does not sound then. */
function levelsAfter({ samples, sampleRate, timeOf }: Heard, onset: number): { ms: number; level: number }[] | null {
  const length = Math.round(sampleRate / 440);
  let from = 0;
  while (from < samples.length && !(timeOf(from) >= onset - 5)) from += quantum;
  const levels: { ms: number; level: number }[] = [];
  for (let at = from; at + length < Math.min(samples.length, from + sampleRate / 2); at += length) {
    let level = 0;
    for (let index = at; index < at + length; index++) level = Math.max(level, Math.abs(samples[index] ?? 0));
    levels.push({ ms: timeOf(at) - onset, level });
  }
  return (levels[0]?.level ?? 0) > 0.9 * amplitude ? levels : null;
}

function bytesOf(base64: string): ArrayBuffer {
  return Uint8Array.from(Buffer.from(base64, "base64")).buffer;
}
