import { initialPlayback, type Playback } from "../conversation/playback.js";
import { resumedTranscript, type Transcript, trimmed } from "../conversation/transcript.js";
import type { LayercodeError } from "../errors.js";
import type { ClientMessage } from "../protocol/client-messages.js";
import type { Effect } from "./effects.js";
import type { ClientEvents } from "./events.js";
import type { ClientState } from "./state.js";

/** What the reducer needs to know of the options. */
export interface Settings {
  connectTimeout: number;
  deferAudioInit: boolean;
  maxMessages: number;
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
  /** Rises with every connection and its end. */
  readonly attempt: number;
  readonly link: "none" | "authorizing" | "opening" | "open";
  readonly connectCalls: readonly number[];
  readonly audioInput: Channel;
  readonly audioOutput: Channel;
  /** The current press: which one, since when on the audio clock (s), and whether its tail is being flushed. */
  readonly press: { readonly id: number; readonly at: number; readonly releasing: boolean } | null;
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

/** What a client begins with. */
export type Start = Pick<ClientState, "conversationId" | "audioInput" | "audioOutput" | "volume" | "messages">;

/** The snapshot of a client that was told nothing. */
export const initialState: ClientState = {
  status: "disconnected",
  conversationId: null,
  config: null,
  turn: null,
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
    attempt: 0,
    link: "none",
    connectCalls: [],
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

  send(message: ClientMessage): void {
    this.run({ type: "send", message });
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
