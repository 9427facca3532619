import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

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
  chunkMs: number;
  /** All of it at once instead of at the pace at which it is heard. Default false. */
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
    play: (agentId, { turnId, pcm, chunkMs, atOnce = false, ends = true }) =>
      call("play", { agentId, turnId, pcm: base64Of(pcm), chunkMs, atOnce, ends }),
    async close() {
      const exited = once(server, "exit");
      server.disconnect();
      await exited;
    },
  };
}

export function base64Of({ buffer, byteOffset, byteLength }: Int16Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("base64");
}
