import { importAudio } from "../audio/browser-audio.js";
import { watchWith } from "../audio/devices.js";
import { EventTime } from "../audio/event-time.js";
import type { AudioInput, AudioInputDevice, AudioPorts, DetectionSettings, PlaybackPosition } from "../audio/ports.js";
import type { Authorization } from "../authorization/authorize.js";
import { type SpokenText, spokenText } from "../conversation/spoken-text.js";
import { rateOf } from "../conversation/transcript.js";
import { asLayercodeError, LayercodeError } from "../errors.js";
import { isAudible } from "../machine/channels/audible.js";
import { isListening } from "../machine/channels/listening.js";
import type { Model } from "../machine/model.js";
import type { Outgoing } from "../machine/outbox/outbox.js";
import { sessionHandlers } from "../machine/session.js";
import type { NamedTool } from "../options/tools.js";
import { findUnknownNames } from "../options/unknown-names.js";
import { readFrame, serialize } from "../protocol/codec.js";
import type { Transport, TransportClose } from "../transport/transport.js";
import { openWebSocket, sessionUrl, shownUrl } from "../transport/websocket.js";
import { begun, type Undo } from "../undo.js";
import { askBackend } from "./ask-backend.js";
import type { AudioRuntime } from "./audio-runtime.js";
import { checkData } from "./check-data.js";
import { count, createMeasurements, type Measurements, type MeasurementsOptions } from "./measurements.js";
import { MicrophonePath } from "./microphone-path.js";
import { watchPage } from "./page.js";
import type { AuthorizationRequest, SessionEffect, SessionPort } from "./session-port.js";
import { watchSleep } from "./sleep.js";
import { ToolRunner } from "./tool-runner.js";

// For a diagnosis, in the one file that holds them: one that it shared with this would be a file more for every session.
export { askEndpoint, shownEndpoint } from "../authorization/authorize.js";
export { askBackend, openWebSocket, sessionUrl, shownUrl };

/** What of a client the code needs that remembers its devices. */
type RememberingClient = Pick<SessionRuntimeOptions, "getOptions" | "getModel" | "dispatch" | "observe">;

/** Remembers the devices of a client whose options say so: as early as this code is there, and once. */
export function remember(client: RememberingClient): void {
  const { rememberDevices: option } = client.getOptions();
  if (!option) return;
  import("./remembered-devices.js").then(
    ({ rememberDevices }) => rememberDevices(client, option, importAudio),
    // Without it the devices are the system's.
    () => {},
  );
}

/** What a session at the edge is constructed with. */
export interface SessionRuntimeOptions extends MeasurementsOptions {
  /** The tools that came by `addTool()`. */
  readonly addedTools: ReadonlySet<NamedTool>;
}

/** How loud the agent is while it is ducked, 0..1: -12 dB, as the audio thread has it. */
const duckedGain = 0.25;

/** The clients of this page whose agents may be heard. */
const speaking = new Set<object>();

/** The edge of a session: backend, socket, sound and page. */
export class SessionRuntime implements SessionPort {
  readonly handlers = sessionHandlers;
  readonly #client: SessionRuntimeOptions;
  #transport: Transport | null = null;
  readonly measurements: Measurements;
  readonly #microphone: MicrophonePath;
  readonly #eventTime = new EventTime();
  #attempt = 0;
  #unwatchPage: Undo | null = null;
  #unwatchDevices: Undo | null = null;
  #unwatchOutputs: Undo | null = null;
  /** How fast the agent speaks, as it was known when the turn began to be heard. */
  #rate: { turnId: string; rate: number } | null = null;
  #unlockPage: Undo | null = null;
  readonly #tools: ToolRunner;

