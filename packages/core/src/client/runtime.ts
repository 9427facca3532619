import type { AudioSession } from "../audio/audio-session.js";
import { openCustomAudio } from "../audio/audio-session.js";
import { openBrowserAudio } from "../audio/browser-audio.js";
import { passGate } from "../audio/gate.js";
import type { AudioInputFrame, AudioOutput, PlaybackPosition } from "../audio/ports.js";
import { authorizeSession } from "../authorization/authorize.js";
import { isLayercodeError, LayercodeError, type LayercodeErrorCode } from "../errors.js";
import { encodeBase64 } from "../protocol/base64.js";
import { parseServerMessage, serialize } from "../protocol/codec.js";
import type { Transport } from "../transport/transport.js";
import { openWebSocket, sessionUrl } from "../transport/websocket.js";
import type { Effect, TimerName } from "./effects.js";
import type { Model } from "./model.js";
import { defaultUrl, type LayercodeClientOptions } from "./options.js";
import type { ClientEvent } from "./reducer.js";
import { version } from "./version.js";

/** The effects that touch the world; settling calls and emitting events is the client's own. */
export type OutsideEffect = Exclude<Effect, { type: "emit" | "settle" | "close" }>;

/** The edge: sockets, audio, timers. It decides nothing; every outcome is dispatched with the number it was asked by. */
export class Runtime {
  private transport: Transport | null = null;
  private audio: AudioSession | null = null;
  /** Audio of earlier connections that is still being given up. */
  private closing: Promise<unknown> = Promise.resolve();
  private authorization: AbortController | null = null;
  private microphone: AbortController | null = null;
  private speaker: AbortController | null = null;
  private readonly timers = new Map<TimerName, ReturnType<typeof setTimeout>>();

  constructor(
    private readonly options: LayercodeClientOptions,
    private readonly getModel: () => Model,
    private readonly dispatch: (event: ClientEvent) => void,
  ) {}

  run(effect: OutsideEffect): void {
    switch (effect.type) {
      case "authorize":
        return this.authorize(effect.attempt, effect.conversationId);
      case "socket.open":
        return this.openSocket(effect.attempt, effect.clientSessionKey);
      case "microphone.open":
        return this.openMicrophone(effect.microphone);
      case "microphone.close":
        this.microphone?.abort();
        return this.withAudio(({ input }) => input.stop());
      case "microphone.mute":
        return this.withAudio(({ input }) => input.setMuted(effect.muted));
      case "microphone.flush":
        return this.flush(effect.press);
      case "speaker.open":
        return this.openSpeaker(effect.speaker);
      case "speaker.close":
        this.speaker?.abort();
        return this.withAudio(({ output }) => output.stop());
      case "player.enqueue":
        return this.play((output) => output.enqueue(effect.pcm, { turnId: effect.turnId, deltaId: effect.deltaId }));
      case "player.end":
        return this.play((output) => output.end(effect.turnId));
      case "player.interrupt":
        return this.play((output) => output.interrupt());
      case "send":
        return this.transport?.send(serialize(effect.message));
      case "schedule":
        return this.schedule(effect.timer, effect.afterMs);
      case "cancel":
        clearTimeout(this.timers.get(effect.timer));
        this.timers.delete(effect.timer);
    }
  }

  /** Gives up socket, request and audio; resolves when the audio is gone, that of earlier connections included. */
  close(): Promise<unknown> {
    this.authorization?.abort();
    this.transport?.close();
    this.transport = null;
    const audio = this.audio;
    this.audio = null;
    if (audio) this.closing = Promise.allSettled([this.closing, audio.close()]);
    return this.closing;
  }

  /** The time on the microphone's clock, in seconds; before the clock exists, everything is later. */
  audioNow(): number {
    return this.audio?.ready?.input.now() ?? Number.NEGATIVE_INFINITY;
  }

  get stream(): MediaStream | null {
    return this.audio?.ready?.input.stream ?? null;
  }

  /** RMS of both directions, 0..1. */
  levels(): { user: number; agent: number } {
    const ready = this.audio?.ready;
    return { user: ready?.input.level() ?? 0, agent: ready?.output.level() ?? 0 };
  }

  private authorize(attempt: number, conversationId: string | null): void {
    const { agentId, authorizeSessionEndpoint, metadata = {}, authorizeSessionRequest, credentials, fetch } = this.options;
    const controller = new AbortController();
    this.authorization = controller;
    authorizeSession({
      endpoint: authorizeSessionEndpoint,
      body: {
        agent_id: agentId,
        metadata,
        sdk_version: version,
        ...(conversationId === null ? {} : { conversation_id: conversationId }),
      },
      signal: controller.signal,
      ...(authorizeSessionRequest ? { request: authorizeSessionRequest } : {}),
      ...(credentials ? { credentials } : {}),
      ...(fetch ? { fetch } : {}),
    }).then(
      ({ clientSessionKey, conversationId, config }) =>
        this.dispatch({ type: "authorized", attempt, clientSessionKey, conversationId, config: config ?? null }),
      (error) => this.dispatch({ type: "connect.failed", attempt, error: asLayercodeError(error, "authorization") }),
    );
  }

