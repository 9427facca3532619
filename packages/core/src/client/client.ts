import { createNanoEvents } from "nanoevents";
import { LayercodeError, type LayercodeErrorCode } from "../errors.js";
import { watchAmplitude } from "./amplitude.js";
import type { Effect } from "./effects.js";
import type { ClientEvents } from "./events.js";
import { reportListenerError } from "./listener-error.js";
import { initialModel, type Model, type Settings } from "./model.js";
import {
  type LayercodeClientCallbacks,
  type LayercodeClientOptions,
  validateOptions,
  validateVolume,
} from "./options.js";
import { type ClientEvent, type Request, reduce } from "./reducer.js";
import { Runtime } from "./runtime.js";
import { SessionLog } from "./session-log.js";
import type { ClientState, ClientStatus } from "./state.js";
import { createStore, type Store, type Undo } from "./store.js";
import { version } from "./version.js";

/** Which events are also options. */
const callbacks = {
  connect: "onConnect",
  disconnect: "onDisconnect",
  error: "onError",
  message: "onMessage",
  data: "onDataMessage",
  status: "onStatusChange",
  userAmplitude: "onUserAmplitudeChange",
  agentAmplitude: "onAgentAmplitudeChange",
  userSpeaking: "onUserIsSpeakingChange",
  agentSpeaking: "onAgentSpeakingChange",
  mute: "onMuteStateChange",
  audioInput: "audioInputChanged",
  audioOutput: "audioOutputChanged",
} as const satisfies Partial<Record<keyof ClientEvents, keyof LayercodeClientCallbacks>>;

/** What of the snapshot is an event when it changes. */
const observed = {
  status: "status",
  reconnecting: "reconnecting",
  agentState: "agentState",
  turn: "turn",
  messages: "transcript",
  userSpeaking: "userSpeaking",
  agentSpeaking: "agentSpeaking",
  isMuted: "mute",
  audioInput: "audioInput",
  audioOutput: "audioOutput",
  microphoneSilent: "audio:silent-microphone",
} as const satisfies Partial<Record<keyof ClientState, keyof ClientEvents>>;

/**
 * A conversation with a Layercode voice agent.
 *
 * It asks your backend for a session, opens the microphone and the connection, plays what the agent says, and keeps one
 * immutable snapshot of everything an interface draws. Calls may come in any order, at any time, twice: the last wins.
 */
export class LayercodeClient {
  #model: Model;
  readonly #runtime: Runtime;
  readonly #store: Store<ClientState>;
  readonly #emitter = createNanoEvents<ClientEvents>();
  readonly #log = new SessionLog();
  readonly #calls = new Map<number, { resolve(): void; reject(error: LayercodeError): void }>();
  #callCount = 0;
  readonly #queue: ClientEvent[] = [];
  #draining = false;
  #disposal: Promise<void> | null = null;
  #stopAmplitude: Undo | undefined;
  #options: LayercodeClientOptions;

