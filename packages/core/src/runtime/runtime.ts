import { importAudio } from "../audio/browser-audio.js";
import { asLayercodeError, codeNotFetched } from "../errors.js";
import type { Effect } from "../machine/effects.js";
import type { ClientEvent } from "../machine/events.js";
import type { Observer } from "../machine/happening.js";
import type { Handlers } from "../machine/machine.js";
import type { Model } from "../machine/model.js";
import type { ResolvedOptions } from "../options/resolve.js";
import type { NamedTool } from "../options/tools.js";
import type { Undo } from "../undo.js";
import { AudioRuntime } from "./audio-runtime.js";
import type { SessionPort } from "./session-port.js";
import { Timers } from "./timers.js";

/** The effects that touch the world; settling calls and emitting events is the dispatcher's own. */
type OutsideEffect = Exclude<Effect, { type: "emit" | "settle" | "close" | "report" }>;

/** What the edge of a client is constructed with. */
export interface RuntimeOptions {
  getOptions(): ResolvedOptions;
  /** The events that somebody listens to by `client.on()`. */
  getListened(): readonly string[];
  /** The tools that came by `addTool()`. */
  readonly addedTools: ReadonlySet<NamedTool>;
  getModel(): Model;
  dispatch(event: ClientEvent): void;
  /** Tells `observer` everything that happens from now on. Returns the undo. */
  observe(observer: Observer): Undo;
}

/** The edge of a client. It decides nothing; every outcome is dispatched with the number that the effect carried. */
export class Runtime {
  readonly audio: AudioRuntime;
  readonly #client: RuntimeOptions;
  readonly #timers: Timers;
  #session: SessionPort | null = null;
  #authorization = new AbortController();

  constructor(client: RuntimeOptions) {
    this.#client = client;
    this.#timers = new Timers((type) => client.dispatch({ type }));
    const { getOptions, dispatch } = client;
    this.audio = new AudioRuntime({ getOptions, dispatch, prepare: importSession });
  }

  /** `null` until its code is there: nothing is open then, so there is nothing to do. */
  get session(): SessionPort | null {
    return this.#session;
  }

  /** What the machine does in a session; nothing before its code is there. */
  get handlers(): Handlers {
    return this.#session?.handlers ?? {};
  }

  /** When an event of the page happened, in seconds on the audio clock; `undefined` without a microphone. Default: now. */
  timeOf(event?: { timeStamp?: number }): number | undefined {
    const now = this.audio.now();
    return (event && now !== undefined ? this.#session?.timeOf(event, now) : null) ?? now;
  }

  run(effect: OutsideEffect): void {
    switch (effect.type) {
      case "authorize":
        return this.#authorize(effect);
      case "closeConnection":
        return this.#closeConnection();
      case "openChannel":
        return this.audio.openChannel(effect.channel, effect.id, effect.deviceId);
      case "closeChannel":
        if (effect.channel === "audioInput") this.run({ type: "discardHeldAudio" });
        return this.audio.closeChannel(effect.channel);
      case "mute":
        return this.audio.use(({ audioInput }) => audioInput.setMuted(effect.muted));
      case "setVolume":
        return this.audio.use(({ audioOutput }) => audioOutput.setVolume?.(effect.volume));
      case "setDevice":
        return this.audio.setDevice(effect);
      case "resumeAudio":
      case "prepare":
        return this.audio.ask(effect);
      case "schedule":
        return this.#timers.schedule(effect.timer, effect.afterMs);
      case "cancel":
        return this.#timers.cancel(effect.timer);
      default:
        return this.#session?.run(effect, this.audio);
    }
  }

  /** Gives up socket, request, timers and audio; resolves when the audio is gone, that of earlier connections included. */
  close(): Promise<unknown> {
    this.#timers.cancelAll();
    this.#closeConnection();
    this.#session?.close();
    return this.audio.close();
  }

  /** Fetches all the code ahead of `connect()`; a failure is reported there. */
  prefetch(): void {
    importAudio().catch(() => {});
    importSession().then(
      ({ remember }) => remember(this.#client),
      () => {},
    );
  }

  #closeConnection(): void {
    this.#authorization.abort();
    this.#session?.closeSocket();
  }

  #authorize({ attempt, agentId, conversationId }: Extract<Effect, { type: "authorize" }>): void {
    const { dispatch } = this.#client;
    this.#authorization = new AbortController();
    const { signal } = this.#authorization;
    const authorization = this.#loadSession().then((session) => session.authorize({ agentId, conversationId, signal }));
    authorization.then(
      ({ clientSessionKey, conversationId, config = null }) =>
        dispatch({ type: "authorized", attempt, clientSessionKey, conversationId, config }),
      (error) => dispatch({ type: "connectFailed", attempt, error: asLayercodeError(error, "connection") }),
    );
  }

  async #loadSession(): Promise<SessionPort> {
    const startedAt = performance.now();
    const { SessionRuntime } = await importSession();
    if (!this.#session) {
      this.#session = new SessionRuntime({ ...this.#client, audio: this.audio, startedAt });
      this.#client.dispatch({ type: "sessionLoaded" });
    }
    return this.#session;
  }
}

// More than half of a text-only client, and needed by no page before it talks.
function importSession(): Promise<typeof import("./session-runtime.js")> {
  return import("./session-runtime.js").catch(codeNotFetched("connection"));
}
