import type { Speech } from "./speech.js";

/** What interrupted the agent: the user (by voice, a press, a typed message, `disconnect()`), or a connection that broke. */
export type InterruptedBy = "user" | "connection";

/** One entry of the transcript. */
export interface Message {
  /** Stable: a list key. */
  readonly id: string;
  /** `null` for a typed message that the server has not named yet. */
  readonly turnId: string | null;
  readonly role: "user" | "assistant";
  readonly text: string;
  /** `interim` while it may still change; `interrupted` when the agent was interrupted. */
  readonly status: "interim" | "final" | "interrupted";
  /** What interrupted it. */
  readonly interruptedBy?: InterruptedBy;
  /** The beginning of an interrupted `text` that was heard, in whole words; absent until the player has reported it. */
  readonly heardText?: string;
  /** Whether `heardText` is estimated from the time that was heard; `false` where nothing was heard, or all of it. */
  readonly heardTextIsEstimate?: boolean;
  /**
   * Of a typed message: `queued` until the connection is back; `failed` when it never came back; `unknown` when it was
   * written just before the connection was lost, and the server has not repeated it. Absent where none of these is so.
   */
  readonly delivery?: "queued" | "unknown" | "failed";
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** A stretch of what the user says. */
export interface Span {
  readonly counter: number;
  readonly text: string;
  readonly frozen: boolean;
  /** Whether it is several, of which this has the last counter: none of them changes any more. */
  readonly isJoined?: true;
}

/** A turn that `turn.start` has announced. */
export interface Announced {
  readonly role: Message["role"];
  /** Without a prefix; `null` where the server gave none: then the next turn of this role that has no message is it. */
  readonly turnId: string | null;
  /** The message that was the last one then. */
  readonly after: string | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** The messages, and what is needed to merge the next piece into them. */
export interface Transcript {
  readonly messages: readonly Message[];
  /** Spans of user turns that are not final, by message id. */
  readonly spans: Readonly<Record<string, readonly Span[]>>;
  /** Turns that were announced: their messages have a place. */
  readonly announced: readonly Announced[];
  /** Ids of messages whose text came in deltas. */
  readonly withDeltas: readonly string[];
  /** How much of the newest turns was spoken and heard. */
  readonly speeches: readonly Speech[];
}

export const emptyTranscript: Transcript = {
  messages: [],
  spans: {},
  announced: [],
  withDeltas: [],
  speeches: [],
};

/** Changes the transcript of a conversation. */
export function withTranscript<C extends { readonly transcript: Transcript }, A extends unknown[]>(
  conversation: C,
  change: (transcript: Transcript, ...args: A) => Transcript,
  ...args: A
): C {
  const transcript = change(conversation.transcript, ...args);
  return transcript === conversation.transcript ? conversation : { ...conversation, transcript };
}

/** A transcript that goes on from an earlier one: what was interim there has ended with that session. */
export function resumedTranscript(messages: readonly Message[]): Transcript {
  // Copied: they are the app's own, which may go on with them.
  return settled({ ...emptyTranscript, messages: messages.map((message) => ({ ...message })) }, "connection");
}

/** Ends what is interim, since nothing more of it will come: the agent was interrupted, the user said no more. */
export function settled(transcript: Transcript, by: InterruptedBy): Transcript {
  if (transcript.messages.every(({ status }) => status !== "interim")) return transcript;
  const messages = transcript.messages.map((message): Message => {
    if (message.status !== "interim") return message;
    return message.role === "assistant" ? interrupted(message, by) : { ...message, status: "final" };
  });
  return { ...transcript, messages, spans: {} };
}

/** Keeps the newest `limit` messages, and nothing of the others. */
export function trimmed(transcript: Transcript, limit: number): Transcript {
  if (transcript.messages.length <= limit) return transcript;
  const messages = transcript.messages.slice(-limit);
  const ids = new Set(messages.map(({ id }) => id));
  const isKept = (id: string) => ids.has(id);
  return {
    ...transcript,
    messages,
    spans: Object.fromEntries(Object.entries(transcript.spans).filter(([id]) => isKept(id))),
    withDeltas: transcript.withDeltas.filter(isKept),
  };
}

/** A message of the agent that was interrupted. */
export function interrupted(message: Message, interruptedBy: InterruptedBy): Message {
  return { ...message, status: "interrupted", interruptedBy };
}
