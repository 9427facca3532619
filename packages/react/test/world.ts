import type { AudioInput, AudioInputEvents, AudioOutput } from "@layercode/core";
import { onTestFinished } from "vitest";
import type { UseLayercodeAgentOptions } from "../src/index.js";

/** The other side of a socket. */
class FakeSocket {
  readyState = 0;
  readonly sent: { type: string }[] = [];
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
    this.readyState = 1;
    this.#fire("open", {});
  }
  says(message: object): void {
    this.#fire("message", { data: JSON.stringify(message) });
  }
  #fire(type: string, event: unknown): void {
    for (const listener of this.#listeners[type] ?? []) listener(event as never);
  }
}

class FakeMicrophone implements AudioInput {
  readonly stream = null;
  live = false;
  starts = 0;
  loudness = 0;
  /** How often the level was asked for. */
  measured = 0;
  /** While set, the permission prompt stays open. */
  prompt: Promise<void> | null = null;

  async start(_: AudioInputEvents, signal: AbortSignal): Promise<void> {
    this.starts++;
    await this.prompt;
    if (!signal.aborted) this.live = true;
  }
  stop(): void {
    this.live = false;
  }
  async flush(): Promise<void> {}
  setMuted(): void {}
  now(): number {
    return 0;
  }
  level(): number {
    this.measured++;
    return this.loudness;
  }
}

class FakeSpeaker implements AudioOutput {
  live = false;
  loudness = 0.25;
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
    return this.loudness;
  }
}

/** What surrounds an agent, in a test's hands: the backend, the service, a microphone and a speaker. */
export function createWorld() {
  const sockets: FakeSocket[] = [];
  const requests: { agent_id: string; metadata: unknown }[] = [];
  const microphone = new FakeMicrophone();
  const speaker = new FakeSpeaker();
  const options = {
    agentId: "ag-123456",
    authorizeSessionEndpoint: "https://app.test/api/authorize",
    url: "wss://layercode.test/ws",
    audio: { input: microphone, output: speaker },
    fetch: (async (_: string, { body }: RequestInit) => {
      requests.push(JSON.parse(String(body)));
      const config = { transcription: { trigger: "push_to_talk" } };
      return Response.json({ client_session_key: "lc_sesskey_secret", conversation_id: "lc_conv_1", config });
    }) as typeof fetch,
    WebSocket: class extends FakeSocket {
      constructor(url: string) {
        super(url);
        sockets.push(this);
      }
    },
  } satisfies UseLayercodeAgentOptions;
  const world = {
    options,
    requests,
    sockets,
    microphone,
    speaker,
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
    /** Until the next socket is there; it is not open yet. */
    async untilSocket(): Promise<void> {
      const before = sockets.length;
      while (sockets.length === before) await turnOfTheLoop();
    },
    /** From `connect()` to `connected`. */
    async connect(agent: { connect(): Promise<void> }): Promise<void> {
      const opened = world.untilSocket();
      const connecting = agent.connect();
      await opened;
      world.socket.open();
      await connecting;
    },
    /** What the server was told of turns. */
    get turns(): string[] {
      return world.socket.sent.map(({ type }) => type).filter((type) => type.startsWith("trigger.turn"));
    },
  };
  return world;
}

export const nothingHeld = { sockets: 0, microphone: false, speaker: false };

/** Lets promises settle; no time passes. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await turnOfTheLoop();
}

function turnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The browser's list of microphones, until the test is over. */
export function stubInputDevices(names: string[]) {
  const listeners = new Set<() => void>();
  const stub = {
    enumerations: 0,
    failure: null as Error | null,
    get listeners() {
      return listeners.size;
    },
    change(next: string[]): void {
      names = next;
      for (const listener of listeners) listener();
    },
  };
  const mediaDevices = {
    async enumerateDevices() {
      stub.enumerations++;
      if (stub.failure) throw stub.failure;
      return names.map((label) => ({ kind: "audioinput", deviceId: label && `id of ${label}`, groupId: "", label }));
    },
    addEventListener: (_: string, listener: () => void) => listeners.add(listener),
    removeEventListener: (_: string, listener: () => void) => listeners.delete(listener),
  };
  const before = Object.getOwnPropertyDescriptor(navigator, "mediaDevices");
  Object.defineProperty(navigator, "mediaDevices", { value: mediaDevices, configurable: true });
  onTestFinished(() => {
    if (before) Object.defineProperty(navigator, "mediaDevices", before);
    else Reflect.deleteProperty(navigator, "mediaDevices");
  });
  return stub;
}
