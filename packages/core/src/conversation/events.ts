import type { LayercodeError } from "../errors.js";
import type { ClientReplayFinishedMessage, ClientVadEventsMessage } from "../protocol/client-messages.js";
import type { ServerMessage, ServerMessageOf } from "../protocol/server-messages.js";

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

/** What a conversation tells the app. */
export interface ConversationEvents {
  error: (error: LayercodeError) => void;
  message: (message: ObservedMessage) => void;
  data: (message: ObservedDataMessage) => void;
  /** Speech goes on after the network made it silent in mid-turn, for `silentMs` milliseconds. */
  "audio:underrun": (turn: { turnId: string; silentMs: number }) => void;
}
