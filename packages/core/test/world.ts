import { vi } from "vitest";
import type {
  AudioInput,
  AudioInputEvents,
  AudioInputFrame,
  AudioOutput,
  AudioOutputEvents,
  PlaybackPosition,
} from "../src/audio/ports.js";
import { LayercodeClient } from "../src/client/client.js";
import type { AgentConfig } from "../src/index.js";
import type { LayercodeClientOptions } from "../src/options/layercode-client-options.js";

/** A promise with its ends outside. */
export function deferred<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  promise.catch(() => {});
  return { promise, resolve, reject };
}

/** Lets every promise that can settle do so, imports too; no time passes. */
export async function settle(): Promise<void> {
  await turnOfTheLoop();
  await vi.dynamicImportSettled();
  for (let i = 0; i < 3; i++) await turnOfTheLoop();
}

/** Waits for a condition that comes without any time passing. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turnOfTheLoop();
}

function turnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The other side of a socket that a client opened. */
class FakeSocket {
  readyState = 0;
  bufferedAmount = 0;
  readonly sent: Record<string, unknown>[] = [];
  private readonly listeners: Record<string, ((event: never) => void)[]> = {};

  constructor(readonly url: string) {}

  addEventListener(type: string, listener: (event: never) => void): void {
    this.listeners[type] = [...(this.listeners[type] ?? []), listener];
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(): void {
    this.readyState = 3;
  }

  open(): void {
    if (this.readyState === 0) this.readyState = 1;
    this.fire("open", {});
  }
  /** Also after it was closed: what was under way still arrives. Never before it is open. */
  says(message: object | string): void {
    if (this.readyState === 0) return;
    this.fire("message", { data: typeof message === "string" ? message : JSON.stringify(message) });
  }
  drop(code: number, reason = "", wasClean = code === 1000): void {
    this.readyState = 3;
    this.fire("error", {});
    this.fire("close", { code, reason, wasClean });
  }
  get types(): unknown[] {
    return this.sent.map((message) => message.type);
  }
  private fire(type: string, event: unknown): void {
    for (const listener of this.listeners[type] ?? []) listener(event as never);
  }
}

class FakeMicrophone implements AudioInput {
  /** While open, one whose track tells the device; `systemDevice` where none was asked for. */
  stream: MediaStream | null = null;
  systemDevice = "built-in";
  starts: { events: AudioInputEvents; opening: ReturnType<typeof deferred<void>>; deviceId: string | null }[] = [];
  live = false;
  muted = false;
  clock = 10;
  loudness = 0;
  /** Delivered by `flush()`. */
  tail: AudioInputFrame | null = null;
  flushing: Promise<void> = Promise.resolve();

  async start(events: AudioInputEvents, signal: AbortSignal, { deviceId }: { deviceId: string | null }): Promise<void> {
    const opening = deferred<void>();
    this.starts.push({ events, opening, deviceId });
    signal.addEventListener("abort", () => opening.reject(Object.assign(new Error("stopped"), { code: "aborted" })));
    await opening.promise;
    if (signal.aborted) return;
    this.live = true;
    const track = { getSettings: () => ({ deviceId: deviceId ?? this.systemDevice }) };
    this.stream = { getAudioTracks: () => [track] } as unknown as MediaStream;
  }
  stop(): void {
    this.live = false;
    this.stream = null;
  }
  async flush(): Promise<void> {
    await this.flushing;
    if (this.tail) this.hear(this.tail);
    this.tail = null;
  }
  setMuted(muted: boolean): void {
    this.muted = muted;
  }
  now(): number {
    return this.clock;
  }
  level(): number {
    return this.loudness;
  }
  hear(frame: AudioInputFrame): void {
    this.starts.at(-1)?.events.onFrame(frame);
  }
  /** 20 ms of one value, captured at `time`. */
  hearFrame(time: number, value = 1): void {
    this.hear({ pcm: new Int16Array(160).fill(value), time });
  }
}

class FakeSpeaker implements AudioOutput {
  events: AudioOutputEvents | null = null;
  /** Those of every start, the newest last. */
  readonly starts: AudioOutputEvents[] = [];
  opening: ReturnType<typeof deferred<void>> | null = null;
  readonly done: string[] = [];
  live = false;
  volume = Number.NaN;
  /** What `setDevice()` was asked for; a test decides how it ends. */
  readonly devices: { deviceId: string | null; changing: ReturnType<typeof deferred<void>> }[] = [];

