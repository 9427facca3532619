import { type AudioSession, openCustomAudio } from "../audio/audio-session.js";
import { importAudio, openBrowserAudio } from "../audio/browser-audio.js";
import { passGate } from "../audio/gate.js";
import type { AudioInput, AudioInputFrame, AudioPorts, PlaybackPosition } from "../audio/ports.js";
import type { Uplink } from "../audio/uplink.js";
import { asLayercodeError, LayercodeError } from "../errors.js";
import type { ClientMessage } from "../protocol/client-messages.js";
import type { Transport, TransportClose } from "../transport/transport.js";
import { openWebSocket, sessionUrl } from "../transport/websocket.js";
import type { AudioRequest, Effect, TimerName } from "./effects.js";
import type { ChannelName, Model } from "./model.js";
import { defaultUrl, type LayercodeClientOptions } from "./options.js";
import type { ClientEvent, PlayerReport } from "./reducer.js";
import type { SessionCode } from "./session.js";
import type { Undo } from "./store.js";

/** The effects that touch the world; settling calls and emitting events is the client's own. */
export type OutsideEffect = Exclude<Effect, { type: "emit" | "settle" | "close" | "report" }>;

/** The edge: sockets, audio, timers. It decides nothing; every outcome is dispatched with the number it was asked by. */
export class Runtime {
  readonly #getOptions: () => LayercodeClientOptions;
  readonly #getModel: () => Model;
  readonly #dispatch: (event: ClientEvent) => void;
  #session: SessionCode | null = null;
  #transport: Transport | null = null;
  #audio: AudioSession | null = null;
  /** Audio of earlier connections that is still being given up. */
  #closing: Promise<unknown> = Promise.resolve();
  #authorization: AbortController | null = null;
  #uplink: Uplink | null = null;
  #unwatchPage: Undo | undefined;
  #holding: AbortController | null = null;
  readonly #channels: Partial<Record<ChannelName, AbortController>> = {};
  readonly #timers = new Map<TimerName, ReturnType<typeof setTimeout>>();

  constructor(getOptions: () => LayercodeClientOptions, getModel: () => Model, dispatch: (event: ClientEvent) => void) {
    this.#getOptions = getOptions;
    this.#getModel = getModel;
    this.#dispatch = dispatch;
  }

