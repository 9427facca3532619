import { importAudio } from "../audio/browser-audio.js";
import { type AudioInputDevice, listAudioDevices } from "../audio/devices.js";
import type { AudioPorts, ListOptions } from "../audio/ports.js";
import { unlockAudioContext } from "../audio/unlock.js";
import type { DiagnoseOptions, Diagnosis } from "../diagnosis/report.js";
import { asLayercodeError, codeNotFetched, LayercodeError } from "../errors.js";
import type { ChannelName } from "../machine/channels/channel.js";
import { givenUp } from "../machine/connection/connect.js";
import type { StatusText } from "../machine/connection/connection.js";
import type { Request } from "../machine/events.js";
import { initialModel } from "../machine/model.js";
import type { CallbackName } from "../options/callbacks.js";
import type { ClientEvents } from "../options/client-events.js";
import type { LayercodeClientOptions } from "../options/layercode-client-options.js";
import { type ResolvedOptions, resolveOptions } from "../options/resolve.js";
import type { NamedTool, Tool } from "../options/tools.js";
import { validateOption } from "../options/validate.js";
import type { Recording, RecordingOptions } from "../recording/recording.js";
import { Call } from "../runtime/call.js";
import { Dispatcher } from "../runtime/dispatcher.js";
import { SessionLog } from "../runtime/session-log.js";
import { version } from "../runtime/version.js";
import type { ClientStats } from "../stats/client-stats.js";
import type { Undo } from "../undo.js";
import { dispatchers } from "./dispatchers.js";
import { Listeners } from "./listeners.js";
import { retired } from "./retired.js";
import { type ClientState, snapshotOf } from "./snapshot.js";
import { createStore, type Store } from "./store.js";
import { createWatches } from "./watches.js";

/** How `mute()` mutes. With both, the microphone is given back. */
export interface MuteOptions {
  /** Gives the microphone back to the system until `unmute()`. Default `false`. */
  release?: boolean | undefined;
  /** Tells by `talkingWhileMuted` whether the user talks all the same. Default `false`. */
  hint?: boolean | undefined;
  /** Means nothing: an event of the page has it, so that `mute` may be the handler of a button. */
  readonly timeStamp?: number;
}

/**
 * A conversation with a Layercode voice agent.
 *
 * It asks your backend for a session, opens the microphone and the connection, plays what the agent says, and keeps one
 * immutable snapshot of everything an interface draws. Calls may come in any order, at any time, twice: the last wins.
 */
// biome-ignore lint/suspicious/noExplicitAny: what data is without a schema; the inputs of the tools are for the constructor.
export class LayercodeClient<Content = any, Inputs = any, Sent = any> {
  readonly #listeners: Listeners;
  readonly #dispatcher: Dispatcher;
  readonly #store: Store<ClientState>;
  readonly #log = new SessionLog();
  readonly #tools = new Set<NamedTool>();
  #disposal: Promise<void> | null = null;
  readonly #watch: (withAmplitude: boolean) => void;
  #options: ResolvedOptions;

