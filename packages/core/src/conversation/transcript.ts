import { bareTurnId } from "./turn-id.js";

/** One entry of the transcript. */
export interface Message {
  /** Stable: a list key. */
  readonly id: string;
  /** `null` for a typed message that the server has not named yet. */
  readonly turnId: string | null;
  readonly role: "user" | "assistant";
  readonly text: string;
  /** `interim` while it may still change; `interrupted` when the user cut the agent short. */
  readonly status: "interim" | "final" | "interrupted";
  /** Present when it was not the user who cut the agent short, but a connection that was lost. */
  readonly cause?: "connection";
  /**
   * Of a typed message: `queued` until the connection is back; `failed` when it never came back; `unknown` when it was
   * written just before the connection was lost, and the server has not repeated it. Absent when nothing is amiss.
   */
  readonly delivery?: "queued" | "unknown" | "failed";
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

interface Span {
  readonly counter: number;
  readonly text: string;
  readonly frozen: boolean;
}

/** The messages, and what is needed to merge the next piece into them. */
export interface Transcript {
  readonly messages: readonly Message[];
  /** Spans of user turns that are not final, by message id. */
  readonly spans: Readonly<Record<string, readonly Span[]>>;
  /** Ids of messages whose text came in deltas. */
  readonly withDeltas: readonly string[];
  /** How many typed messages there were. */
  readonly typed: number;
}

export const emptyTranscript: Transcript = { messages: [], spans: {}, withDeltas: [], typed: 0 };

/** A transcript that goes on from an earlier one: what was under way there was cut short, or said. */
export function resumedTranscript(messages: readonly Message[]): Transcript {
  const settled = messages.map((message): Message => {
    if (message.status !== "interim") return message;
    return { ...message, status: message.role === "assistant" ? "interrupted" : "final" };
  });
  return { ...emptyTranscript, messages: settled };
}

/** A text event of a turn. */
interface Piece {
  turnId: string;
  content: string;
  now: number;
}

/** `user.transcript.interim_delta` and `user.transcript.delta`: replaces or freezes one span of the user's turn. */
export function userSpan(transcript: Transcript, piece: Piece, counter: number, frozen: boolean): Transcript {
  const message = find(transcript, "user", piece.turnId) ?? begin("user", piece);
  const spans = transcript.spans[message.id] ?? [];
  const late = !frozen && spans.some((span) => span.counter === counter && span.frozen);
  if (message.status !== "interim" || late) return transcript;
  const span = { counter, text: piece.content, frozen };
  const merged = [...spans.filter((other) => other.counter !== counter), span].sort((a, b) => a.counter - b.counter);
  const text = merged.map((one) => one.text).join("");
  return { ...put(transcript, { ...message, text }), spans: { ...transcript.spans, [message.id]: merged } };
}

/** `user.transcript`: the whole turn, final. It names the turn of a typed message that still has none. */
export function userFinal(transcript: Transcript, piece: Piece): Transcript {
  const isEcho = ({ role, turnId, text }: Message) =>
    role === "user" && turnId === null && text.trim() === piece.content.trim();
  const message = find(transcript, "user", piece.turnId) ?? transcript.messages.find(isEcho) ?? begin("user", piece);
  const { [message.id]: _merged, ...spans } = transcript.spans;
  const { turnId, content: text } = piece;
  // What the server repeats has arrived.
  const { delivery: _, ...arrived } = message;
  return { ...put(transcript, { ...arrived, turnId, text, status: "final" }), spans };
}

/** A typed message, shown before the server has said anything of it. */
export function userTyped(transcript: Transcript, text: string, now: number): Transcript {
  const typed = transcript.typed + 1;
  const message = {
    id: `typed:${typed}:${now}`,
    turnId: null,
    role: "user",
    text,
    status: "final",
    createdAt: now,
  } as const;
  return { ...put(transcript, message), typed };
}

/** `response.text.delta` appends. `response.text` is the whole text after deltas; without, one more piece of it. */
export function assistantText(transcript: Transcript, piece: Piece, isDelta: boolean): Transcript {
  const message = find(transcript, "assistant", piece.turnId) ?? begin("assistant", piece);
  const { id, status, text } = message;
  // What comes after an interruption was never heard.
  if (status === "interrupted") return transcript;
  const { withDeltas } = transcript;
  const known = withDeltas.includes(id);
  const merged = put(transcript, { ...message, text: (known && !isDelta ? "" : text) + piece.content });
  return isDelta && !known ? { ...merged, withDeltas: [...withDeltas, id] } : merged;
}

/** The agent's turn is complete; or it was cut short: also a complete text, while its speech was still being played. */
export function assistantEnded(
  transcript: Transcript,
  turnId: string,
  status: "final" | "interrupted",
  cause?: Message["cause"],
): Transcript {
  const message = find(transcript, "assistant", turnId);
  const changes = message && message.status !== status && message.status !== "interrupted";
  return changes ? put(transcript, { ...message, status, ...(cause && { cause }) }) : transcript;
}

/** Keeps the newest `limit` messages, and nothing of the others. */
export function trimmed(transcript: Transcript, limit: number): Transcript {
  if (transcript.messages.length <= limit) return transcript;
  const messages = transcript.messages.slice(-limit);
  const isKept = (id: string) => messages.some((message) => message.id === id);
  return {
    ...transcript,
    messages,
    spans: Object.fromEntries(Object.entries(transcript.spans).filter(([id]) => isKept(id))),
    withDeltas: transcript.withDeltas.filter(isKept),
  };
}

function find(transcript: Transcript, role: Message["role"], turnId: string): Message | undefined {
  const bare = bareTurnId(turnId);
  return transcript.messages.findLast(
    (message) => message.role === role && message.turnId !== null && bareTurnId(message.turnId) === bare,
  );
}

function begin(role: Message["role"], { turnId, now }: Piece): Message {
  return { id: `${role}:${bareTurnId(turnId)}`, turnId, role, text: "", status: "interim", createdAt: now };
}

function put(transcript: Transcript, message: Message): Transcript {
  const { messages } = transcript;
  const index = messages.findLastIndex(({ id }) => id === message.id);
  return { ...transcript, messages: index < 0 ? [...messages, message] : messages.with(index, message) };
}