  run(effect: OutsideEffect): void {
    switch (effect.type) {
      case "authorize":
        return this.#authorize(effect);
      case "openSocket":
        return this.#openSocket(effect.attempt, effect.clientSessionKey);
      case "watchPage":
        this.#unwatchPage ??= this.#session?.watchPage((page) => this.#dispatch({ type: "pageChanged", ...page }));
        return;
      case "drop":
        return this.#drop();
      case "hold":
        return this.#hold();
      case "openChannel":
        return this.#openChannel(effect.channel, effect.id, effect.deviceId);
      case "closeChannel":
        this.#channels[effect.channel]?.abort();
        if (effect.channel === "audioInput") this.#uplink?.clear();
        return this.#withAudio((ports) => ports[effect.channel].stop());
      case "mute":
        return this.#withAudio(({ audioInput }) => audioInput.setMuted(effect.muted));
      case "setVolume":
        return this.#withAudio(({ audioOutput }) => audioOutput.setVolume?.(effect.volume));
      case "setOutputDevice":
      case "resumeAudio":
      case "prepare":
        return this.#ask(effect);
      case "flush":
        return this.#flush(effect.press);
      case "enqueue":
        return this.#withAudio(({ audioOutput }) => audioOutput.enqueue(effect.pcm, effect));
      case "end":
        return this.#withAudio(({ audioOutput }) => audioOutput.end(effect.turnId));
      case "interrupt":
        return this.#withAudio(({ audioOutput }) => audioOutput.interrupt());
      case "send":
        return this.#send(effect.message);
      case "schedule":
        clearTimeout(this.#timers.get(effect.timer));
        this.#timers.set(
          effect.timer,
          setTimeout(() => this.#dispatch({ type: effect.timer }), effect.afterMs),
        );
        return;
      case "cancel":
        clearTimeout(this.#timers.get(effect.timer));
    }
  }

  /** Gives up socket, request, timers and audio; resolves when the audio is gone, that of earlier connections included. */
  close(): Promise<unknown> {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#drop();
    this.#uplink?.clear();
    this.#unwatchPage?.();
    this.#unwatchPage = undefined;
    this.#holding?.abort();
    this.#holding = null;
    const audio = this.#audio;
    this.#audio = null;
    if (audio) this.#closing = Promise.allSettled([this.#closing, audio.close()]);
    return this.#closing;
  }

  /** Fetches all the code ahead of `connect()`; a failure is reported there. */
  prefetch(): void {
    for (const code of [importAudio(), importSession()]) code.catch(() => {});
  }

  /** The ports, while there are any. */
  get ports(): AudioPorts | null {
    return this.#audio?.ready ?? null;
  }

  #drop(): void {
    this.#authorization?.abort();
    this.#transport?.close();
    this.#transport = null;
  }

  #authorize({ attempt, agentId, conversationId }: Extract<Effect, { type: "authorize" }>): void {
    const controller = new AbortController();
    this.#authorization = controller;
    const authorization = importSession().then((session) => {
      this.#session = session;
      this.#uplink ??= new session.Uplink();
      return session.askBackend(this.#getOptions(), { agentId, conversationId, signal: controller.signal });
    });
    Promise.all([importSession(), authorization]).then(
      ([session, { clientSessionKey, conversationId, config = null }]) =>
        this.#dispatch({ type: "authorized", attempt, clientSessionKey, conversationId, config, session }),
      (error) => this.#connectFailed(attempt, error),
    );
  }

  #openSocket(attempt: number, clientSessionKey: string): void {
    const { url = defaultUrl, WebSocket } = this.#getOptions();
    const events = {
      onOpen: () => this.#dispatch({ type: "socketOpened", attempt }),
      onMessage: (text: string) => this.#receive(attempt, text),
      onClose: (close: TransportClose) => this.#dispatch({ type: "socketClosed", attempt, ...close }),
    };
    try {
      this.#transport = openWebSocket(sessionUrl(url, clientSessionKey), events, WebSocket);
    } catch (error) {
      this.#connectFailed(attempt, error);
    }
  }

