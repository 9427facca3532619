import { automaticConfig } from "./agent-config.js";
import { until } from "./event-loop.js";
import { FakeBackend } from "./fake-backend.js";
import { FakeMicrophone } from "./fake-microphone.js";
import { createFakeServer } from "./fake-server.js";
import { createWebSocketClass, type FakeSocket } from "./fake-socket.js";
import { FakeSpeaker } from "./fake-speaker.js";

/** What a world is made of, where a test wants it otherwise. */
export interface WorldSetup {
  /** What the backend says of the agent; `null`: nothing. Default: it listens all the time. */
  agentConfig?: object | null;
  /** Default: one that cannot change its device while it runs. */
  microphone?: FakeMicrophone;
  /** Default: one that cannot pause. */
  speaker?: FakeSpeaker;
}

/** What a page answers to the call of a tool. */
export interface ToolResult {
  readonly id: string;
  readonly output?: unknown;
  readonly error?: { readonly code: string; readonly message: string };
}

/** What `world.held` is when everything was given back. */
export const nothingHeld = { sockets: 0, microphone: false, speaker: false };

/** What surrounds a client, in a test's hands: backend, server, microphone and speaker. `options` lead a client there. */
export function createWorld(setup: WorldSetup = {}) {
  const { agentConfig = automaticConfig, microphone = new FakeMicrophone(), speaker = new FakeSpeaker() } = setup;
  const sockets: FakeSocket[] = [];
  const backend = new FakeBackend(agentConfig);
  const world = {
    options: {
      agentId: "ag-123456",
      authorizeSessionEndpoint: "https://app.test/api/authorize",
      url: "wss://layercode.test/ws",
      audio: { input: microphone, output: speaker },
      fetch: backend.fetch,
      WebSocket: createWebSocketClass(sockets),
    },
    backend,
    /** What the backend was asked, the newest last. */
    requests: backend.requests,
    /** Every socket that was opened, the newest last. */
    sockets,
    microphone,
    speaker,
    /** The newest socket. */
    get socket(): FakeSocket {
      const last = sockets.at(-1);
      if (!last) throw new Error("no socket was opened");
      return last;
    },
    /** Everything that is still held. */
    get held() {
      return {
        sockets: sockets.filter(({ readyState }) => readyState < 2).length,
        microphone: microphone.live,
        speaker: speaker.live,
      };
    },
    /** What the server was told of the user's turns: the types of these messages. */
    get turns(): string[] {
      return world.socket.types.map(String).filter((type) => type.startsWith("trigger.turn"));
    },
    /** The server sends a message by the newest socket. */
    says: (message: object): void => world.socket.says(message),
    /** The agent's backend calls a tool of the page. */
    callsTool: (name: string, input: unknown = null, id = "c1"): void =>
      world.socket.says({
        type: "response.data",
        turn_id: "a1",
        content: { layercode_tool_call: { id, name, input } },
      }),
    /** What the page answered to such calls, in the order in which it was written, on all sockets. */
    get toolResults(): ToolResult[] {
      const sent = sockets.flatMap((socket) => socket.sent);
      return sent.flatMap(({ data }) => (data as { layercode_tool_result?: ToolResult })?.layercode_tool_result ?? []);
    },
    /** The server speaks in turns. */
    server: createFakeServer((message) => world.socket.says(message)),
    /** Waits for the next socket; it is not open yet. */
    async untilSocket(): Promise<void> {
      const before = sockets.length;
      await until(() => sockets.length > before);
    },
    /** From `connect()` to connected: the user allows the microphone, the server accepts. */
    async connect(client: { connect(): Promise<void> }): Promise<void> {
      const opened = world.untilSocket();
      const connecting = client.connect();
      await opened;
      microphone.starts.at(-1)?.opening.resolve();
      world.socket.open();
      await connecting;
    },
  };
  return world;
}