  /** Throws a `LayercodeError` with code `invalid-option` that names the option, its value and the remedy. */
  constructor(options: LayercodeClientOptions) {
    validateOptions(options);
    this.#options = options;
    const { audioInput = true, audioOutput = true, deferAudioInit = false, conversationId = null } = options;
    const { volume = 1 } = options;
    const start = { conversationId, audioInput, audioOutput, volume, messages: options.initialMessages ?? [] };
    this.#model = initialModel(settingsOf(options), start);
    this.#store = createStore(this.#model.state, reportListenerError);
    this.#runtime = new Runtime(
      () => this.#options,
      () => this.#model,
      (event) => this.#dispatch(event),
    );
    const inBrowser = typeof AudioContext !== "undefined";
    if (inBrowser && (audioInput || audioOutput) && !deferAudioInit && !options.audio) this.#runtime.prefetch();
  }

  /**
   * Takes the options anew, as a whole. Callbacks apply from now on; `audioInput`, `audioOutput` and `volume` at once,
   * where they differ from the options before; the others at the next `connect()`: another `agentId` or `conversationId` then opens
   * that conversation, with an empty transcript. `deferAudioInit` and `initialMessages` count only at the beginning.
   * Throws `invalid-option`, and nothing has changed.
   */
  setOptions(options: LayercodeClientOptions): void {
    validateOptions(options);
    const before = this.#options;
    this.#options = options;
    this.#dispatch({ type: "settingsChanged", settings: settingsOf(options) });
    const { agentId, conversationId = null, audioInput = true, audioOutput = true, volume = 1 } = options;
    if (agentId !== before.agentId || conversationId !== (before.conversationId ?? null))
      this.#dispatch({ type: "conversationChosen", conversationId });
    if (audioInput !== (before.audioInput ?? true)) void this.setAudioInput(audioInput);
    if (audioOutput !== (before.audioOutput ?? true)) void this.setAudioOutput(audioOutput);
    if (volume !== (before.volume ?? 1)) this.setVolume(volume);
    this.#updateAmplitudeWatch();
  }

  /** The current snapshot; the same object until something in it changes. */
  getSnapshot = (): ClientState => this.#store.get();

  /** Calls `listener` after every change of the snapshot. Returns the undo. */
  subscribe = (listener: () => void): Undo => this.#store.subscribe(listener);

  /** Calls `listener` at every such event, after the snapshot has changed. Returns the undo. */
  on<E extends keyof ClientEvents>(event: E, listener: ClientEvents[E]): Undo {
    const off = this.#emitter.on(event, guarded(listener));
    this.#updateAmplitudeWatch();
    return () => {
      off();
      this.#updateAmplitudeWatch();
    };
  }

  /**
   * Opens the conversation: asks your backend, opens the microphone and the connection; resumes `conversationId`.
   * Call it in a user's gesture. Resolves when connected; rejects with a `LayercodeError`, everything closed again.
   * `signal` aborts it at any time.
   */
  connect({ signal }: { signal?: AbortSignal } = {}): Promise<void> {
    if (signal?.aborted) return refused("aborted", "connect() was given a signal that had fired.");
    const connecting = this.#call({ type: "connect" });
    const abort = () => void this.disconnect();
    signal?.addEventListener("abort", abort);
    const settled = () => signal?.removeEventListener("abort", abort);
    connecting.then(settled, settled);
    return connecting;
  }

  /** Ends the conversation and gives everything back; the conversation id stays. Resolves when it is done. */
  disconnect(): Promise<void> {
    return this.#call({ type: "disconnect" });
  }

  /** `disconnect()`, for good: every later call rejects with `aborted`, and no listener is called again. */
  dispose(): Promise<void> {
    if (!this.#disposal) {
      const disconnected = this.disconnect();
      this.#disposal = disconnected.then(() => {
        this.#emitter.events = {};
      });
    }
    return this.#disposal;
  }

  /**
   * Does early what `connect()` would wait for: fetches the code and, where the sound is on and a user's gesture led here,
   * makes the AudioContext. Rejects where the code cannot be had; `disconnect()` gives the AudioContext back.
   */
  prepare(): Promise<void> {
    return this.#call({ type: "prepare" });
  }

  /** Push-to-talk pressed: from now on the microphone is heard. Rejects with `not-connected`. */
  triggerUserTurnStarted(): Promise<void> {
    // Before there is a clock, everything is later.
    const at = this.#runtime.ports?.audioInput.now() ?? Number.NEGATIVE_INFINITY;
    return this.#call({ type: "press", at });
  }

  /** Push-to-talk released. Resolves when all that was said is on the wire. Rejects with `not-connected`. */
  triggerUserTurnFinished(): Promise<void> {
    return this.#call({ type: "release" });
  }

  /** Sends a typed message; blank text is not sent. It interrupts the agent. Rejects with `not-connected`. */
  sendClientResponseText(text: string): Promise<void> {
    return text.trim() === "" ? Promise.resolve() : this.#call({ type: "sendText", text });
  }

  /** Sends data to your backend: an object that JSON can carry. Rejects with `not-connected` or `invalid-option`. */
  sendClientResponseData(data: object): Promise<void> {
    const isObject = typeof data === "object" && data !== null && !Array.isArray(data);
    if (isObject && isSerializable(data))
      return this.#call({ type: "sendData", data: data as Record<string, unknown> });
    const remedy = isObject ? "JSON cannot carry this one: no circles, no BigInt." : "Wrap other values: { value }.";
    return refused("invalid-option", `sendClientResponseData() takes a plain object. ${remedy}`);
  }

  /**
   * Switches the microphone on or off; off gives it back to the system. While connected, resolves when it is open and
   * rejects when it is refused; the conversation goes on without it.
   */
  setAudioInput(on: boolean): Promise<void> {
    return this.#call({ type: "setChannel", channel: "audioInput", on });
  }

  /** Switches the agent's speech on or off. Switching on makes the AudioContext: call it in a user's gesture. */
  setAudioOutput(on: boolean): Promise<void> {
    return this.#call({ type: "setChannel", channel: "audioOutput", on });
  }

  /** How loud the agent is, 0..1; survives disconnects. Throws `invalid-option`. */
  setVolume(volume: number): void {
    validateVolume(volume);
    void this.#call({ type: "setVolume", volume });
  }

  /**
   * Where the agent is heard, by a device's id; `null` follows the system. Survives disconnects. While the agent's sound
   * is on, resolves when it is heard there, and rejects with `output-unsupported` or `device-not-found`: it then goes on
   * where it was. Chrome cancels the echo of the system's choice only: on another loudspeaker the agent may hear itself.
   */
  setOutputDevice(deviceId: string | null): Promise<void> {
    return this.#call({ type: "setOutputDevice", deviceId: isSystemDefault(deviceId) ? null : deviceId });
  }

  /**
   * Starts sound that the browser held back because nobody had clicked yet (`audioBlocked` in the snapshot): what the
   * agent said meanwhile is heard now. Call it in a user's gesture. Rejects with `audio-blocked` where it was none.
   */
  resumeAudio(): Promise<void> {
    return this.#call({ type: "resumeAudio" });
  }

  /** Silences the microphone and keeps it open. Survives disconnects. */
  mute(): void {
    void this.#call({ type: "setMuted", muted: true });
  }

  /** Lets the microphone speak again. */
  unmute(): Promise<void> {
    return this.#call({ type: "setMuted", muted: false });
  }

  /**
   * Chooses the microphone, by a device's id; `null` follows the system. One that is open is opened anew: resolves when
   * it is. A device that is not there any more is the system's choice.
   */
  setPreferredInputDevice(deviceId: string | null): Promise<void> {
    return this.#call({ type: "preferInputDevice", deviceId: isSystemDefault(deviceId) ? null : deviceId });
  }

  /** The microphone's stream, while it is open. */
  getStream(): MediaStream | null {
    return this.#runtime.ports?.audioInput.stream ?? null;
  }

  /**
   * What happened since the client was made, the newest 500 events, as JSON text to send along with a question: with the
   * options, the versions, the times. Never a key, never audio; what was said only with `transcripts` (default false).
   */
  async exportSessionLog({ transcripts = false }: { transcripts?: boolean } = {}): Promise<string> {
    const { formatSessionLog } = await import("./session-log-format.js");
    const state = this.getSnapshot();
    return formatSessionLog({ sdkVersion: version, log: this.#log, options: this.#options, state, transcripts });
  }

  get status(): ClientStatus {
    return this.getSnapshot().status;
  }
  get conversationId(): string | null {
    return this.getSnapshot().conversationId;
  }
  get userSpeaking(): boolean {
    return this.getSnapshot().userSpeaking;
  }
  get agentSpeaking(): boolean {
    return this.getSnapshot().agentSpeaking;
  }
  get isMuted(): boolean {
    return this.getSnapshot().isMuted;
  }
  get audioInputEnabled(): boolean {
    return this.getSnapshot().audioInput;
  }
  /** The microphone's level now: RMS over 20 ms, 0..1. */
  get userAudioAmplitude(): number {
    return this.#runtime.ports?.audioInput.level() ?? 0;
  }
  /** The agent's level now: RMS over 20 ms, 0..1. */
  get agentAudioAmplitude(): number {
    return this.#runtime.ports?.audioOutput.level() ?? 0;
  }

  // Events are taken one after the other: what a listener or an effect dispatches waits for its turn.
  #dispatch(event: ClientEvent): void {
    this.#queue.push(event);
    if (this.#draining) return;
    this.#draining = true;
    try {
      for (let next = this.#queue.shift(); next; next = this.#queue.shift()) this.#take(next);
    } finally {
      this.#draining = false;
    }
  }

  #take(event: ClientEvent): void {
    const before = this.#model.state;
    const now = Date.now();
    const { model, effects } = reduce(this.#model, event, now, Math.random());
    this.#model = model;
    const { state } = model;
    const emissions: Extract<Effect, { type: "emit" }>[] = [];
    this.#log.write(event, now, this.#options);
    for (const effect of effects) {
      this.#log.write(effect, now, this.#options);
      if (effect.type === "emit") emissions.push(effect);
      else if (effect.type === "report") reportListenerError(effect.error);
      else if (effect.type === "settle") this.#settle(effect.calls, effect.error);
      else if (effect.type === "close") this.#runtime.close().then(() => this.#settle(effect.calls));
      else this.#runtime.run(effect);
    }
    this.#store.set(state);
    if (before.status !== state.status) {
      this.#log.write({ type: "status", status: state.status }, now, this.#options);
      this.#updateAmplitudeWatch();
    }
    for (const [key, name] of Object.entries(observed)) {
      const field = key as keyof typeof observed;
      if (before[field] !== state[field]) this.#emit(name, state[field] as never);
    }
    for (const { event: name, payload } of emissions) this.#emit(name, payload as never);
  }

  #emit<E extends keyof ClientEvents>(event: E, payload: Parameters<ClientEvents[E]>[0]): void {
    const callback = callbacks[event as keyof typeof callbacks];
    const listener = callback && this.#options[callback];
    if (listener) guarded(listener as ClientEvents[E])(payload as never);
    this.#emitter.emit(event, ...([payload] as Parameters<ClientEvents[E]>));
  }

  #call(request: Request): Promise<void> {
    if (this.#disposal) return refused("aborted", "This client was disposed of. Make a new one.");
    const call = ++this.#callCount;
    const promise = new Promise<void>((resolve, reject) => this.#calls.set(call, { resolve, reject }));
    this.#dispatch({ ...request, call });
    return handled(promise);
  }

  #settle(calls: readonly number[], error?: LayercodeError): void {
    for (const number of calls) {
      const call = this.#calls.get(number);
      this.#calls.delete(number);
      if (error) call?.reject(error);
      else call?.resolve();
    }
  }

  #updateAmplitudeWatch(): void {
    const { enableAmplitudeMonitoring = true, onUserAmplitudeChange, onAgentAmplitudeChange } = this.#options;
    const { userAmplitude, agentAmplitude } = this.#emitter.events;
    const listened = onUserAmplitudeChange || onAgentAmplitudeChange || userAmplitude?.length || agentAmplitude?.length;
    const wanted = enableAmplitudeMonitoring && this.status === "connected" && listened;
    if (!wanted) {
      this.#stopAmplitude?.();
      this.#stopAmplitude = undefined;
    } else
      this.#stopAmplitude ??= watchAmplitude(
        () => ({ user: this.userAudioAmplitude, agent: this.agentAudioAmplitude }),
        (amplitude) => this.#emit("userAmplitude", amplitude),
        (amplitude) => this.#emit("agentAmplitude", amplitude),
      );
  }
}

// As browsers call the system's choice.
function isSystemDefault(deviceId: string | null): boolean {
  return deviceId === "" || deviceId === "default";
}

function settingsOf(options: LayercodeClientOptions): Settings {
  const { agentId, connectTimeout = 15_000, deferAudioInit = false, maxMessages = 500, reconnect = {} } = options;
  return { agentId, connectTimeout, deferAudioInit, maxMessages, reconnect };
}

/** nanoevents stops at the first listener that throws. */
function guarded<L extends ClientEvents[keyof ClientEvents]>(listener: L): L {
  return ((payload: never) => {
    try {
      (listener as (payload: never) => void)(payload);
    } catch (error) {
      reportListenerError(error);
    }
  }) as L;
}

// Whoever awaits it is told; for whoever does not, onError has said it.
function handled(promise: Promise<void>): Promise<void> {
  promise.catch(() => {});
  return promise;
}

function isSerializable(data: object): boolean {
  try {
    return JSON.stringify(data) !== undefined;
  } catch {
    return false;
  }
}

function refused(code: LayercodeErrorCode, text: string): Promise<void> {
  return handled(Promise.reject(new LayercodeError(code, text)));
}
