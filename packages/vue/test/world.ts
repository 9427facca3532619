import type { AudioInput, AudioInputEvents, AudioOutput, ClientMessage, ServerMessage } from "@layercode/core";
import { onTestFinished } from "vitest";
import type { LayercodeAgent, LayercodeAgentOptions } from "../src/index.js";

class FakeSocket {
  readyState = 0;
  readonly sent: ClientMessage[] = [];
  readonly #listeners: Record<string, ((event: never) => void)[]> = {};

  constructor(readonly url: string) {}

  addEventListener(type: string, listener: (event: never) => void): void {
    this.#listeners[type] = [...(this.#listeners[type] ?? []), listener];
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(): void {
    this.readyState = 3;
  }

  open(): void {
    if (this.readyState === 0) this.readyState = 1;
    this.#fire("open", {});
  }
  says(message: ServerMessage): void {
    this.#fire("message", { data: JSON.stringify(message) });
  }
  #fire(type: string, event: unknown): void {
    for (const listener of this.#listeners[type] ?? []) listener(event as never);
  }
}

class FakeMicrophone implements AudioInput {
  readonly stream = null;
  readonly startedWith: (string | null)[] = [];
  /** What the permission prompt waits for. */
  permission: Promise<void> = Promise.resolve();
  /** Private: a proxy of a microphone is none. */
  #isLive = false;
  loudness = 0;
  measurements = 0;

  async start(_events: AudioInputEvents, signal: AbortSignal, { deviceId }: { deviceId: string | null }) {
    this.startedWith.push(deviceId);
    await this.permission;
    if (!signal.aborted) this.#isLive = true;
  }
  stop(): void {
    this.#isLive = false;
  }
  get live(): boolean {
    return this.#isLive;
  }
  async flush(): Promise<void> {}
  setMuted(): void {}
  now(): number {
    return 0;
  }
  level(): number {
    this.measurements++;
    return this.loudness;
  }
}

class FakeSpeaker implements AudioOutput {
  live = false;
  async start(): Promise<void> {
    this.live = true;
  }
  stop(): void {
    this.live = false;
  }
  enqueue(): void {}
  end(): void {}
  interrupt(): void {}
  level(): number {
    return 0;
  }
}

/** Everything around one agent in a test's hands; `options` lead there. */
export function createWorld({ pushToTalk = false } = {}) {
  const sockets: FakeSocket[] = [];
  const requests: Record<string, unknown>[] = [];
  const microphone = new FakeMicrophone();
  const speaker = new FakeSpeaker();
  const config = { transcription: { trigger: pushToTalk ? "push_to_talk" : "automatic" } };
  const options = {
    agentId: "ag-123456",
    authorizeSessionEndpoint: "https://app.test/api/authorize",
    audio: { input: microphone, output: speaker },
    url: "wss://layercode.test/ws",
    fetch: (async (_url: string, init: RequestInit) => {
      requests.push(JSON.parse(String(init.body)));
      return Response.json({ client_session_key: "lc_sesskey_secret", conversation_id: "lc_conv_1", config });
    }) as typeof fetch,
    WebSocket: class extends FakeSocket {
      constructor(url: string) {
        super(url);
        sockets.push(this);
      }
    },
  } satisfies LayercodeAgentOptions;
  const world = {
    options,
    requests,
    microphone,
    get socket(): FakeSocket {
      return sockets.at(-1)!;
    },
    /** What the client has sent, but sound. */
    get sent(): string[] {
      return world.socket.sent.map(({ type }) => type).filter((type) => type !== "client.audio");
    },
    /** Everything that is still held. */
    get held() {
      const open = sockets.filter(({ readyState }) => readyState < 2).length;
      return { sockets: open, microphone: microphone.live, speaker: speaker.live };
    },
    async connect(agent: Pick<LayercodeAgent, "connect">): Promise<void> {
      const before = sockets.length;
      const connecting = agent.connect();
      await until(() => sockets.length > before);
      world.socket.open();
      await connecting;
    },
    /** A piece of what the agent says. */
    saysText(content: string, turnId = "assistant-1"): void {
      world.socket.says({ type: "response.text", content, turn_id: turnId });
    },
  };
  return world;
}

export type World = ReturnType<typeof createWorld>;

export const nothingHeld = { sockets: 0, microphone: false, speaker: false };

/** The browser's list of microphones, until the test is over. */
export function stubMicrophones(labels: string[]) {
  const target = new EventTarget();
  const stub = {
    enumerations: 0,
    watchers: 0,
    change(next: string[]): void {
      labels = next;
      target.dispatchEvent(new Event("devicechange"));
    },
  };
  const mediaDevices = {
    async enumerateDevices() {
      stub.enumerations++;
      return labels.map((label) => ({ kind: "audioinput", deviceId: `id of ${label}`, groupId: label, label }));
    },
    addEventListener(type: string, listener: () => void) {
      stub.watchers++;
      target.addEventListener(type, listener);
    },
    removeEventListener(type: string, listener: () => void) {
      stub.watchers--;
      target.removeEventListener(type, listener);
    },
  };
  const before = Object.getOwnPropertyDescriptor(navigator, "mediaDevices");
  Object.defineProperty(navigator, "mediaDevices", { value: mediaDevices, configurable: true });
  onTestFinished(() => {
    if (before) Object.defineProperty(navigator, "mediaDevices", before);
    else Reflect.deleteProperty(navigator, "mediaDevices");
  });
  return stub;
}

/** Waits for a condition that comes without any time passing. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turnOfTheLoop();
}

/** Lets every promise that can settle do so; no time passes. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await turnOfTheLoop();
}

function turnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