  async start(events: AudioOutputEvents, signal: AbortSignal): Promise<void> {
    this.events = events;
    this.starts.push(events);
    await this.opening?.promise;
    if (!signal.aborted) this.live = true;
  }
  stop(): void {
    this.live = false;
    this.done.push("stop");
  }
  enqueue(pcm: Uint8Array, of: { turnId: string; deltaId: string | null }): void {
    this.done.push(`enqueue ${of.turnId} ${of.deltaId} ${pcm.length}`);
  }
  end(turnId: string): void {
    this.done.push(`end ${turnId}`);
  }
  interrupt(): void {
    this.done.push("interrupt");
  }
  level(): number {
    return 0;
  }
  setVolume(volume: number): void {
    this.volume = volume;
  }
  async setDevice(deviceId: string | null): Promise<void> {
    const changing = deferred<void>();
    this.devices.push({ deviceId, changing });
    await changing.promise;
  }
  at(turnId: string, deltaId: string | null = null, ms = 100): PlaybackPosition {
    return { turnId, deltaId, ms };
  }
}

export const config: AgentConfig = { transcription: { trigger: "automatic", can_interrupt: true, automatic: true } };
export const pushToTalkConfig: AgentConfig = { transcription: { trigger: "push_to_talk" } };

/** A client, and everything around it in a test's hands. */
export function createWorld(options: Partial<LayercodeClientOptions> = {}, agentConfig: AgentConfig | null = config) {
  const sockets: FakeSocket[] = [];
  const requests: { url: string; body: Record<string, unknown>; signal: AbortSignal | null }[] = [];
  const microphone = new FakeMicrophone();
  const speaker = new FakeSpeaker();
  const log: string[] = [];
  const world = {
    sockets,
    requests,
    microphone,
    speaker,
    log,
    /** How the endpoint answers; replace it to delay or refuse. */
    answer: async (): Promise<Response> =>
      Response.json({
        client_session_key: "lc_sesskey_secret",
        conversation_id: "lc_conv_1",
        ...(agentConfig ? { config: agentConfig } : {}),
      }),
    get socket(): FakeSocket {
      const last = sockets.at(-1);
      if (!last) throw new Error("no socket was opened");
      return last;
    },
    /** Everything that is still held. */
    get held() {
      return {
        sockets: sockets.filter((socket) => socket.readyState < 2).length,
        microphone: microphone.live,
        speaker: speaker.live,
      };
    },
    /** What the client was made with. */
    options: undefined as unknown as LayercodeClientOptions,
    client: undefined as unknown as LayercodeClient,
    /** An attempt to come back, however long it waits, and its socket opens. */
    async comesBack(): Promise<void> {
      const opened = sockets.length;
      vi.advanceTimersByTime(8000);
      await until(() => sockets.length > opened);
      world.socket.open();
    },
    /** From `connect()` to `connected`. */
    async connect(): Promise<void> {
      const opened = sockets.length;
      const connecting = world.client.connect();
      await until(() => sockets.length > opened);
      microphone.starts.at(-1)?.opening.resolve();
      world.socket.open();
      await connecting;
    },
  };
  world.options = {
    agentId: "ag-123456",
    authorizeSessionEndpoint: "https://app.test/api/authorize",
    audio: { input: microphone, output: speaker },
    url: "wss://layercode.test/ws",
    fetch: (async (url: string, init: RequestInit) => {
      requests.push({ url, body: JSON.parse(String(init.body)), signal: init.signal ?? null });
      return world.answer();
    }) as typeof fetch,
    WebSocket: class extends FakeSocket {
      constructor(url: string) {
        super(url);
        sockets.push(this);
      }
    },
    onConnect: ({ conversationId }) => log.push(`connect ${conversationId}`),
    onDisconnect: () => log.push("disconnect"),
    onError: ({ code }) => log.push(`error ${code}`),
    onStatusChange: (status) => log.push(`status ${status}`),
    ...options,
  };
  world.client = new LayercodeClient(world.options);
  return world;
}

/** PCM16 of `samples` samples, base64. */
export function audioContent(samples: number): string {
  return Buffer.alloc(samples * 2, 1).toString("base64");
}