  #connectFailed(attempt: number, error: unknown): void {
    this.#dispatch({ type: "connectFailed", attempt, error: asLayercodeError(error, "connection") });
  }

  /** Synchronous up to the AudioContext: it is made in the gesture that led here. */
  #openChannel(channel: ChannelName, id: number, deviceId: string | null): void {
    const controller = new AbortController();
    const { signal } = controller;
    this.#channels[channel] = controller;
    const audio = this.#openAudio();
    const failed = (error: unknown) =>
      this.#dispatch({ type: "channelFailed", channel, id, error: asLayercodeError(error, "worklet-load") });
    const report = (type: PlayerReport) => (position: PlaybackPosition) =>
      this.#dispatch({ type, channel: "audioOutput", id, position });
    const events = {
      onFrame: (frame: AudioInputFrame) => {
        if (!signal.aborted) this.#sendAudio(frame);
      },
      onEnded: failed,
      onSilent: (silent: boolean) => this.#dispatch({ type: "microphoneSilent", channel: "audioInput", id, silent }),
      onStarted: (turnId: string) => this.#dispatch({ type: "playbackStarted", channel: "audioOutput", id, turnId }),
      onUnderrun: report("playbackRanDry"),
      onFinished: report("playbackFinished"),
      // What the output still held was not heard.
      onInterrupted: (_: PlaybackPosition, heard: PlaybackPosition) => report("playbackInterrupted")(heard),
    };
    audio.ports
      .then(async ({ audioInput, audioOutput }) => {
        if (channel === "audioOutput") await audioOutput.start(events, signal);
        else await audioInput.start(events, signal, { deviceId });
        this.#dispatch({ type: "channelOpened", channel, id, deviceId: deviceOf(audioInput) });
      })
      .catch(failed);
  }

  #openAudio(): AudioSession {
    this.#audio ??= this.#createAudio();
    return this.#audio;
  }

  #createAudio(): AudioSession {
    const options = this.#getOptions();
    if (options.audio) return openCustomAudio(options.audio);
    const audio = openBrowserAudio(options, (blocked) => {
      if (this.#audio === audio) this.#dispatch({ type: "audioBlocked", blocked });
    });
    return audio;
  }

  /** Fetches what a session needs; with the sound, also its AudioContext, where a gesture lets it start. */
  async #prepare(withAudio: boolean): Promise<void> {
    const { audio } = this.#getOptions();
    const opensAudio = withAudio && (audio || globalThis.navigator?.userActivation?.isActive);
    const sound = opensAudio ? this.#openAudio().ports : withAudio && importAudio();
    await Promise.all([sound, importSession()]);
  }

  /** What is only kept while connected; its code comes when it is needed. */
  #hold(): void {
    const { wakeLock = true, exclusive = false } = this.#getOptions();
    if (this.#holding || typeof document === "undefined" || !(wakeLock || exclusive)) return;
    const holding = new AbortController();
    this.#holding = holding;
    const onTakenOver = () => this.#dispatch({ type: "takenOver" });
    import("./hold.js").then(
      ({ hold }) => {
        if (!holding.signal.aborted)
          holding.signal.addEventListener("abort", hold({ wakeLock, exclusive, onTakenOver }));
      },
      // Without it the screen may go dark: no reason to end a conversation.
      () => {},
    );
  }

  /** Synchronous up to the AudioContext: a gesture that led here is what lets it start. */
  #ask(request: AudioRequest): void {
    const before = this.#audio;
    const answer =
      request.type === "prepare"
        ? this.#prepare(request.withAudio)
        : request.type === "resumeAudio"
          ? before?.resume()
          : before?.ports.then((ports) => setDevice(ports, request.deviceId));
    const audio = this.#audio;
    const fallback = request.type === "prepare" ? "connection" : "output-unsupported";
    const told = (error?: LayercodeError) => this.#dispatch({ type: "audioAnswered", request, error });
    (answer ?? Promise.resolve()).then(
      () => told(),
      // What was given up meanwhile is nobody's error.
      (error) => told(audio === this.#audio ? asLayercodeError(error, fallback) : undefined),
    );
  }

  /** At once when the audio is there, so that a microphone is given back without delay; else as soon as it is. */
  #withAudio(use: (ports: AudioPorts) => void): void {
    if (this.ports) use(this.ports);
    // Ports that never came were reported where they were opened.
    else this.#audio?.ports.then(use, () => {});
  }

  #sendAudio(frame: AudioInputFrame): void {
    const model = this.#getModel();
    const pcm = passGate(model, frame);
    // Nothing that waits may leave through a gate that has shut.
    if (!pcm) return this.#uplink?.clear();
    const isFirstLoss = this.#uplink?.push(pcm, this.#unsentBytes);
    if (model.state.status !== "connected") return;
    if (isFirstLoss) this.#dispatch({ type: "uplinkCongested" });
    this.#writeAudio(this.#unsentBytes);
  }

  #writeAudio(unsentBytes: number): void {
    for (const pcm of this.#uplink?.take(unsentBytes) ?? []) {
      const bytes = new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength);
      if (this.#session) this.#send({ type: "client.audio", content: this.#session.encodeBase64(bytes) });
    }
  }

  get #unsentBytes(): number {
    return this.#transport?.unsentBytes ?? 0;
  }

  #send(message: ClientMessage): void {
    if (this.#session) this.#transport?.send(this.#session.serialize(message));
  }

  #receive(attempt: number, text: string): void {
    if (this.#session) this.#dispatch({ type: "socketMessage", attempt, ...this.#session.readFrame(text) });
  }

  #flush(press: number): void {
    const done = () => {
      // The tail belongs to the turn, also on a network that is behind.
      this.#writeAudio(Number.NEGATIVE_INFINITY);
      this.#dispatch({ type: "flushed", press });
    };
    this.ports?.audioInput.flush().then(done, done);
  }
}

// Nearly half of a text-only client, and needed by no page before it talks.
function importSession(): Promise<SessionCode> {
  return import("./session.js");
}

/** Which microphone a port has open, where it tells. */
function deviceOf({ stream }: AudioInput): string | null {
  return stream?.getAudioTracks()[0]?.getSettings().deviceId ?? null;
}

async function setDevice({ audioOutput }: AudioPorts, deviceId: string | null): Promise<void> {
  if (audioOutput.setDevice) await audioOutput.setDevice(deviceId);
  else if (deviceId !== null)
    throw new LayercodeError("output-unsupported", 'The output of the option "audio" has no setDevice().');
}
