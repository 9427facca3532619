import { launchChromium } from "@layercode/browser-testing";
import type { Bench } from "../browser/bench";
import { type Contender, contenders, openConversation, sleep } from "../browser/conversation";
import type { Figure } from "../browser/figures";
import { withFullDuplex } from "../browser/full-duplex";
import { type Heap, watchHeap } from "../browser/heap";
import { agentTone } from "../browser/signals";

const turns = 12;
const turnSeconds = 30;

/** Heaps over five minutes of conversation, both sides at once, and over turns of 30 s that are cut. */
export async function measureMemory(bench: Bench): Promise<Figure[]> {
  const minutes = bench.quick ? 0.5 : 5;
  bench.report(`heaps over ${minutes} minutes, both at once`);
  const [ours, peer] = await Promise.all(contenders.map((contender) => overMinutes(bench, contender, minutes)));
  const cut: Record<Contender, Heap[]> = { ours: [], peer: [] };
  for (const contender of contenders) {
    bench.report(`heaps over ${turns} turns that are cut: ${contender}`);
    cut[contender] = await overCutTurns(bench, contender);
  }
  const grown = (heaps: readonly Heap[] = [], part: keyof Heap, per: number) =>
    heaps.slice(1).map((heap, index) => (heap[part] - (heaps[index]?.[part] ?? 0)) / 1000 / per);
  const total = (heaps: readonly Heap[] = [], part: keyof Heap) => [
    ((heaps.at(-1)?.[part] ?? 0) - (heaps[0]?.[part] ?? 0)) / 1000,
  ];
  const both = (part: keyof Heap, of: typeof total) => ({ ours: of(ours, part), peer: of(peer, part) });
  const cuts = (part: keyof Heap) => ({ ours: grown(cut.ours, part, 1), peer: grown(cut.peer, part, 1) });
  const allCuts = (part: keyof Heap) => ({ ours: total(cut.ours, part), peer: total(cut.peer, part) });
  const halves = (part: keyof Heap) => ({ ours: grown(ours, part, 0.5), peer: grown(peer, part, 0.5) });
  return [
    // What an array of messages in flight takes is 100 kB at most; growth is what comes on top, and again and again.
    { name: `worklet heap over ${minutes} minutes`, unit: "kB", ...both("worklets", total), target: { median: 100 } },
    { name: "  a minute", unit: "kB", ...halves("worklets") },
    { name: `page heap over ${minutes} minutes`, unit: "kB", ...both("page", total) },
    { name: "  a minute", unit: "kB", ...halves("page") },
    { name: `worklet heap after ${turns} cut turns`, unit: "kB", ...allCuts("worklets"), target: { median: 100 } },
    { name: "  a turn", unit: "kB", ...cuts("worklets") },
    { name: `page heap after ${turns} cut turns`, unit: "kB", ...allCuts("page") },
    { name: "  a turn", unit: "kB", ...cuts("page") },
  ];
}

function overMinutes(bench: Bench, contender: Contender, minutes: number): Promise<Heap[]> {
  let readHeap: () => Promise<Heap> = () => Promise.reject(new Error("There is no page yet."));
  const prepare = async (page: Parameters<typeof watchHeap>[0]) => {
    readHeap = await watchHeap(page);
  };
  return withFullDuplex(bench, contender, minutes * 60, prepare, async () => {
    const heaps = [await readHeap()];
    for (let half = 0; half < minutes * 2; half++) {
      await sleep(30_000);
      heaps.push(await readHeap());
    }
    return heaps;
  });
}

async function overCutTurns({ server }: Bench, contender: Contender): Promise<Heap[]> {
  const browser = await launchChromium({ autoplay: true });
  let readHeap: () => Promise<Heap> = () => Promise.reject(new Error("There is no page yet."));
  const conversation = await openConversation(browser, server, contender, {
    microphone: false,
    outputTap: false,
    keepsMessages: false,
    prepare: async (page) => {
      readHeap = await watchHeap(page);
    },
  });
  await conversation.connect();
  const pcm = agentTone(440, turnSeconds);
  const cut = async (turn: number) => {
    await conversation.play({ turnId: `told-${turn}`, pcm, chunkMs: 100, atOnce: true });
    await sleep(1000);
    await conversation.send({ type: "turn.start", role: "user", turn_id: `user-${turn}` });
    await sleep(500);
  };
  // The first turn brings what stays.
  await cut(0);
  const heaps = [await readHeap()];
  for (let turn = 1; turn <= turns; turn++) {
    await cut(turn);
    heaps.push(await readHeap());
  }
  await browser.close();
  return heaps;
}
