import { type AudioSession, openCustomAudio } from "../audio/audio-session.js";
import { openBrowserAudio } from "../audio/browser-audio.js";
import { passGate } from "../audio/gate.js";
import type { AudioInput, AudioInputFrame, AudioPorts, PlaybackPosition } from "../audio/ports.js";
import { authorizeSession } from "../authorization/authorize.js";
import { asLayercodeError, LayercodeError } from "../errors.js";
import type { ClientMessage } from "../protocol/client-messages.js";
import type { Transport, TransportClose } from "../transport/transport.js";
import { openWebSocket, sessionUrl } from "../transport/websocket.js";
import type { AudioRequest, Effect, TimerName } from "./effects.js";
import type { ChannelName, Model } from "./model.js";
import { defaultUrl, type LayercodeClientOptions } from "./options.js";
import type { ClientEvent, PlayerReport } from "./reducer.js";
import { version } from "./version.js";

/** Reads and writes frames. Nearly half of a text-only client, and needed by no page before it talks. */
type Codec = typeof import("../protocol/codec.js");

/** The effects that touch the world; settling calls and emitting events is the client's own. */
export type OutsideEffect = Exclude<Effect, { type: "emit" | "settle" | "close" }>;

/** The edge: sockets, audio, timers. It decides nothing; every outcome is dispatched with the number it was asked by. */
export class Runtime {
  readonly #getOptions: () => LayercodeClientOptions;
  readonly #getModel: () => Model;
  readonly #dispatch: (event: ClientEvent) => void;
  #codec: Codec | null = null;
  #transport: Transport | null = null;
  #audio: AudioSession | null = null;
  /** Audio of earlier connections that is still being given up. */
  #closing: Promise<unknown> = Promise.resolve();
  #authorization: AbortController | null = null;
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
        return this.#authorize(effect.attempt, effect.conversationId);
      case "openSocket":
        return this.#openSocket(effect.attempt, effect.clientSessionKey);
      case "openChannel":
        return this.#openChannel(effect.channel, effect.id, effect.deviceId);
      case "closeChannel":
        this.#channels[effect.channel]?.abort();
        return this.#withAudio((ports) => ports[effect.channel].stop());
      case "mute":
        return this.#withAudio(({ audioInput }) => audioInput.setMuted(effect.muted));
      case "setVolume":
        return this.#withAudio(({ audioOutput }) => audioOutput.setVolume?.(effect.volume));
      case "setOutputDevice":
      case "resumeAudio":
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
    this.#authorization?.abort();
    this.#transport?.close();
    this.#transport = null;
    const audio = this.#audio;
    this.#audio = null;
    if (audio) this.#closing = Promise.allSettled([this.#closing, audio.close()]);
    return this.#closing;
  }

  /** The ports, while there are any. */
  get ports(): AudioPorts | null {
    return this.#audio?.ready ?? null;
  }

  #authorize(attempt: number, conversationId: string | null): void {
    const options = this.#getOptions();
    const { agentId, authorizeSessionEndpoint: endpoint, metadata = {} } = options;
    const { authorizeSessionRequest: request, credentials, fetch } = options;
    this.#authorization = new AbortController();
    const authorization = authorizeSession({
      endpoint,
      body: {
        agent_id: agentId,
        metadata,
        sdk_version: version,
        ...(conversationId !== null && { conversation_id: conversationId }),
      },
      request,
      credentials,
      fetch,
      signal: this.#authorization.signal,
    });
    Promise.all([authorization, import("../protocol/codec.js")]).then(
      ([{ clientSessionKey, conversationId, config = null }, codec]) => {
        this.#codec = codec;
        this.#dispatch({ type: "authorized", attempt, clientSessionKey, conversationId, config });
      },
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
    const options = this.#getOptions();
    this.#audio ??= options.audio ? openCustomAudio(options.audio) : this.#openBrowserAudio(options);
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
    this.#audio.ports
      .then(async ({ audioInput, audioOutput }) => {
        if (channel === "audioOutput") await audioOutput.start(events, signal);
        else await audioInput.start(events, signal, { deviceId });
        this.#dispatch({ type: "channelOpened", channel, id, deviceId: deviceOf(audioInput) });
      })
      .catch(failed);
  }

  #openBrowserAudio(options: LayercodeClientOptions): AudioSession {
    const audio = openBrowserAudio(options, (blocked) => {
      if (this.#audio === audio) this.#dispatch({ type: "audioBlocked", blocked });
    });
    return audio;
  }

  /** Synchronous up to the AudioContext: a gesture that led here is what lets it start. */
  #ask(request: AudioRequest): void {
    const audio = this.#audio;
    const answer =
      request.type === "resumeAudio"
        ? audio?.resume()
        : audio?.ports.then((ports) => setDevice(ports, request.deviceId));
    const told = (error?: LayercodeError) => this.#dispatch({ type: "audioAnswered", request, error });
    (answer ?? Promise.resolve()).then(
      () => told(),
      // What was given up meanwhile is nobody's error.
      (error) => told(audio === this.#audio ? asLayercodeError(error, "output-unsupported") : undefined),
    );
  }

  /** At once when the audio is there, so that a microphone is given back without delay; else as soon as it is. */
  #withAudio(use: (ports: AudioPorts) => void): void {
    if (this.ports) use(this.ports);
    // Ports that never came were reported where they were opened.
    else this.#audio?.ports.then(use, () => {});
  }

  #sendAudio(frame: AudioInputFrame): void {
    const pcm = passGate(this.#getModel(), frame);
    if (!pcm) return;
    const bytes = new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength);
    if (this.#codec) this.#send({ type: "client.audio", content: this.#codec.encodeBase64(bytes) });
  }

  #send(message: ClientMessage): void {
    if (this.#codec) this.#transport?.send(this.#codec.serialize(message));
  }

  #receive(attempt: number, text: string): void {
    if (this.#codec) this.#dispatch({ type: "socketMessage", attempt, ...this.#codec.readFrame(text) });
  }

  #flush(press: number): void {
    const done = () => this.#dispatch({ type: "flushed", press });
    this.ports?.audioInput.flush().then(done, done);
  }
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
