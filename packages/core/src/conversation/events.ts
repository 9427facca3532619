import type { LayercodeError } from "../errors.js";
import type { ClientReplayFinishedMessage, ClientVadEventsMessage } from "../protocol/client-messages.js";
import type { ServerMessage, ServerMessageOf } from "../protocol/server-messages.js";
import type { SchemaIssue } from "../standard-schema.js";
import type { TurnSummary } from "./turn-summary.js";

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

type Observed = (
  | Exclude<ServerMessage, { type: "response.audio" | "response.data" }>
  | ClientVadEventsMessage
  | ClientReplayFinishedMessage
) &
  SpeakingFlags;

/**
 * What `onMessage` gets: every server message but audio and data, and the client's own `vad_events` and
 * `replay_finished`. `message.type === "response.text"` tells which fields are there and what they hold; before that,
 * and for a field that such a message has not, they are `any` (docs/decisions/0006).
 */
export type ObservedMessage = WithEveryField<Observed>;

// biome-ignore lint/suspicious/noExplicitAny: Layercode's users wrote against any, and read a message's content unchecked.
type WithEveryField<M> = M extends unknown ? M & { [F in Exclude<FieldsOf<Observed>, keyof M>]: any } : never;
type FieldsOf<M> = M extends unknown ? keyof M : never;

/** What `onDataMessage` gets. Nobody has checked its content: name your own type of it where you know better. */
// biome-ignore lint/suspicious/noExplicitAny: as in Layercode's own client.
export type ObservedDataMessage<Content = any> = Omit<ServerMessageOf<"response.data">, "content"> & {
  content: Content;
  agentSpeaking: boolean;
  /** Why the content does not fit the option `data`: then it is as it was received. Absent where it fits. */
  issues?: readonly SchemaIssue[];
};

/** What a conversation tells the app. */
// biome-ignore lint/suspicious/noExplicitAny: without a schema, as in Layercode's own client.
export interface ConversationEvents<Content = any> {
  error: (error: LayercodeError) => void;
  message: (message: ObservedMessage) => void;
  data: (message: ObservedDataMessage<Content>) => void;
  /** A turn of the agent is over, and this is how it went: once a turn. Its figures are made only while somebody listens. */
  "turn-summary": (summary: TurnSummary) => void;
  /** Speech goes on after the network made it silent in mid-turn, for `silentMs` milliseconds. */
  "audio:underrun": (turn: { turnId: string; silentMs: number }) => void;
  /** More audio came than the player holds, and what came of this turn was dropped. Once, until the queue was empty. */
  "audio:queue-full": (turn: { turnId: string }) => void;
}
