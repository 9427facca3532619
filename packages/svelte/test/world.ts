import type { AudioInput, AudioInputEvents, AudioOutput } from "@layercode/core";
import type { LayercodeAgent, LayercodeAgentOptions } from "../src/index.js";

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
  loudness = 0;
  /** How often the level was asked for. */
  measured = 0;
  readonly deviceIds: (string | null)[] = [];
  /** While set, the permission prompt stays open. */
  prompt: Promise<void> | null = null;

  async start(_: AudioInputEvents, signal: AbortSignal, { deviceId }: { deviceId: string | null }): Promise<void> {
    this.deviceIds.push(deviceId);
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
    return 0.25;
  }
}

/** What surrounds an agent, in a test's hands: the backend, the service, a microphone and a speaker. */
export function createWorld(trigger: "automatic" | "push_to_talk" = "automatic") {
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
      const config = { transcription: { trigger, can_interrupt: true, automatic: trigger === "automatic" } };
      return Response.json({ client_session_key: "lc_sesskey_secret", conversation_id: "lc_conv_1", config });
    }) as typeof fetch,
    WebSocket: class extends FakeSocket {
      constructor(url: string) {
        super(url);
        sockets.push(this);
      }
    },
  } satisfies LayercodeAgentOptions;
  return {
    options,
    requests,
    microphone,
    get socket(): FakeSocket {
      return sockets.at(-1)!;
    },
    /** Everything that is still held. */
    get held() {
      return {
        sockets: sockets.filter(({ readyState }) => readyState < 2).length,
        microphone: microphone.live,
        speaker: speaker.live,
      };
    },
    /** Until the socket is there; it is not open yet. */
    async untilSocket(): Promise<void> {
      const opened = sockets.length;
      while (sockets.length === opened) await turnOfTheLoop();
    },
    async connect(agent: Pick<LayercodeAgent, "connect">): Promise<void> {
      const socket = this.untilSocket();
      const connecting = agent.connect();
      await socket;
      this.socket.open();
      await connecting;
    },
    says(message: object): void {
      this.socket.says(message);
    },
  };
}

export const nothingHeld = { sockets: 0, microphone: false, speaker: false };

export function turnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
