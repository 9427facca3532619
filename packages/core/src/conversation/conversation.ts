import type { ClientMessage } from "../protocol/client-messages.js";
import type { Transition } from "../transition.js";
import type { ConversationEvents } from "./events.js";
import { emptyTranscript, type Transcript } from "./messages.js";
import type { Playback } from "./playback.js";
import type { Replies } from "./reply.js";

/** Whose turn it is; `turnId` is `null` where the server named none. */
export interface Turn {
  readonly role: "user" | "assistant";
  readonly turnId: string | null;
}

/** Everything that is known of what was said, is being said and was heard. */
export interface Conversation {
  /** Whose turn it is, as the server said last. */
  readonly turn: Turn | null;
  /** Whether the server has opened a turn of the user, and nothing has closed it since. */
  readonly userTurnIsOpen: boolean;
  /** What stands out between the two: the agent owes an answer, or was interrupted and owes nothing yet. */
  readonly pending: "nothing" | "answer" | "interruption";
  readonly replies: Replies;
  readonly playback: Playback;
  readonly transcript: Transcript;
}

/** What the conversation has to know of its surroundings, at the time of an event. */
export interface ConversationContext {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Whether the microphone is on and not muted. */
  readonly isListening: boolean;
  /** Whether the user holds push-to-talk. */
  readonly isPressed: boolean;
  /** Whether the microphone hears the user speak. */
  readonly isSpeechHeard: boolean;
  /** Whether audio of the agent is played. */
  readonly isAudible: boolean;
  /** Whether the user's speech interrupts the agent, as the agent's configuration says. */
  readonly canInterrupt: boolean;
}

/** The timers of a conversation; each is named by the event that it becomes. */
export type ConversationTimer = "graceExpired" | "silentTurnExpired" | "resumeDue";

type Emission = {
  [K in keyof ConversationEvents]: { type: "emit"; event: K; payload: Parameters<ConversationEvents[K]>[0] };
}[keyof ConversationEvents];

/** What a conversation wants done. */
export type ConversationEffect =
  | { type: "enqueue"; turnId: string; deltaId: string | null; pcm: Uint8Array<ArrayBuffer> }
  | { type: "end"; turnId: string }
  | { type: "interrupt" }
  /** The player pauses, or gets quieter, while the user may be speaking. */
  | { type: "holdAgent"; held: "paused" | "ducked" }
  /** It goes on as before. */
  | { type: "releaseAgent" }
  | { type: "schedule"; timer: ConversationTimer; afterMs: number }
  | { type: "cancel"; timer: ConversationTimer }
  | Emission;

/** What a conversation tells its surroundings. */
export type ConversationSignal =
  | { signal: "send"; message: ClientMessage }
  /** The user has said it all: the server's reply is due. */
  | { signal: "userTurnEnded" }
  /** The server was told that a turn was heard: one that replies only after that has its time from now on. */
  | { signal: "replayFinished" }
  /** The agent was held, and the server has heard nothing that interrupts it: it goes on. */
  | { signal: "falseAlarm" };

export type ConversationTransition = Transition<Conversation, ConversationEffect | ConversationSignal>;

/** Nothing was said yet. */
export const emptyConversation: Conversation = {
  turn: null,
  userTurnIsOpen: false,
  pending: "nothing",
  replies: { current: null, ignoredTurnIds: [], ignoresUnnamed: false, serverSendsEnd: false },
  playback: {
    queuedTurnIds: [],
    isPlaying: false,
    awaitingHeardPosition: [],
    ranDryAt: null,
    isFull: false,
    held: null,
  },
  transcript: emptyTranscript,
};

/** A conversation that goes on with a transcript. */
export function conversationWith(transcript: Transcript): Conversation {
  return { ...emptyConversation, transcript };
}