  constructor(client: SessionRuntimeOptions) {
    this.#client = client;
    this.#tools = new ToolRunner(client);
    this.measurements = createMeasurements(client);
    this.#microphone = new MicrophonePath(client, this.measurements, (content) =>
      this.#send({ message: { type: "client.audio", content } }),
    );
    // For as long as the client lives: the gate decides what of it leaves.
    client.audio.frames.add((frame) => {
      this.#eventTime.follow(frame);
      this.#microphone.take(frame, this.#transport, this.#attempt);
    });
    remember(client);
    for (const unknown of findUnknownNames(client.getOptions(), client.getListened())) client.dispatch(unknown);
  }

  authorize(request: AuthorizationRequest): Promise<Authorization> {
    return askBackend(this.#client.getOptions(), request);
  }

  timeOf({ timeStamp = performance.now() }: { timeStamp?: number }, now: number): number {
    return this.#eventTime.of(timeStamp, now);
  }

  spokenText(model: Model, heard: PlaybackPosition | null, before: SpokenText | null): SpokenText | null {
    return spokenText(model.conversation, isAudible(model.audioOutput), heard, before, (transcript, turnId) => {
      if (this.#rate?.turnId !== turnId) this.#rate = { turnId, rate: rateOf(transcript) };
      return this.#rate.rate;
    });
  }

  run(effect: SessionEffect, audio: Pick<AudioRuntime, "ports" | "use">): void {
    switch (effect.type) {
      case "openSocket":
        return this.#openSocket(effect.attempt, effect.clientSessionKey);
      case "send":
        return this.#send(effect);
      case "flush":
        return this.#flush(audio.ports?.audioInput, effect.press);
      case "discardHeldAudio":
        return this.#microphone.discard();
      case "watchPage":
        return this.#watchPage();
      case "lockPage":
        return this.#lockPage();
      case "runTool":
        return this.#tools.run(effect.call);
      case "abortTools":
        return this.#tools.abort(effect.reason);
      case "enqueue":
        return audio.use(({ audioOutput }) => audioOutput.enqueue(effect.pcm, effect));
      case "end":
        return audio.use(({ audioOutput }) => audioOutput.end(effect.turnId));
      case "interrupt":
        return audio.use(({ audioOutput }) => audioOutput.interrupt());
      case "holdAgent":
        return audio.use(({ audioOutput }) =>
          effect.held === "paused" ? audioOutput.pause?.() : audioOutput.duck?.(duckedGain),
        );
      case "releaseAgent":
        return audio.use(({ audioOutput }) => {
          audioOutput.resume?.();
          audioOutput.duck?.(1);
        });
      case "watchInputDevices":
        return this.#watchInputDevices(effect.on);
      case "watchOutputDevices":
        return this.#watchOutputDevices(effect.on);
      case "setDetection":
        return audio.use((ports) => this.#setDetection(effect.settings, ports));
    }
  }

  closeSocket(): void {
    this.#transport?.close();
    this.#transport = null;
  }

  close(): void {
    speaking.delete(this);
    this.closeSocket();
    this.#unwatchPage?.();
    this.#unwatchPage = null;
    this.#watchInputDevices(false);
    this.#watchOutputDevices(false);
    this.#unlockPage?.();
    this.#unlockPage = null;
  }

  #openSocket(attempt: number, clientSessionKey: string): void {
    const { getOptions, dispatch } = this.#client;
    const { url, WebSocket } = getOptions();
    const events = {
      onOpen: () => dispatch({ type: "socketOpened", attempt }),
      onMessage: (data: unknown) => {
        this.#microphone.uplink.heard();
        count(this.measurements.traffic.received, String(data));
        dispatch({ type: "socketMessage", attempt, ...checkData(readFrame(data), getOptions().data) });
      },
      onClose: (close: TransportClose) => {
        const dialled = { url: shownUrl(address), hasMockKey: clientSessionKey.startsWith("lc_sesskey_mock_") };
        dispatch({ type: "socketClosed", attempt, ...close, dialled });
      },
    };
    let address = "";
    try {
      address = sessionUrl(url, clientSessionKey);
      this.#transport = openWebSocket(address, events, WebSocket);
      this.#attempt = attempt;
      this.#microphone.uplink.begin(performance.now());
    } catch (error) {
      dispatch({ type: "connectFailed", attempt, error: asLayercodeError(error, "connection") });
    }
  }

  #send({ message, messageId }: Outgoing): void {
    // All that was said in a press belongs to it, also on a network that is behind.
    if (message.type === "trigger.turn.end") this.#microphone.write(this.#microphone.uplink.takeAll());
    // A socket that is closing takes nothing, and has not reported its close yet.
    const text = serialize(message);
    if (this.#transport?.send(text)) count(this.measurements.traffic.sent, text);
    else if (this.#transport) this.#client.dispatch({ type: "unsent", message, messageId });
  }

  /** Lets the microphone deliver all that was said in a press, the tail that it still holds included. */
  #flush(audioInput: AudioInput | undefined, press: number): void {
    const done = () => this.#client.dispatch({ type: "flushed", press });
    audioInput?.flush().then(done, done);
  }

  /** Ports of the app's own may not be able to listen for speech, or to pause; and those that can may have code to load. */
  #setDetection(asked: DetectionSettings | null, { audioInput, audioOutput }: AudioPorts): void {
    const listening = audioInput.setDetection?.(asked);
    if (!asked) return;
    const { pause, resume, duck } = audioOutput;
    const canHold = Boolean(pause && resume && duck);
    const answer = (isRunning: boolean) =>
      this.#client.dispatch({ type: "detectionAnswered", asked, isRunning, canHold });
    if (listening)
      listening.then(
        () => answer(true),
        () => answer(false),
      );
    else answer(audioInput.setDetection !== undefined);
  }

  #watchPage(): void {
    if (this.#unwatchPage) return;
    const { dispatch } = this.#client;
    const wiring = [
      watchPage((page) => dispatch({ type: "pageChanged", ...page })),
      watchSleep(() => dispatch({ type: "woken" })),
    ];
    this.#unwatchPage = () => {
      for (const undo of wiring) undo();
    };
  }

  #watchInputDevices(on: boolean | "permitted"): void {
    this.#unwatchDevices?.();
    const listed = (devices: readonly AudioInputDevice[]) =>
      this.#client.dispatch({ type: "inputDevicesListed", devices });
    const follow = () => watchWith(({ followInputDevices }) => followInputDevices(listed));
    // Until it is permitted, the list says nothing. Without this code, the app asks for the microphone anew.
    if (on === "permitted")
      this.#unwatchDevices = begun(
        import("./permission.js").then(
          ({ whenPermitted }) =>
            () =>
              whenPermitted(follow),
        ),
      );
    else this.#unwatchDevices = on ? follow() : null;
  }

  #watchOutputDevices(on: boolean): void {
    this.#unwatchOutputs?.();
    const listed = (devices: readonly AudioInputDevice[]) =>
      this.#client.dispatch({ type: "outputDevicesListed", devices });
    this.#unwatchOutputs = on ? watchWith(({ followOutputDevices }) => followOutputDevices(listed)) : null;
  }

  /** Keeps what is only kept while connected; its code comes when it is needed. */
  #lockPage(): void {
    const { getOptions, dispatch } = this.#client;
    const options = getOptions();
    if (this.#unlockPage || typeof document === "undefined") return;
    if (options.audioOutput && !options.exclusive && !speaking.has(this)) {
      if (speaking.size > 0) dispatch({ type: "speakingTogether" });
      speaking.add(this);
    }
    const onTakenOver = (text: string) =>
      dispatch({ type: "takenOver", by: "tab", error: new LayercodeError("aborted", text, { fatal: true }) });
    const client = { ...this.#client, isListening, begun, onTakenOver };
    // Without it the screen may go dark: no reason to end a conversation.
    this.#unlockPage = begun(
      import("./page-locks.js").then(
        ({ lockPage }) =>
          () =>
            lockPage(options, client),
      ),
    );
  }
}
