import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Arrival } from "../../../../packages/audio/test/networks.js";

/** Of the agent's sound, in Hz. */
const sampleRate = 16_000;

/** Messages of the agent, as the protocol has them. */
export interface AgentMessage {
  type: string;
  [field: string]: unknown;
}

/** A turn of the agent. */
export interface AgentSpeech {
  turnId: string;
  /** 16 kHz. */
  pcm: Int16Array;
  /** Messages of this length at the pace at which they are heard; or each of its own length at its own time. */
  chunkMs: number | readonly Arrival[];
  /** All of it at once instead. Default false. */
  atOnce?: boolean;
  /** Whether `response.end` follows. Default true. */
  ends?: boolean;
}

/** The mock server in a process of its own. Each page talks with an agent of its own: the agent's id names the connection. */
export interface ConversationServer {
  readonly url: string;
  setFaults(faults: object): Promise<void>;
  setSessionFaults(agentId: string, faults: object): Promise<void>;
  send(agentId: string, ...messages: AgentMessage[]): Promise<void>;
  /** Resolves when the last message is sent. */
  play(agentId: string, speech: AgentSpeech): Promise<void>;
  close(): Promise<void>;
}

/** Starts the server, with a directory whose files it serves. */
export async function startConversationServer(staticDirectory: string): Promise<ConversationServer> {
  const server = fork(fileURLToPath(new URL("../src/conversation-process.mjs", import.meta.url)), [staticDirectory]);
  const [{ url }] = (await once(server, "message")) as [{ url: string }];
  const calls = new Map<number, { resolve(): void; reject(error: Error): void }>();
  let count = 0;
  server.on("message", ({ id, error }: { id: number; error?: string }) => {
    if (error === undefined) calls.get(id)?.resolve();
    else calls.get(id)?.reject(new Error(error));
    calls.delete(id);
  });
  const call = (type: string, argument: object) =>
    new Promise<void>((resolve, reject) => {
      const id = ++count;
      calls.set(id, { resolve, reject });
      server.send({ id, type, ...argument });
    });
  return {
    url,
    setFaults: (faults) => call("faults", { faults }),
    setSessionFaults: (agentId, faults) => call("sessionFaults", { agentId, faults }),
    send: (agentId, ...messages) => call("send", { agentId, messages }),
    play: (agentId, { turnId, pcm, chunkMs, atOnce = false, ends = true }) => {
      const messages = typeof chunkMs === "number" ? evenly(pcm, chunkMs / 1000) : chunkMs;
      const pieces = messages.map(({ at, seconds }) => ({ ms: atOnce ? 0 : at * 1000, bytes: bytesOf(seconds) }));
      return call("play", { agentId, turnId, pcm: base64Of(pcm), pieces, ends });
    },
    async close() {
      const exited = once(server, "exit");
      server.disconnect();
      await exited;
    },
  };
}

/** Messages of equal length at the pace at which they are heard. */
function evenly({ length }: Int16Array, seconds: number): Arrival[] {
  const count = Math.ceil(length / sampleRate / seconds);
  return Array.from({ length: count }, (_, index) => ({ at: index * seconds, seconds }));
}

function bytesOf(seconds: number): number {
  return 2 * Math.round(seconds * sampleRate);
}

export function base64Of({ buffer, byteOffset, byteLength }: Int16Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("base64");
}
