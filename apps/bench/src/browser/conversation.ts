import {
  type BrowserSession,
  installOutputTap,
  installScript,
  probe,
  serveVoiceDetection,
} from "@layercode/browser-testing";
import { microphoneTapScript, microphoneTapWorklet } from "../page/microphone-tap.js";
import { rawMicrophoneScript } from "../page/raw-microphone.js";
import { type WireEntry, wireLogScript } from "../page/wire-log.js";
import type { AgentMessage, AgentSpeech, ConversationServer } from "./conversation-server.js";
import type { Page } from "./playwright-types.js";

/** Who is measured. */
export const contenders = ["ours", "peer"] as const;
export type Contender = (typeof contenders)[number];

export interface ConversationOptions {
  /** The client's microphone. Default true. */
  microphone?: boolean;
  /** How long the microphone takes to open, at least. Default 0. */
  microphoneDelayMs?: number;
  /** Records what is heard. Default true. */
  outputTap?: boolean;
  /** Records what the microphone delivers. Default false. */
  microphoneTap?: boolean;
  /** Keeps every message; without it they are counted. Default true. */
  keepsMessages?: boolean;
  /** Our client's option of that name. Default `adaptive`. */
  playout?: "adaptive" | "plain";
  /** Whether the client detects speech, by its model. Default: it does not, and is not compared with one that does. */
  detects?: boolean;
  /** Where the socket is. Default the server itself. */
  websocketUrl?: string;
}

/** One client in a page of its own, and the agent at the other end. */
export interface Conversation {
  readonly page: Page;
  readonly agentId: string;
  /** When `connect()` was called, and when the client said it was connected, on the page's clock in ms. */
  connect(): Promise<{ startedAt: number; connectedAt: number }>;
  play(speech: AgentSpeech): Promise<void>;
  send(...messages: AgentMessage[]): Promise<void>;
  /** The messages since the last call. */
  takeMessages(): Promise<WireEntry[]>;
  /** Adds up all messages until one is there that is wanted, and answers all. */
  messagesUntil(wanted: (entry: WireEntry) => boolean, timeoutMs?: number): Promise<WireEntry[]>;
  close(): Promise<void>;
}

let opened = 0;

/** Opens the page of a client. Nothing is connected before `connect()`. */
export async function openConversation(
  browser: BrowserSession,
  server: ConversationServer,
  contender: Contender,
  options: ConversationOptions = {},
): Promise<Conversation> {
  const { microphone = true, outputTap = true, microphoneTap = false, keepsMessages = true } = options;
  const agentId = `ag-${contender}-${++opened}`;
  const page = await browser.newPage();
  await installScript(page, wireLogScript, { keeps: keepsMessages });
  await installScript(page, rawMicrophoneScript, { delayMs: options.microphoneDelayMs ?? 0 });
  if (microphoneTap) await installScript(page, microphoneTapScript, { worklet: `(${microphoneTapWorklet})();` });
  if (outputTap) await installOutputTap(page);
  const websocket = options.websocketUrl ?? `${server.url.replace("http", "ws")}/v1/agents/web/websocket`;
  const query = new URLSearchParams({ agent: agentId, microphone: microphone ? "on" : "off", websocket });
  if (options.playout !== undefined) query.set("playout", options.playout);
  if (options.detects) query.set("detection", "on");
  // Whatever a page asks for then goes by way of this process: so also where the peer is compared with itself, and nowhere else.
  if (contender === "peer" && options.detects !== undefined)
    await serveVoiceDetection(page, import.meta.resolve("@layercode/js-sdk"));
  await page.goto(`${server.url}/${contender}.html?${query}`);

  const takeMessages = () => probe<WireEntry[]>(page, "wire.take");
  return {
    page,
    agentId,
    connect: () => probe(page, "client.connect"),
    play: (speech) => server.play(agentId, speech),
    send: (...messages) => server.send(agentId, ...messages),
    takeMessages,
    async messagesUntil(wanted, timeoutMs = 10_000) {
      const entries: WireEntry[] = [];
      const deadline = performance.now() + timeoutMs;
      while (!entries.some(wanted)) {
        if (performance.now() > deadline) throw new Error(`${contender}: the message did not come in ${timeoutMs} ms.`);
        await sleep(50);
        entries.push(...(await takeMessages()));
      }
      return entries;
    },
    close: () => page.context().close(),
  };
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
