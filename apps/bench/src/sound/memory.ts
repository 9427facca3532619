import { launchChromium } from "@layercode/browser-testing";
import type { Bench } from "../browser/bench.js";
import { type Contender, contenders, openConversation, sleep } from "../browser/conversation.js";
import type { Figure } from "../browser/figures.js";
import { withFullDuplex } from "../browser/full-duplex.js";
import { type Heap, watchHeap } from "../browser/heap.js";
import { agentTone } from "../browser/signals.js";

const turns = 12;
const turnSeconds = 30;

/** Heaps over five minutes of conversation, both sides at once, and over turns of 30 s that are cut. */
export async function measureMemory(bench: Bench): Promise<Figure[]> {
  const minutes = bench.quick ? 0.5 : 5;
  bench.report(`heaps over ${minutes} minutes, both at once`);
  const [ours, peer] = await Promise.all([overMinutes(bench, "ours", minutes), overMinutes(bench, "peer", minutes)]);
  const cut: Record<Contender, Heap[]> = { ours: [], peer: [] };
  for (const contender of contenders) {
    bench.report(`heaps over ${turns} turns that are cut: ${contender}`);
    cut[contender] = await overCutTurns(bench, contender);
  }
  return [
    ...growth(`over ${minutes} minutes`, "half a minute", { ours, peer }),
    ...growth(`after ${turns} turns cut`, "turn", cut),
  ];
}

/** What each heap has grown by in all, and from one reading to the next. */
function growth(when: string, step: string, { ours, peer }: Record<Contender, readonly Heap[]>): Figure[] {
  return (["worklets", "page"] as const).flatMap((part): Figure[] => {
    const name = part === "page" ? "page heap" : "worklet heap";
    const kilobytes = (from: Heap | undefined, to: Heap | undefined) =>
      ((to?.[part] ?? 0) - (from?.[part] ?? 0)) / 1000;
    const total = (heaps: readonly Heap[]) => [kilobytes(heaps[0], heaps.at(-1))];
    const steps = (heaps: readonly Heap[]) => heaps.slice(1).map((heap, index) => kilobytes(heaps[index], heap));
    return [
      // Flat: no more than what compiled code and a few frames under way take once.
      {
        name: `${name} ${when}`,
        unit: "kB",
        ours: total(ours),
        peer: total(peer),
        ...(part === "worklets" ? { target: { median: 100 } } : {}),
      },
      { name: `  each ${step}`, unit: "kB", ours: steps(ours), peer: steps(peer) },
    ];
  });
}

function overMinutes(bench: Bench, contender: Contender, minutes: number): Promise<Heap[]> {
  return withFullDuplex(bench, contender, minutes * 60, async ({ page }) => {
    const readHeap = await watchHeap(page);
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
  const silently = { microphone: false, outputTap: false, keepsMessages: false };
  const conversation = await openConversation(browser, server, contender, silently);
  await conversation.connect();
  const readHeap = await watchHeap(conversation.page);
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
