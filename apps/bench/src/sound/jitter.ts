import { type BrowserSession, launchChromium } from "@layercode/browser-testing";
import type { Bench } from "../browser/bench.js";
import { openConversation, sleep } from "../browser/conversation.js";
import type { Figure } from "../browser/figures.js";
import { readHeard, withoutHoles } from "../browser/heard.js";
import { agentSpeech } from "../browser/signals.js";
import { silentGaps } from "./silent-gaps.js";

const seconds = 12;
const jitterMs = 150;
const chunkMs = 40;
// Conversations at once: with more, two cores no longer play them all without holes.
const together = 2;

// -12 dB of the faint tone that the speech carries, which counts as silence.
const silent = 0.003 / 4;
/** Who plays: our client in both of its ways, and the peer. */
const players = ["adaptive", "plain", "peer"] as const;
type Player = (typeof players)[number];

interface Outcome {
  gaps: number;
  silentMs: number;
  longestMs: number;
  lostMs: number;
  /** By how much the sound was longer than it was sent, in percent. */
  longer: number;
  finished: number;
  /** By how much a message came later than an earlier one, the machine's own delays included: it is what playing has to bear. */
  lateMs: number;
}

/** Speech in chunks of 40 ms at the pace at which it is heard, each up to 150 ms late, in order. One conversation a seed. */
export async function measureJitter({ server, quick, report }: Bench): Promise<Figure[]> {
  const pcm = await agentSpeech(seconds);
  const seeds = Array.from({ length: quick ? 2 : 20 }, (_, index) => index + 1);
  const outcomes: Record<Player, Outcome[]> = { adaptive: [], plain: [], peer: [] };
  const browser = await launchChromium({ autoplay: true });
  for (let at = 0; at < seeds.length; at += together) {
    report(`jitter: seed ${at + 1} of ${seeds.length}`);
    const batch = seeds.slice(at, at + together);
    for (const player of players) {
      const runs = batch.map((seed) => withoutHoles(report, () => play(browser, player, seed)));
      outcomes[player].push(...(await Promise.all(runs)));
    }
  }
  await browser.close();

  async function play(browser: BrowserSession, player: Player, seed: number): Promise<Outcome> {
    const [contender, playout] = player === "peer" ? (["peer"] as const) : (["ours", player] as const);
    const conversation = await openConversation(browser, server, contender, {
      microphone: false,
      ...(playout && { playout }),
    });
    await conversation.connect();
    await server.setSessionFaults(conversation.agentId, { toClient: { jitterMs }, seed });
    await conversation.play({ turnId: `seed-${seed}`, pcm, chunkMs });
    // What is late, what is buffered, and whatever is still reported.
    await sleep(2500);
    const messages = await conversation.takeMessages();
    const lateMs = latenessOf(messages.filter(({ what, type }) => what === "down" && type === "response.audio"));
    const finished = messages.filter(
      ({ what, type }) => what === "up" && type === "trigger.response.audio.replay_finished",
    ).length;
    const heard = await readHeard(conversation.page).finally(() => conversation.close());
    const { gaps, silentMs, longestMs } = silentGaps(heard.samples, heard.sampleRate, silent);
    const { soundMs } = silentGaps(heard.samples, heard.sampleRate);
    const lostMs = Math.max(0, seconds * 1000 - soundMs);
    const longer = Math.max(0, (soundMs / (seconds * 1000) - 1) * 100);
    return { gaps, silentMs, longestMs, lostMs, longer, finished, lateMs };
  }

  const name = `jitter 0–${jitterMs} ms, ${seconds} s`;
  return (["adaptive", "plain"] as const).flatMap((player) => {
    const target = (limits: Figure["target"]) => (player === "adaptive" && limits ? { target: limits } : {});
    // The peer stands beside the default only.
    const of = (read: (outcome: Outcome) => number) => ({
      ours: outcomes[player].map(read),
      peer: player === "adaptive" ? outcomes.peer.map(read) : [],
    });
    const row = (what: string) => `${name}${player === "plain" ? ", playout plain" : ""}: ${what}`;
    return [
      { name: row("silences"), unit: "", ...of(({ gaps }) => gaps), ...target({ median: 1 }) },
      {
        name: row("silence in all"),
        unit: "ms",
        ...of(({ silentMs }) => silentMs),
        ...target({ median: 10, p95: 40 }),
      },
      { name: row("longest"), unit: "ms", ...of(({ longestMs }) => longestMs), ...target({ p95: 90 }) },
      // Where a sentence begins and ends is known to a quantum at best.
      { name: row("lost"), unit: "ms", ...of(({ lostMs }) => (lostMs < 3 ? 0 : lostMs)), ...target({ median: 0 }) },
      { name: row("longer"), unit: "%", ...of(({ longer }) => longer), ...target({ median: 1.5 }) },
      { name: row("messages late by, at most"), unit: "ms", ...of(({ lateMs }) => lateMs) },
      { name: row("replay_finished"), unit: "", ...of(({ finished }) => finished), ...target({ median: 1 }) },
    ];
  });
}

function latenessOf(messages: readonly { at: number }[]): number {
  let earliest = Number.POSITIVE_INFINITY;
  let most = 0;
  for (const [index, { at }] of messages.entries()) {
    const late = at - index * chunkMs;
    earliest = Math.min(earliest, late);
    most = Math.max(most, late - earliest);
  }
  return most;
}
