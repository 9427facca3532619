import type { Answer } from "../conversation/agent-state.js";
import { initialPlayback } from "../conversation/initial-playback.js";
import { resumedTranscript, type Transcript, trimmed } from "../conversation/messages.js";
import type { Playback } from "../conversation/playback.js";
import type { LayercodeError } from "../errors.js";
import type { ClientMessage } from "../protocol/client-messages.js";
import type { ReconnectOptions } from "../transport/reconnect.js";
import type { Effect } from "./effects.js";
import type { ClientEvents } from "./events.js";
import type { ConnectedRequest } from "./reducer.js";
import type { SessionCode } from "./session.js";
import type { ClientState } from "./state.js";

/** What the reducer needs to know of the options. */
export interface Settings {
  agentId: string;
  connectTimeout: number;
  deferAudioInit: boolean;
  maxMessages: number;
  reconnect: ReconnectOptions | false;
}

/** The two halves of the audio, by the name of their switch. The speaker first: it is opened first. */
export const channelNames = ["audioOutput", "audioInput"] as const;
export type ChannelName = (typeof channelNames)[number];

/** One half of the audio: which opening is the current one, and who waits for it. */
export interface Channel {
  /** Rises with every opening and closing, so that late outcomes are known by it. */
  readonly id: number;
  readonly status: "off" | "opening" | "open";
  /** Held back until the app switches it on. */
  readonly deferred: boolean;
  readonly calls: readonly number[];
}

/** Everything the reducer knows: the public snapshot, and what stands behind it. */
export interface Model {
  readonly settings: Settings;
  readonly state: ClientState;
  /** The agent of the session, whatever the options say meanwhile. */
  readonly agentId: string;
  /** Rises with every connection and its end. */
  readonly attempt: number;
  /** `waiting`: for the next attempt to come back. */
  readonly link: "none" | "waiting" | "authorizing" | "opening" | "open";
  readonly connectCalls: readonly number[];
  /** What only a session needs; `null` until it is loaded. */
  readonly session: SessionCode | null;
  /** What was asked while connecting, and waits for that code. */
  readonly early: readonly (ConnectedRequest & { call: number })[];
  /** Since when the connection is up, in ms, and how many before it, in a row, lived too short to count. */
  readonly connectedAt: number;
  readonly shortLived: number;
  /** Whether the device has a network, and whether the page is seen. */
  readonly page: { readonly online: boolean; readonly visible: boolean };
  /** The network went away and nothing has come since: the connection may be dead without knowing. */
  readonly inDoubt: boolean;
  /** When the last message came, in ms; and whether one is due, because the user's turn has ended. */
  readonly heardAt: number;
  readonly signDue: boolean;
  /** What is to be written as soon as the connection is up, behind `client.ready`. */
  readonly outbox: readonly Outgoing[];
  /** Typed messages that were written, and when, the newest last. */
  readonly written: readonly { readonly id: string; readonly at: number }[];
  readonly answer: Answer;
  readonly audioInput: Channel;
  readonly audioOutput: Channel;
  /** The current press: which one, since when on the audio clock (s), and whether its tail is being flushed. */
  readonly press: { readonly id: number; readonly at: number; readonly releasedAt: number | null } | null;
  readonly pressCount: number;
  readonly releaseCalls: readonly number[];
  /** Whether the browser blocks the audio of this connection. */
  readonly isBlocked: boolean;
  /** Whether the microphone says that it is silent; nothing is said while muted. */
  readonly isSilent: boolean;
  readonly playback: Playback;
  readonly transcript: Transcript;
  /** The conversation that the next `connect()` is to open, if the app chose one since the last. */
  readonly nextConversationId: string | null | undefined;
}

/** A message that waits for its connection; who waits for it, and the entry in the transcript that it is. */
export interface Outgoing {
  readonly message: ClientMessage;
  readonly call?: number;
  readonly messageId?: string | undefined;
}

/** What a client begins with. */
export type Start = Pick<ClientState, "conversationId" | "audioInput" | "audioOutput" | "volume" | "messages">;

/** The snapshot of a client that was told nothing. */
export const initialState: ClientState = {
  status: "disconnected",
  reconnecting: null,
  conversationId: null,
  config: null,
  turn: null,
  agentState: "idle",
  userSpeaking: false,
  agentSpeaking: false,
  isMuted: false,
  audioInput: true,
  audioOutput: true,
  pushToTalk: { enabled: false, pressed: false },
  preferredInputDeviceId: null,
  activeInputDeviceId: null,
  microphoneSilent: false,
  outputDeviceId: null,
  volume: 1,
  audioBlocked: false,
  messages: [],
  error: null,
};

export function initialModel(settings: Settings, start: Start): Model {
  const transcript = trimmed(resumedTranscript(start.messages), settings.maxMessages);
  const channel: Channel = { id: 0, status: "off", deferred: settings.deferAudioInit, calls: [] };
  return {
    settings,
    state: { ...initialState, ...start, messages: transcript.messages },
    agentId: settings.agentId,
    attempt: 0,
    link: "none",
    connectCalls: [],
    session: null,
    early: [],
    connectedAt: 0,
    shortLived: 0,
    page: { online: true, visible: true },
    inDoubt: false,
    heardAt: 0,
    signDue: false,
    outbox: [],
    written: [],
    answer: "none",
    audioInput: channel,
    audioOutput: channel,
    press: null,
    pressCount: 0,
    releaseCalls: [],
    isBlocked: false,
    isSilent: false,
    playback: initialPlayback,
    transcript,
    nextConversationId: undefined,
  };
}

/** One step of the reducer while it is being taken: mutable inside, pure from outside. */
export class Step {
  readonly effects: Effect[] = [];

  constructor(
    public model: Model,
    /** The time of the event: milliseconds since the epoch. */
    readonly now: number,
    /** A chance, 0 up to 1. */
    readonly random: number,
  ) {}

  get state(): ClientState {
    return this.model.state;
  }

  set(patch: Partial<Model>): void {
    this.model = { ...this.model, ...patch };
  }

  /** Changes the snapshot; its identity stays when nothing in it changes. */
  show(patch: Partial<ClientState>): void {
    const { state } = this;
    if ((Object.keys(patch) as (keyof ClientState)[]).some((key) => patch[key] !== state[key]))
      this.set({ state: { ...state, ...patch } });
  }

  write(transcript: Transcript): void {
    const kept = trimmed(transcript, this.model.settings.maxMessages);
    this.set({ transcript: kept });
    this.show({ messages: kept.messages });
  }

  run(effect: Effect): void {
    this.effects.push(effect);
  }

  /** Writes a message; one of a connection that is not up yet waits behind its `client.ready`. */
  send(message: ClientMessage): void {
    if (this.state.status === "connected") this.run({ type: "send", message });
    else if (this.model.link === "open") this.set({ outbox: [...this.model.outbox, { message }] });
  }

  emit<E extends keyof ClientEvents>(event: E, payload: Parameters<ClientEvents[E]>[0]): void {
    this.run({ type: "emit", event, payload } as Effect);
  }

  /** Tells those who wait for these calls how they ended. */
  settle(calls: readonly number[], error?: LayercodeError): void {
    this.run({ type: "settle", calls, error });
  }

  /** Reports a failure once: to those who wait for it, and to everybody. */
  fail(error: LayercodeError, calls: readonly number[] = []): void {
    this.settle(calls, error);
    this.emit("error", error);
  }
}
