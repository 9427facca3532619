import type { BrowserSession } from "@layercode/browser-testing";
import type { Arrival } from "../../../../packages/audio/test/networks.js";
import type { Bench } from "../browser/bench.js";
import { type Conversation, openConversation, sleep } from "../browser/conversation.js";
import type { Figure } from "../browser/figures.js";
import { readHeard, withoutHoles } from "../browser/heard.js";
import { silentGaps } from "./silent-gaps.js";

/** Who plays: our client in both of its ways, and the peer. */
export const players = ["adaptive", "plain", "peer"] as const;
export type Player = (typeof players)[number];

/** What was heard of a turn. */
export interface Outcome {
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

/** A turn on a bad network. */
export interface LateSpeech {
  /** How long it is when it is heard, in seconds. */
  seconds: number;
  /** When each message would come if none were late, in ms. */
  due: readonly number[];
  /** Sends it. Resolves when the last message is sent. */
  send(conversation: Conversation): Promise<void>;
}

// -12 dB of the faint tone that the speech carries, which counts as silence.
const silent = 0.003 / 4;
// Conversations at once: with more, two cores no longer play them all without holes.
const together = 2;

/** Has each player play the speech of each seed, two conversations at a time, the players in turns. */
export async function playAll(
  bench: Bench,
  browser: BrowserSession,
  name: string,
  speechOf: (seed: number) => LateSpeech,
): Promise<Record<Player, Outcome[]>> {
  const seeds = Array.from({ length: bench.quick ? 2 : (bench.seeds ?? 20) }, (_, index) => index + 1);
  const outcomes: Record<Player, Outcome[]> = { adaptive: [], plain: [], peer: [] };
  for (let at = 0; at < seeds.length; at += together) {
    bench.report(`${name}: seed ${at + 1} of ${seeds.length}`);
    const batch = seeds.slice(at, at + together);
    for (const player of players) {
      const runs = batch.map((seed) => withoutHoles(bench.report, () => play(bench, browser, player, speechOf(seed))));
      outcomes[player].push(...(await Promise.all(runs)));
    }
  }
  return outcomes;
}

async function play({ server }: Bench, browser: BrowserSession, player: Player, speech: LateSpeech): Promise<Outcome> {
  const [contender, playout] = player === "peer" ? (["peer"] as const) : (["ours", player] as const);
  const conversation = await openConversation(browser, server, contender, {
    microphone: false,
    ...(playout && { playout }),
  });
  await conversation.connect();
  const begin = performance.now();
  await speech.send(conversation);
  // What a server that is ahead has sent is still to be played.
  await sleep(Math.max(0, begin + speech.seconds * 1000 - performance.now()));
  // What is late, what is buffered, and whatever is still reported.
  await sleep(2500);
  const messages = await conversation.takeMessages();
  const came = messages.filter(({ what, type }) => what === "down" && type === "response.audio");
  const finished = messages.filter(
    ({ what, type }) => what === "up" && type === "trigger.response.audio.replay_finished",
  ).length;
  const heard = await readHeard(conversation.page).finally(() => conversation.close());
  const { gaps, silentMs, longestMs } = silentGaps(heard.samples, heard.sampleRate, silent);
  const { soundMs } = silentGaps(heard.samples, heard.sampleRate);
  const lengthMs = speech.seconds * 1000;
  const lostMs = Math.max(0, lengthMs - soundMs);
  const longer = Math.max(0, (soundMs / lengthMs - 1) * 100);
  return { gaps, silentMs, longestMs, lostMs, longer, finished, lateMs: latenessOf(came, speech.due) };
}

function latenessOf(messages: readonly { at: number }[], due: readonly number[]): number {
  let earliest = Infinity;
  let most = 0;
  for (const [index, { at }] of messages.entries()) {
    const late = at - (due[index] ?? NaN);
    earliest = Math.min(earliest, late);
    most = Math.max(most, late - earliest);
  }
  return most;
}

/** When messages would come that are not late, in ms, at a pace of so many seconds of sound a second. */
export function dueTimes(arrivals: readonly Pick<Arrival, "seconds">[], pace: number): number[] {
  let sent = 0;
  return arrivals.map(({ seconds }) => {
    const due = (sent * 1000) / pace;
    sent += seconds;
    return due;
  });
}

/** The figures of a network. `targets`: ours, of the default way to play. */
export function figuresOf(
  name: string,
  outcomes: Readonly<Record<Player, Outcome[]>>,
  targets: Partial<Record<keyof Outcome, NonNullable<Figure["target"]>>>,
): Figure[] {
  const rows = [
    ["gaps", "silences", ""],
    ["silentMs", "silence in all", "ms"],
    ["longestMs", "longest", "ms"],
    ["lostMs", "lost", "ms"],
    ["longer", "longer", "%"],
    ["lateMs", "messages late by, at most", "ms"],
    ["finished", "replay_finished", ""],
  ] as const;
  return (["adaptive", "plain"] as const).flatMap((player) =>
    rows.map(([field, what, unit]) => {
      // Where a sentence begins and ends is known to a quantum at best.
      const read = (outcome: Outcome) => (field === "lostMs" && outcome.lostMs < 3 ? 0 : outcome[field]);
      const target = player === "adaptive" ? targets[field] : undefined;
      return {
        name: `${name}${player === "plain" ? ", playout plain" : ""}: ${what}`,
        unit,
        ours: outcomes[player].map(read),
        // The peer stands beside the default only.
        peer: player === "adaptive" ? outcomes.peer.map(read) : [],
        ...(target ? { target } : {}),
      };
    }),
  );
}