  /** Throws a `LayercodeError` with code `invalid-option` that names the option, its value and the remedy. */
  constructor(options: LayercodeClientOptions<Content, Inputs, Sent>) {
    const resolved = resolveOptions(options);
    this.#options = resolved;
    const getOptions = () => this.#options;
    this.#listeners = new Listeners(getOptions);
    this.#watch = createWatches(this, this.#listeners, (listed) =>
      this.#dispatcher.dispatch({ type: "devicesListed", listed }),
    );
    const model = initialModel(resolved);
    this.#store = createStore(snapshotOf(model));
    this.#dispatcher = new Dispatcher({
      model,
      getOptions,
      getListened: () => this.#listeners.listened,
      addedTools: this.#tools,
      publish: (next, emissions) => {
        const before = this.#store.get();
        const snapshot = snapshotOf(next, before);
        // State first: whoever listens finds what was announced.
        this.#store.set(snapshot);
        this.#listeners.emitChanges(before, snapshot);
        for (const { event, payload } of emissions) this.#listeners.emit(event, payload as never);
      },
    });
    dispatchers.set(this, this.#dispatcher);
    this.#dispatcher.observe((happening, time) => this.#log.write(happening, time, this.#options));
    this.subscribe(() => this.#updateWatches());
    const { audioInput, audioOutput, deferAudioInit, audio } = resolved;
    const inBrowser = typeof AudioContext !== "undefined";
    if (inBrowser && (audioInput || audioOutput) && !deferAudioInit && !audio) this.#dispatcher.runtime.prefetch();
  }

  /**
   * Takes the options anew, as a whole. Callbacks, `reconnect`, `maxMessages` and the log apply from now on; `audioInput`,
   * `audioOutput` and `volume` at once, where they differ from the options before; `agentId` and `conversationId` at the
   * next `connect()`: another one then opens that conversation, with an empty transcript; what else the backend and the
   * socket need (`metadata`, the endpoint, …) at the next connection, reconnects included; the options of the microphone
   * when it is opened after the next `connect()`. `deferAudioInit` and `initialMessages` count only at the beginning.
   * Throws `invalid-option`, and nothing has changed. After `dispose()` nothing changes any more.
   */
  // biome-ignore lint/suspicious/noExplicitAny: other tools have other inputs.
  setOptions(options: LayercodeClientOptions<Content, any>): void {
    const settings = resolveOptions(options);
    if (this.#disposal) return;
    const before = this.#options;
    this.#options = settings;
    this.#dispatcher.dispatch({ type: "settingsChanged", settings });
    const { agentId, conversationId, audioInput, audioOutput, volume } = settings;
    if (agentId !== before.agentId || conversationId !== before.conversationId)
      this.#dispatcher.dispatch({ type: "conversationChosen", conversationId });
    if (audioInput !== before.audioInput) void this.setAudioInput(audioInput);
    if (audioOutput !== before.audioOutput) void this.setAudioOutput(audioOutput);
    if (volume !== before.volume) this.setVolume(volume);
    this.#updateWatches();
  }

  /** The current snapshot; the same object until something in it changes. */
  getSnapshot = (): ClientState => this.#store.get();

  /** Calls `listener` after every change of the snapshot. Returns the undo. */
  subscribe = (listener: () => void): Undo => this.#store.subscribe(listener);

  /** Calls `listener` at every such event, after the snapshot has changed. Returns the undo. */
  on<E extends keyof ClientEvents>(event: E, listener: ClientEvents<Content>[E]): Undo {
    const off = this.#listeners.on(event, listener as ClientEvents[E]);
    this.#updateWatches();
    return () => {
      off();
      this.#updateWatches();
    };
  }

  /**
   * Adds a tool that the backend may call from now on; it comes before one of the same name in the options, or added
   * earlier. Returns the undo. A call that runs is not stopped by it.
   */
  addTool<Input, Output>(name: string, tool: Tool<Input, Output>): Undo {
    const named = { name, tool };
    this.#tools.add(named);
    return () => {
      this.#tools.delete(named);
    };
  }

  /**
   * Opens the conversation: asks your backend, opens the microphone and the connection; resumes `conversationId`.
   * Call it in a user's gesture. Resolves when connected; rejects with a `LayercodeError`, everything closed again.
   * `signal` gives it up until then; what another `connect()` still waits for goes on.
   */
  connect({ signal }: { signal?: AbortSignal | undefined } = {}): Promise<void> {
    if (signal?.aborted) return this.#refuse(givenUp());
    return this.#open({ type: "connect" }, signal);
  }

  /** Ends the conversation and gives everything back; the conversation id stays. Resolves when it is done. */
  disconnect(): Promise<void> {
    return this.#call({ type: "disconnect" });
  }

  /**
   * `disconnect()`, for good: every later call rejects with `aborted`, also one that a callback of this end makes. Once it
   * is resolved, no listener is called again.
   */
  dispose(): Promise<void> {
    if (this.#disposal) return this.#disposal;
    let settle = () => {};
    // Before the session ends: what its callbacks call is refused as well.
    this.#disposal = new Promise((resolve) => {
      settle = resolve;
    });
    void this.#dispatcher.call({ type: "disconnect" }).then(() => {
      this.#listeners.clear();
      this.#watch(false);
      this.#store.clear();
      settle();
    });
    return this.#disposal;
  }

  /**
   * Does early what `connect()` would wait for: fetches the code and, where the sound is on and a user's gesture led here,
   * makes the AudioContext. Rejects where the code cannot be had; `disconnect()` gives the AudioContext back.
   */
  prepare(): Promise<void> {
    return this.#open({ type: "prepare" });
  }

  /**
   * Push-to-talk pressed: from now on the microphone is heard. While connecting or reconnecting, the turn begins as soon
   * as the connection is there, if the press is still held, with what was said since, a minute at most. Else rejects with
   * `not-connected`. Pass the event of the page that pressed: it counts from its `timeStamp`, also where the page was busy
   * and took it late.
   */
  triggerUserTurnStarted(event?: { timeStamp?: number }): Promise<void> {
    // Without a microphone there is no audio clock: what it captures later was captured after the press.
    const at = this.#dispatcher.runtime.timeOf(event) ?? -Infinity;
    return this.#call({ type: "press", at });
  }

  /**
   * Push-to-talk released, by that event of the page. Resolves when all that was said is on the wire. Rejects with
   * `not-connected`.
   */
  triggerUserTurnFinished(event?: { timeStamp?: number }): Promise<void> {
    const at = this.#dispatcher.runtime.timeOf(event) ?? Infinity;
    return this.#call({ type: "release", at });
  }

  /** Sends a typed message; blank text is not sent. It interrupts the agent. Rejects with `not-connected`. */
  sendClientResponseText(text: string): Promise<void> {
    return text?.trim?.() === "" ? Promise.resolve() : this.#call({ type: "sendText", text });
  }

  /**
   * Sends data to your backend: whatever JSON can carry; with the option `clientData`, what that schema makes of it. Rejects
   * with `not-connected`, `invalid-option` or `invalid-data`.
   */
  sendClientResponseData(data: Sent): Promise<void> {
    return this.#call({ type: "sendData", data });
  }

  /**
   * Switches the microphone on or off; off gives it back to the system. While connected, resolves when it is open and
   * rejects when it is refused; the conversation goes on without it. Throws `invalid-option` for what is neither `true` nor
   * `false`: the text "off" would count as on.
   */
  setAudioInput(on: boolean): Promise<void> {
    return this.#switch("audioInput", on);
  }

  /**
   * Switches the agent's speech on or off. Switching on makes the AudioContext: call it in a user's gesture. Throws
   * `invalid-option` for what is neither `true` nor `false`.
   */
  setAudioOutput(on: boolean): Promise<void> {
    return this.#switch("audioOutput", on);
  }

  /** How loud the agent is, 0..1; survives disconnects. Throws `invalid-option`. */
  setVolume(volume: number): void {
    validateOption("volume", volume);
    void this.#call({ type: "setVolume", volume });
  }

  /**
   * Where the agent is heard, by a device's id; `null` follows the system. Survives disconnects. While the agent's sound
   * is on, resolves when it is heard there, and rejects with `output-unsupported` or `device-not-found`: it then goes on
   * where it was. Chrome cancels the echo of the system's choice only: on another loudspeaker the agent may hear itself.
   */
  setOutputDevice(deviceId: string | null): Promise<void> {
    return this.#call({ type: "setOutputDevice", deviceId: chosenDevice(deviceId) });
  }

  /**
   * Starts sound that the browser held back because nobody had clicked yet (`audioBlocked` in the snapshot): what the
   * agent said meanwhile is heard now. Call it in a user's gesture. Rejects with `audio-blocked` where it was none.
   */
  resumeAudio(): Promise<void> {
    return this.#call({ type: "resumeAudio" });
  }

  /**
   * Silences the microphone and keeps it open; survives disconnects. `release`: gives it back to the system, whose light
   * goes out; text, the agent's sound and the session go on. `hint`: listens on, on this device only, to tell the user who
   * talks (`talkingWhileMuted`). A mute never opens the microphone: after `release`, only `unmute()` does.
   */
  mute({ release, hint }: MuteOptions = {}): void {
    void this.#call({ type: "setMuted", muted: release ? "release" : hint ? "hint" : "plain" });
  }

  /**
   * Lets the microphone speak again. One that was given back is opened: resolves when it is; rejects where it is refused,
   * and with `aborted` where another call overtook this one. Then it stays muted.
   */
  unmute(): Promise<void> {
    return this.#call({ type: "setMuted", muted: null });
  }

  /**
   * Chooses the microphone, by a device's id; `null` follows the system. An open one goes on until the new one is there:
   * resolves then, and rejects where the new one is refused. A device that is not there any more is the system's choice.
   */
  setPreferredInputDevice(deviceId: string | null): Promise<void> {
    return this.#call({ type: "preferInputDevice", deviceId: chosenDevice(deviceId) });
  }

  /** `setPreferredInputDevice()`, by the name that Layercode's own client has too. */
  setInputDevice(deviceId: string | null): Promise<void> {
    return this.setPreferredInputDevice(deviceId);
  }

  /** `listAudioInputDevices()`: the microphones; with the `kind` "audiooutput", `listAudioOutputDevices()`. */
  listDevices(options?: ListOptions): Promise<AudioInputDevice[]> {
    return listAudioDevices(options);
  }

  /** The callback of that name, which may be set at any time. */
  get onDeviceSwitched(): (deviceId: string) => void {
    return this.#options.onDeviceSwitched ?? (() => {});
  }
  set onDeviceSwitched(callback: LayercodeClientOptions["onDeviceSwitched"] | undefined) {
    this.#setCallback({ onDeviceSwitched: callback });
  }

  /** The callback of that name, which may be set at any time. */
  get onDevicesChanged(): (devices: AudioInputDevice[]) => void {
    return this.#options.onDevicesChanged ?? (() => {});
  }
  set onDevicesChanged(callback: LayercodeClientOptions["onDevicesChanged"] | undefined) {
    this.#setCallback({ onDevicesChanged: callback });
  }

  /** The microphone's stream, while it is open. */
  getStream(): MediaStream | null {
    return this.#ports?.audioInput.stream ?? null;
  }

  /**
   * What happened since the client was made, the newest 500 events, as JSON text to send along with a question: with the
   * options, the versions, the times. Never a key, never audio; what was said only with `transcripts` (default false).
   */
  async exportSessionLog(which?: { transcripts?: boolean | undefined }): Promise<string> {
    const records = await this.#log.load();
    const { formatSessionLog } = await import("../runtime/session-log-format.js").catch(codeNotFetched("connection"));
    return formatSessionLog(version, records, this.#options, this.getSnapshot(), which);
  }

  /**
   * Looks at what a conversation needs, from the page's security to the socket, and says what to do where something is
   * amiss; `formatDiagnosis()` makes text of it. At any time; best in a click. Outside of a session it opens the microphone
   * for a second, which may ask the user, and gives everything back. Rejects only with `aborted`, or where its code cannot
   * be had.
   */
  async diagnose(options?: DiagnoseOptions): Promise<Diagnosis> {
    const firstPage = this.#firstPage();
    // Before the first await, for the gesture that may have led here.
    const context = firstPage.ports ? null : unlockAudioContext();
    const { diagnose } = await import("../diagnosis/diagnose.js").catch((cause) => {
      context?.close();
      return codeNotFetched("connection")(cause);
    });
    return diagnose(this.#dispatcher, this.#options, { ...firstPage, context }, options);
  }

  /**
   * Records the conversation into a stereo WAV file: the user left, the agent right as it is heard. Resolves when it
   * records; without sound, as before `connect()`, when it waits for the first. It lasts over reconnects; `disconnect()` and
   * `dispose()` end it, and it keeps what there is. Several are independent of each other. Rejects with `invalid-option`, also
   * for the option `audio`, `worklet-load`, or `aborted`. Tell the user.
   */
  async startRecording(options?: RecordingOptions): Promise<Recording> {
    const firstPage = this.#firstPage();
    const { startRecording } = await import("../recording/start-recording.js").catch(codeNotFetched("connection"));
    return startRecording(this.#dispatcher, this.#options, firstPage, options);
  }

  /**
   * How this client does, from voice-to-voice latency to bytes: at any time, as often as you like. Its code loads with the
   * first call. Rejects only where that cannot be had.
   */
  async getStats(): Promise<ClientStats> {
    const { readStats } = await import("../stats/statistics.js").catch(codeNotFetched("connection"));
    return readStats(this.#dispatcher.runtime.session?.measurements, this.#ports?.audioOutput, this.getSnapshot());
  }

  get status(): StatusText {
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
  /** Whether speech may be detected on the page: the option. */
  get enableVAD(): boolean {
    return this.getSnapshot().enableVAD;
  }
  /** The microphone's level now: RMS over 20 ms, 0..1; 0 while muted. */
  get userAudioAmplitude(): number {
    return this.isMuted ? 0 : (this.#ports?.audioInput.level() ?? 0);
  }
  /** The agent's level now: RMS over 20 ms, 0..1. */
  get agentAudioAmplitude(): number {
    return this.#ports?.audioOutput.level() ?? 0;
  }

  get #ports(): AudioPorts | null {
    return this.#dispatcher.runtime.audio.ports;
  }

  /** What is here, as of now, for code that loads later. Throws after `dispose()`. */
  #firstPage() {
    if (this.#disposal) throw disposed();
    return { LayercodeError, asLayercodeError, importAudio, ports: this.#ports, ends: this.#dispatcher.ends };
  }

  /** A call that opens something, which nobody would close once the component is gone that made this client. */
  #open(request: Request, signal?: AbortSignal): Promise<void> {
    const why = retired.get(this);
    return why ? this.#refuse(why) : this.#call(request, signal);
  }

  #switch(channel: ChannelName, on: boolean): Promise<void> {
    validateOption(channel, on);
    return this.#call({ type: "setChannel", channel, on });
  }

  #call(request: Request, signal?: AbortSignal): Promise<void> {
    if (this.#disposal) return this.#refuse(disposed());
    return this.#watched(this.#dispatcher.call(request, signal));
  }

  #refuse(error: LayercodeError): Promise<void> {
    return this.#watched(new Call((_, reject) => reject(error)));
  }

  /** A call that fails and that nobody waits for must not raise an unhandled rejection: `onError` has reported it. */
  #watched(call: Call): Promise<void> {
    call.watch(undefined, async (error) => {
      // Whoever awaits a promise asks for its outcome a moment after getting it.
      await null;
      if (!call.isHeard && !this.#listeners.has("error"))
        this.#log.write({ type: "unheard", error }, Date.now(), this.#options);
    });
    return call;
  }

  #setCallback(callback: { [Name in CallbackName]?: LayercodeClientOptions[Name] | undefined }): void {
    // As in all options, `undefined` is one that is not given.
    this.#options = { ...this.#options, ...callback } as ResolvedOptions;
    this.#updateWatches();
  }

  #updateWatches(): void {
    if (!this.#disposal) this.#watch(this.#options.enableAmplitudeMonitoring);
  }
}

function disposed(): LayercodeError {
  return new LayercodeError("aborted", "This client was disposed of. Make a new one.");
}

// Browsers list the system's choice under these ids.
function chosenDevice(deviceId: string | null): string | null {
  return deviceId === "" || deviceId === "default" ? null : deviceId;
}