  private openSocket(attempt: number, clientSessionKey: string): void {
    try {
      const events = {
        onOpen: () => this.dispatch({ type: "socket.opened", attempt }),
        onMessage: (data: unknown) => {
          const frame = typeof data === "string" ? parseServerMessage(data) : binaryFrame();
          this.dispatch({ type: "socket.message", attempt, frame });
        },
        onClose: (close: { code: number; reason: string; wasClean: boolean }) =>
          this.dispatch({ type: "socket.closed", attempt, close }),
      };
      const url = sessionUrl(this.options.url ?? defaultUrl, clientSessionKey);
      this.transport = openWebSocket(url, events, this.options.WebSocket);
    } catch (error) {
      this.dispatch({ type: "connect.failed", attempt, error: asLayercodeError(error, "connection") });
    }
  }

  private openMicrophone(microphone: number): void {
    const controller = new AbortController();
    this.microphone = controller;
    const events = {
      onFrame: (frame: AudioInputFrame) => {
        if (!controller.signal.aborted) this.sendAudio(frame);
      },
      onEnded: (error: Error) =>
        this.dispatch({ type: "microphone.failed", microphone, error: asLayercodeError(error, "device-not-found") }),
    };
    this.openAudio()
      .ports.then(({ input }) => input.start(events, controller.signal))
      .then(
        () => this.dispatch({ type: "microphone.opened", microphone }),
        (error) =>
          this.dispatch({ type: "microphone.failed", microphone, error: asLayercodeError(error, "device-not-found") }),
      );
  }

  private openSpeaker(speaker: number): void {
    const controller = new AbortController();
    this.speaker = controller;
    const tell =
      (type: "player.underrun" | "player.finished" | "player.interrupted") => (position: PlaybackPosition) =>
        this.dispatch({ type, speaker, position });
    const events = {
      onStarted: (turnId: string) => this.dispatch({ type: "player.started", speaker, turnId }),
      onUnderrun: tell("player.underrun"),
      onFinished: tell("player.finished"),
      onInterrupted: tell("player.interrupted"),
    };
    this.openAudio()
      .ports.then(({ output }) => output.start(events, controller.signal))
      .then(
        () => this.dispatch({ type: "speaker.opened", speaker }),
        (error) => this.dispatch({ type: "speaker.failed", speaker, error: asLayercodeError(error, "worklet-load") }),
      );
  }

  /** Synchronous up to the AudioContext: it is made in the gesture that led here. */
  private openAudio(): AudioSession {
    this.audio ??= this.options.audio ? openCustomAudio(this.options.audio) : openBrowserAudio(this.options);
    return this.audio;
  }

  private withAudio(use: (ports: Awaited<AudioSession["ports"]>) => void): void {
    // Ports that never came were reported where they were opened.
    this.audio?.ports.then(use, () => {});
  }

  private play(use: (output: AudioOutput) => void): void {
    const { ready } = this.audio ?? {};
    if (ready) use(ready.output);
    else this.withAudio(({ output }) => use(output));
  }

  private sendAudio(frame: AudioInputFrame): void {
    const pcm = passGate(this.getModel(), frame);
    if (!pcm) return;
    const content = encodeBase64(new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength));
    this.transport?.send(serialize({ type: "client.audio", content }));
  }

  private flush(press: number): void {
    const done = () => this.dispatch({ type: "flushed", press });
    const ports = this.audio?.ports;
    if (ports) ports.then(({ input }) => input.flush()).then(done, done);
    else done();
  }

  private schedule(timer: TimerName, afterMs: number): void {
    clearTimeout(this.timers.get(timer));
    const fire = () => {
      this.timers.delete(timer);
      this.dispatch({ type: "timer", timer });
    };
    this.timers.set(timer, setTimeout(fire, afterMs));
  }
}

function binaryFrame(): { ok: false; error: LayercodeError } {
  return { ok: false, error: new LayercodeError("protocol", "A frame is binary. Frames are JSON text.") };
}

/** Errors of the audio package carry a `code` of the same names; whatever else failed gets the code of where it did. */
function asLayercodeError(error: unknown, fallback: LayercodeErrorCode): LayercodeError {
  if (isLayercodeError(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = (error as { code?: unknown } | null)?.code;
  return new LayercodeError(isCode(code) ? code : fallback, message, { cause: error });
}

function isCode(code: unknown): code is LayercodeErrorCode {
  return typeof code === "string" && (audioCodes as readonly string[]).includes(code);
}

const audioCodes = [
  "permission-denied",
  "permission-dismissed",
  "device-not-found",
  "device-in-use",
  "insecure-context",
  "blocked-by-policy",
  "overconstrained",
  "worklet-load",
  "output-unsupported",
  "audio-blocked",
  "aborted",
] as const satisfies readonly LayercodeErrorCode[];
