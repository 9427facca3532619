import { initialPlayback, type Playback } from "../conversation/playback.js";
import { emptyTranscript, type Transcript } from "../conversation/transcript.js";
import type { Effect } from "./effects.js";
import type { ClientState } from "./state.js";

/** What the reducer needs to know of the options. */
export interface Settings {
  connectTimeout: number;
  deferAudioInit: boolean;
  maxMessages: number;
}

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
  readonly microphone: Channel;
  readonly speaker: Channel;
  /** The current press: which one, since when on the audio clock (s), and whether its tail is being flushed. */
  readonly press: { readonly id: number; readonly at: number; readonly releasing: boolean } | null;
  readonly pressCount: number;
  readonly releaseCalls: readonly number[];
  readonly playback: Playback;
  readonly transcript: Transcript;
}

export function initialModel(
  settings: Settings,
  start: { conversationId: string | null; audioInput: boolean; audioOutput: boolean },
): Model {
  const channel: Channel = { id: 0, status: "off", deferred: settings.deferAudioInit, calls: [] };
  return {
    settings,
    state: {
      status: "disconnected",
      conversationId: start.conversationId,
      config: null,
      turn: null,
      userSpeaking: false,
      agentSpeaking: false,
      isMuted: false,
      audioInput: start.audioInput,
      audioOutput: start.audioOutput,
      pushToTalk: { enabled: false, pressed: false },
      messages: [],
      error: null,
    },
    attempt: 0,
    link: "none",
    connectCalls: [],
    microphone: channel,
    speaker: channel,
    press: null,
    pressCount: 0,
    releaseCalls: [],
    playback: initialPlayback,
    transcript: emptyTranscript,
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
    const changed = (Object.keys(patch) as (keyof ClientState)[]).some((key) => patch[key] !== this.state[key]);
    if (changed) this.set({ state: { ...this.state, ...patch } });
  }

  run(...effects: Effect[]): void {
    this.effects.push(...effects);
  }

  setTranscript(transcript: Transcript): void {
    this.set({ transcript });
    this.show({ messages: transcript.messages });
  }
}
