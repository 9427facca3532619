import { importAudio } from "../audio/browser-audio.js";
import { asLayercodeError } from "../errors.js";
import type { LayercodeClientOptions } from "../options/layercode-client-options.js";
import { AudioRuntime } from "./audio-runtime.js";
import type { ConnectionRuntime } from "./connection-runtime.js";
import type { Effect, TimerName } from "./effects.js";
import type { Model } from "./model.js";
import type { ClientEvent } from "./reducer.js";
import type { SessionCode } from "./session.js";
import type { Undo } from "./store.js";

/** The effects that touch the world; settling calls and emitting events is the dispatcher's own. */
export type OutsideEffect = Exclude<Effect, { type: "emit" | "settle" | "close" | "report" }>;

/** The edge: timers, the backend, and the runtimes of audio and connection. It decides nothing; every outcome is dispatched with the number it was asked by. */
export class Runtime {
  readonly audio: AudioRuntime;
  readonly #getOptions: () => LayercodeClientOptions;
  readonly #getModel: () => Model;
  readonly #dispatch: (event: ClientEvent) => void;
  #session: SessionCode | null = null;
  #connection: ConnectionRuntime | null = null;
  #authorization: AbortController | null = null;
  #unwatchPage: Undo | undefined;
  #holding: AbortController | null = null;
  readonly #timers = new Map<TimerName, ReturnType<typeof setTimeout>>();

  constructor(getOptions: () => LayercodeClientOptions, getModel: () => Model, dispatch: (event: ClientEvent) => void) {
    this.#getOptions = getOptions;
    this.#getModel = getModel;
    this.#dispatch = dispatch;
    this.audio = new AudioRuntime({
      getOptions,
      dispatch,
      onFrame: (frame) => this.#connection?.sendAudio(frame),
      prepare: importSession,
    });
  }

  run(effect: OutsideEffect): void {
    switch (effect.type) {
      case "authorize":
        return this.#authorize(effect);
      case "openSocket":
        return this.#connection?.open(effect.attempt, effect.clientSessionKey);
      case "watchPage":
        this.#unwatchPage ??= this.#session?.watchPage((page) => this.#dispatch({ type: "pageChanged", ...page }));
        return;
      case "drop":
        return this.#drop();
      case "hold":
        return this.#hold();
      case "openChannel":
        return this.audio.openChannel(effect.channel, effect.id, effect.deviceId);
      case "forgetAudio":
        return this.#connection?.clearAudio();
      case "closeChannel":
        if (effect.channel === "audioInput") this.#connection?.clearAudio();
        return this.audio.closeChannel(effect.channel);
      case "mute":
        return this.audio.use(({ audioInput }) => audioInput.setMuted(effect.muted));
      case "setVolume":
        return this.audio.use(({ audioOutput }) => audioOutput.setVolume?.(effect.volume));
      case "setOutputDevice":
      case "resumeAudio":
      case "prepare":
        return this.audio.ask(effect);
      case "flush":
        return this.#connection?.flush(this.audio.ports?.audioInput, effect.press);
      case "enqueue":
        return this.audio.use(({ audioOutput }) => audioOutput.enqueue(effect.pcm, effect));
      case "end":
        return this.audio.use(({ audioOutput }) => audioOutput.end(effect.turnId));
      case "interrupt":
        return this.audio.use(({ audioOutput }) => audioOutput.interrupt());
      case "send":
        return this.#connection?.send(effect.message);
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
    this.#unwatchPage?.();
    this.#unwatchPage = undefined;
    this.#holding?.abort();
    this.#holding = null;
    return this.audio.close();
  }

  /** Fetches all the code ahead of `connect()`; a failure is reported there. */
  prefetch(): void {
    for (const code of [importAudio(), importSession()]) code.catch(() => {});
  }

  #drop(): void {
    this.#authorization?.abort();
    this.#connection?.close();
  }

  #authorize({ attempt, agentId, conversationId }: Extract<Effect, { type: "authorize" }>): void {
    const controller = new AbortController();
    this.#authorization = controller;
    const authorization = importSession().then((session) => {
      this.#session = session;
      this.#connection ??= new session.ConnectionRuntime(this.#getOptions, this.#getModel, this.#dispatch);
      this.#dispatch({ type: "sessionLoaded", session });
      return session.askBackend(this.#getOptions(), { agentId, conversationId, signal: controller.signal });
    });
    authorization.then(
      ({ clientSessionKey, conversationId, config = null }) =>
        this.#dispatch({ type: "authorized", attempt, clientSessionKey, conversationId, config }),
      (error) => this.#dispatch({ type: "connectFailed", attempt, error: asLayercodeError(error, "connection") }),
    );
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
}

// More than half of a text-only client, and needed by no page before it talks.
function importSession(): Promise<SessionCode> {
  return import("./session.js");
}
