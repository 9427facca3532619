import { createTcpProxy, launchChromium, probe, writeMicrophoneFile } from "@layercode/browser-testing";
import type { Bench } from "../browser/bench.js";
import { type Contender, type Conversation, contenders, openConversation, sleep } from "../browser/conversation.js";
import type { Figure } from "../browser/figures.js";
import { frameLengths } from "../browser/frame-length.js";
import { faintNoise } from "../browser/signals.js";
import type { MicrophoneWait } from "../page/raw-microphone.js";
import type { WireEntry } from "../page/wire-log.js";

const authorizeMs = 150;
const socketMs = 100;
const microphoneMs = 200;
const spareMs = 40;
const restMs = 500;

/** The phases of one connect, in ms. */
interface Phases {
  authorize: number;
  socket: number;
  /** All questions for the microphone together. */
  microphone: number;
  total: number;
  /** From `connect()` to the first frame of the microphone on the wire. */
  firstFrame: number;
}

/** `connect()` where each thing that it waits for takes a known time. */
export async function measureConnect({ server, quick, report }: Bench): Promise<Figure[]> {
  const runs: Record<Contender, Phases[]> = { ours: [], peer: [] };
  const frames: Record<Contender, number[]> = { ours: [], peer: [] };
  const proxy = await createTcpProxy({ target: { host: "127.0.0.1", port: Number(new URL(server.url).port) } });
  // The request for the upgrade and its answer.
  proxy.setLatency(socketMs / 2);
  await server.setFaults({ authorize: { delayMs: authorizeMs } });
  const wav = await writeMicrophoneFile(faintNoise(10));
  const browser = await launchChromium({ microphone: { wav }, autoplay: true });
  const websocketUrl = `ws://127.0.0.1:${proxy.port}/v1/agents/web/websocket`;
  const count = quick ? 3 : 20;
  for (let run = 0; run <= count; run++) {
    report(`connect: ${run} of ${count}`);
    // Who goes first finds the machine colder: in turns.
    for (const contender of run % 2 === 0 ? contenders : contenders.toReversed()) {
      const conversation = await openConversation(browser, server, contender, {
        outputTap: false,
        websocketUrl,
        microphoneDelayMs: microphoneMs,
      });
      const { phases, messages } = await connect(conversation);
      await conversation.close();
      // The first one also starts what the browser starts once.
      if (run === 0) continue;
      runs[contender].push(phases);
      frames[contender].push(...frameLengths(messages));
    }
  }
  await browser.close();
  await proxy.close();
  await server.setFaults({});
  const of = (phase: keyof Phases) => ({
    ours: runs.ours.map((phases) => phases[phase]),
    peer: runs.peer.map((phases) => phases[phase]),
  });
  const target = { median: Math.max(authorizeMs + socketMs, microphoneMs) + spareMs };
  return [
    { name: "connect()", unit: "ms", ...of("total"), target },
    { name: `  authorize (${authorizeMs})`, unit: "ms", ...of("authorize") },
    { name: `  socket (${socketMs})`, unit: "ms", ...of("socket") },
    { name: `  microphone (${microphoneMs})`, unit: "ms", ...of("microphone") },
    { name: "  connect() → first frame on the wire", unit: "ms", ...of("firstFrame") },
    { name: "frame on the wire", unit: "ms", ...frames, target: { median: 20 } },
  ];
}

async function connect(conversation: Conversation): Promise<{ phases: Phases; messages: WireEntry[] }> {
  // Users do not press the button while the page is still loading.
  await sleep(restMs);
  const { startedAt, connectedAt } = await conversation.connect();
  const messages = await conversation.messagesUntil(({ type }) => type === "client.audio");
  const authorize = await conversation.page.evaluate(() => {
    const entry = performance.getEntriesByType("resource").find(({ name }) => name.endsWith("/api/authorize"));
    return entry?.duration ?? NaN;
  });
  const waits = await probe<MicrophoneWait[]>(conversation.page, "microphone.waits");
  const at = (wanted: (entry: WireEntry) => boolean) => messages.find(wanted)?.at ?? NaN;
  const phases = {
    authorize,
    socket: at(({ what }) => what === "open") - at(({ what }) => what === "connecting"),
    microphone: waits.reduce((sum, { askedAt, givenAt }) => sum + givenAt - askedAt, 0),
    total: connectedAt - startedAt,
    firstFrame: at(({ type }) => type === "client.audio") - startedAt,
  };
  return { phases, messages };
}
