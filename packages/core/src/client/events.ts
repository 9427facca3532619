import type { AgentConfig } from "../authorization/schema.js";
import type { AgentState } from "../conversation/agent-state.js";
import type { Message } from "../conversation/messages.js";
import type { LayercodeError } from "../errors.js";
import type { ClientReplayFinishedMessage, ClientVadEventsMessage } from "../protocol/client-messages.js";
import type { ServerMessage, ServerMessageOf } from "../protocol/server-messages.js";
import type { ClientStatus, Reconnecting, Turn } from "./state.js";

/** Who was speaking when a message came. */
export interface SpeakingFlags {
  agentSpeaking: boolean;
  userSpeaking: boolean;
}

/**
 * A message of a type this version does not know, as it was received. `onMessage` gets it, too; its type is not among
 * those of `ObservedMessage`, which could not be told apart by `type` beside one that may be any text.
 */
export interface ForeignMessage {
  type: string;
  [field: string]: unknown;
}

/** What `onMessage` gets: every server message but audio, and the client's own `vad_events` and `replay_finished`. */
export type ObservedMessage = (
  | Exclude<ServerMessage, { type: "response.audio" }>
  | ClientVadEventsMessage
  | ClientReplayFinishedMessage
) &
  SpeakingFlags;

/** What `onDataMessage` gets. */
export type ObservedDataMessage = ServerMessageOf<"response.data"> & { agentSpeaking: boolean };

/** What `onConnect` gets. */
export interface ConnectInfo {
  conversationId: string | null;
  /** Absent when the server sent none. */
  config?: AgentConfig;
  /** Present when a connection that was lost is back. */
  reconnected?: true;
}

/** The events of `client.on()`. */
export interface ClientEvents {
  connect: (info: ConnectInfo) => void;
  disconnect: (nothing?: undefined) => void;
  error: (error: LayercodeError) => void;
  message: (message: ObservedMessage) => void;
  data: (message: ObservedDataMessage) => void;
  status: (status: ClientStatus) => void;
  /** A connection that was lost is being mended: each attempt, and `null` when that is over. */
  reconnecting: (reconnecting: Reconnecting | null) => void;
  agentState: (state: AgentState) => void;
  turn: (turn: Turn | null) => void;
  transcript: (messages: readonly Message[]) => void;
  userSpeaking: (speaking: boolean) => void;
  agentSpeaking: (speaking: boolean) => void;
  mute: (muted: boolean) => void;
  audioInput: (on: boolean) => void;
  audioOutput: (on: boolean) => void;
  /** 0..1, at most 30 times a second, only while somebody listens. */
  userAmplitude: (amplitude: number) => void;
  /** 0..1, at most 30 times a second, only while somebody listens. */
  agentAmplitude: (amplitude: number) => void;
  /** The microphone delivers nothing but exact zeros (`true`), as one that its own switch turned off; or sound again. */
  "audio:silent-microphone": (silent: boolean) => void;
  /** The network does not keep up with the microphone: over 1 s waits, and the oldest of it is dropped. Once each time. */
  "audio:uplink-congested": (nothing?: undefined) => void;
  /** Playback ran dry within a turn. */
  "audio:underrun": (turn: { turnId: string }) => void;
}
