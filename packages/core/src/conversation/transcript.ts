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
  /** Message ids of assistant turns whose text came in deltas. */
  readonly withDeltas: readonly string[];
  /** How many typed messages there were. */
  readonly typed: number;
}

export const emptyTranscript: Transcript = { messages: [], spans: {}, withDeltas: [], typed: 0 };

/** A text event of a turn. */
interface Piece {
  turnId: string;
  content: string;
  now: number;
}

/** `user.transcript.interim_delta` and `user.transcript.delta`: replaces or freezes one span of the user's turn. */
export function userSpan(transcript: Transcript, piece: Piece & { counter: number; frozen: boolean }): Transcript {
  const id = messageId("user", piece.turnId);
  const message = find(transcript, id);
  if (message && message.status !== "interim") return transcript;
  const spans = transcript.spans[id] ?? [];
  const known = spans.find((span) => span.counter === piece.counter);
  if (known?.frozen && !piece.frozen) return transcript;
  const span = { counter: piece.counter, text: piece.content, frozen: piece.frozen };
  const merged = [...spans.filter((other) => other.counter !== piece.counter), span].sort((a, b) => a.counter - b.counter);
  const text = merged.map((one) => one.text).join("");
  return {
    ...put(transcript, id, "user", piece, { text, status: "interim" }),
    spans: { ...transcript.spans, [id]: merged },
  };
}

/** `user.transcript`: the whole turn, final. It names the turn of a typed message that still has none. */
export function userFinal(transcript: Transcript, piece: Piece): Transcript {
  const id = messageId("user", piece.turnId);
  const { [id]: _merged, ...spans } = transcript.spans;
  const typed = find(transcript, id)
    ? undefined
    : transcript.messages.find(
        (message) => message.role === "user" && message.turnId === null && message.text.trim() === piece.content.trim(),
      );
  if (typed) return replace({ ...transcript, spans }, typed.id, { turnId: piece.turnId });
  return put({ ...transcript, spans }, id, "user", piece, { text: piece.content, status: "final" });
}

/** A typed message, shown before the server has said anything of it. */
export function userTyped(transcript: Transcript, text: string, now: number): Transcript {
  const typed = transcript.typed + 1;
  const message: Message = {
    id: `typed:${typed}:${now}`,
    turnId: null,
    role: "user",
    text,
    status: "final",
    createdAt: now,
  };
  return { ...transcript, typed, messages: [...transcript.messages, message] };
}

/** `response.text.delta`: appends. */
export function assistantDelta(transcript: Transcript, piece: Piece): Transcript {
  const id = messageId("assistant", piece.turnId);
  const known = find(transcript, id);
  if (known?.status === "interrupted") return transcript;
  const text = (known?.text ?? "") + piece.content;
  const withDeltas = transcript.withDeltas.includes(id) ? transcript.withDeltas : [...transcript.withDeltas, id];
  return put({ ...transcript, withDeltas }, id, "assistant", piece, { text });
}

/** `response.text`: after deltas it is the whole text; without, one more piece of it. */
export function assistantText(transcript: Transcript, piece: Piece): Transcript {
  const id = messageId("assistant", piece.turnId);
  const known = find(transcript, id);
  if (known?.status === "interrupted") return transcript;
  const before = transcript.withDeltas.includes(id) ? "" : (known?.text ?? "");
  return put(transcript, id, "assistant", piece, { text: before + piece.content });
}

/** The agent's turn is complete. */
export function assistantEnded(transcript: Transcript, turnId: string): Transcript {
  return settle(transcript, turnId, "final", ["interim"]);
}

/** The agent was cut short; also a complete text counts, when its speech was still being played. */
export function assistantInterrupted(transcript: Transcript, turnId: string): Transcript {
  return settle(transcript, turnId, "interrupted", ["interim", "final"]);
}

/** Keeps the newest `limit` messages, and nothing of the others. */
export function trimmed(transcript: Transcript, limit: number): Transcript {
  if (transcript.messages.length <= limit) return transcript;
  const messages = transcript.messages.slice(-limit);
  const kept = new Set(messages.map((message) => message.id));
  return {
    ...transcript,
    messages,
    spans: Object.fromEntries(Object.entries(transcript.spans).filter(([id]) => kept.has(id))),
    withDeltas: transcript.withDeltas.filter((id) => kept.has(id)),
  };
}

function messageId(role: Message["role"], turnId: string): string {
  return `${role}:${bareTurnId(turnId)}`;
}

function find(transcript: Transcript, id: string): Message | undefined {
  const byTurn = transcript.messages.findLast((message) => message.id === id);
  if (byTurn || !id.startsWith("user:")) return byTurn;
  return transcript.messages.findLast(
    (message) => message.role === "user" && message.turnId !== null && messageId("user", message.turnId) === id,
  );
}

function settle(
  transcript: Transcript,
  turnId: string,
  status: Message["status"],
  from: readonly Message["status"][],
): Transcript {
  const message = find(transcript, messageId("assistant", turnId));
  return message && from.includes(message.status) ? replace(transcript, message.id, { status }) : transcript;
}

function put(
  transcript: Transcript,
  id: string,
  role: Message["role"],
  piece: Piece,
  change: { text: string; status?: Message["status"] },
): Transcript {
  const known = find(transcript, id);
  if (known) return replace(transcript, known.id, change);
  const message: Message = { id, turnId: piece.turnId, role, status: "interim", createdAt: piece.now, ...change };
  return { ...transcript, messages: [...transcript.messages, message] };
}

function replace(transcript: Transcript, id: string, change: Partial<Message>): Transcript {
  const index = transcript.messages.findLastIndex((message) => message.id === id);
  const before = transcript.messages[index];
  if (!before) return transcript;
  const same = (Object.keys(change) as (keyof Message)[]).every((key) => before[key] === change[key]);
  if (same) return transcript;
  return { ...transcript, messages: transcript.messages.with(index, { ...before, ...change }) };
}
