import { once } from "node:events";
import { encodeBase64, parseServerMessage, type ServerMessage, type ServerMessageOf } from "@layercode/core/protocol";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { createMockServer, type MockServer, type MockServerOptions, type MockSession } from "../src/index.js";
import { microphoneRate, pcmToBytes } from "../src/pcm.js";

const frameSamples = microphoneRate / 50;

/** A server that ends with the test; it hums unless told otherwise, because that is quick. */
export async function startServer(options: MockServerOptions = {}): Promise<MockServer> {
  const server = await createMockServer({ voice: "tone", ...options });
  onTestFinished(() => server.close());
  return server;
}

interface AuthorizeAnswer {
  client_session_key: string;
  conversation_id: string;
  error?: string;
}

export async function authorize(
  server: MockServer,
  body: Record<string, unknown> = {},
  headers: Record<string, string> = { authorization: `Bearer ${server.apiKey}` },
) {
  const response = await fetch(`${server.apiUrl}/v1/agents/web/authorize_session`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ agent_id: "ag-1", ...body }),
  });
  return { status: response.status, body: (await response.json()) as AuthorizeAnswer };
}

/** A client on `ws`, which remembers what it was sent. */
export class TestClient {
  readonly messages: ServerMessage[] = [];
  readonly #news = new Set<() => void>();

  constructor(
    readonly socket: WebSocket,
    readonly session: MockSession,
    readonly conversationId: string,
  ) {
    socket.on("message", (data) => {
      const result = parseServerMessage(data.toString());
      if (!result.ok || result.message.type === "unknown") throw new Error(`Not a server message: ${data}`);
      this.messages.push(result.message);
      for (const tell of this.#news) tell();
    });
  }

  send(message: Record<string, unknown>): void {
    this.socket.send(JSON.stringify(message));
  }

  type(content: string): void {
    this.send({ type: "client.response.text", content });
  }

  /** Frames of 20 ms, as fast as they go: the server listens by samples, not by the clock. */
  speak(pcm: Int16Array): void {
    for (let at = 0; at < pcm.length; at += frameSamples)
      this.send({ type: "client.audio", content: encodeBase64(pcmToBytes(pcm.slice(at, at + frameSamples))) });
  }

  /** The first message of this type, and of this turn if one is given; already there or yet to come. */
  async next<T extends ServerMessage["type"]>(
    type: T,
    like: (message: ServerMessageOf<T>) => boolean = () => true,
  ): Promise<ServerMessageOf<T>> {
    const find = () =>
      this.messages.find((message): message is ServerMessageOf<T> => message.type === type && like(message as never));
    for (let found = find(); ; found = find()) {
      if (found) return found;
      await new Promise<void>((resolve) => {
        const tell = () => {
          this.#news.delete(tell);
          resolve();
        };
        this.#news.add(tell);
      });
    }
  }

  /** What came of one turn, in order. */
  ofTurn(turnId: string): ServerMessage[] {
    return this.messages.filter((message) => "turn_id" in message && message.turn_id === turnId);
  }

  /** All audio of a turn: PCM16, 16000 Hz. */
  audioOf(turnId: string): Int16Array {
    const bytes = this.ofTurn(turnId).flatMap((message) =>
      message.type === "response.audio" ? [Buffer.from(message.content, "base64")] : [],
    );
    const joined = Buffer.concat(bytes);
    return new Int16Array(joined.buffer.slice(joined.byteOffset, joined.byteOffset + joined.byteLength));
  }
}

export interface ConnectOptions {
  agentId?: string;
  conversationId?: string;
  metadata?: Record<string, unknown>;
  /** Sends `client.ready`. Default true. */
  ready?: boolean;
}

export async function connect(server: MockServer, options: ConnectOptions = {}): Promise<TestClient> {
  const { body } = await authorize(server, {
    agent_id: options.agentId ?? "ag-1",
    metadata: options.metadata ?? {},
    ...(options.conversationId && { conversation_id: options.conversationId }),
  });
  const arrival = server.waitForSession();
  const socket = new WebSocket(`${server.wsUrl}?client_session_key=${encodeURIComponent(body.client_session_key)}`);
  await once(socket, "open");
  const client = new TestClient(socket, await arrival, body.conversation_id);
  onTestFinished(() => socket.terminate());
  if (options.ready ?? true) client.send({ type: "client.ready" });
  return client;
}

/** How a connection with this key is answered: the HTTP status of the refusal, or "open". */
export function tryToConnect(server: MockServer, key: string | null, origin?: string): Promise<number | "open"> {
  const socket = new WebSocket(
    key === null ? server.wsUrl : `${server.wsUrl}?client_session_key=${encodeURIComponent(key)}`,
    origin === undefined ? {} : { origin },
  );
  return new Promise((resolve) => {
    socket.on("open", () => {
      resolve("open");
      socket.terminate();
    });
    socket.on("unexpected-response", (_, response) => {
      resolve(response.statusCode ?? 0);
      socket.terminate();
    });
    socket.on("error", () => {});
  });
}
