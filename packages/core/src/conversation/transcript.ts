import { bareTurnId, isSameTurn } from "../protocol/turn-id.js";
import { announcedTyped, placed } from "./announced.js";
import { type InterruptedBy, interrupted, type Message, type Span, type Transcript } from "./messages.js";
import { heardOf, noteSpeech, type Speech, speakingRate, speechOf } from "./speech.js";

/** A text event of a turn. */
export interface Piece {
  turnId: string;
  content: string;
  time: number;
}

/**
 * How many spans of a turn may still change. A server has few of them open at once; with more, the first ones are joined
 * and stay as they are, so that a long turn costs no more than a short one.
 */
const openSpanLimit = 64;

/** `user.transcript.interim_delta` and `user.transcript.delta`: replaces or freezes one span of the user's turn. */
export function userSpan(transcript: Transcript, piece: Piece, counter: number, frozen: boolean): Transcript {
  const message = find(transcript, "user", piece.turnId) ?? begin("user", piece);
  const spans = transcript.spans[message.id] ?? [];
  const [first] = spans;
  const isPast = first?.isJoined === true && counter <= first.counter;
  const late = isPast || (!frozen && spans.some((span) => span.counter === counter && span.frozen));
  if (message.status !== "interim" || late) return transcript;
  const span = { counter, text: piece.content, frozen };
  const merged = joined(
    [...spans.filter((other) => other.counter !== counter), span].sort((a, b) => a.counter - b.counter),
  );
  // Not join(): it would copy all that was said with every piece of it.
  const text = merged.reduce((before, one) => before + one.text, "");
  return { ...put(transcript, { ...message, text }), spans: { ...transcript.spans, [message.id]: merged } };
}

/** Spans in their order, the first ones as one where they are too many. */
function joined(spans: readonly Span[]): readonly Span[] {
  const [first, second, ...rest] = spans;
  if (spans.length <= openSpanLimit || !first || !second) return spans;
  return [{ counter: second.counter, text: first.text + second.text, frozen: true, isJoined: true }, ...rest];
}

/** `user.transcript`: the whole turn, final. It names the turn of a typed message that still has none. */
export function userFinal(transcript: Transcript, piece: Piece): Transcript {
  const { turnId, content: text } = piece;
  const isEcho = (one: Message) =>
    one.role === "user" && one.turnId === null && isWritten(one) && one.text.trim() === text.trim();
  const known = find(transcript, "user", turnId);
  const typed = known?.status === "final" ? undefined : transcript.messages.find(isEcho);
  const message = typed ?? known ?? begin("user", piece);
  // The user typed while speaking, and the server made one turn of both: one message stays.
  const messages = transcript.messages.filter((one) => one !== known || one === message);
  const { [(known ?? message).id]: _merged, ...spans } = transcript.spans;
  // The server repeats the message, so it has arrived: nothing is in doubt about its delivery.
  const { delivery: _, ...arrived } = message;
  const before = typed ? announcedTyped(transcript) : transcript;
  return { ...put({ ...before, messages }, { ...arrived, turnId, text, status: "final" }), spans };
}

/** A typed message, shown before the server has said anything of it. */
export function userTyped(transcript: Transcript, id: string, text: string, time: number): Transcript {
  const message = { id, turnId: null, role: "user", text, status: "final", createdAt: time } as const;
  return put(transcript, message);
}

/** `response.text.delta` appends. `response.text` is the whole text after deltas; without, one more piece of it. */
export function assistantText(transcript: Transcript, piece: Piece, isDelta: boolean): Transcript {
  const message = find(transcript, "assistant", piece.turnId) ?? begin("assistant", piece);
  const { id, status, text } = message;
  // Text that comes after an interruption belongs to speech that nobody heard.
  if (status === "interrupted") return transcript;
  const { withDeltas } = transcript;
  const known = withDeltas.includes(id);
  const merged = put(transcript, { ...message, text: (known && !isDelta ? "" : text) + piece.content });
  return isDelta && !known ? { ...merged, withDeltas: [...withDeltas, id] } : merged;
}

/**
 * The agent's turn is complete, or was interrupted. A text that is complete can still be interrupted, while its speech
 * plays.
 */
export function assistantEnded(transcript: Transcript, turnId: string, interruptedBy?: InterruptedBy): Transcript {
  const message = find(transcript, "assistant", turnId);
  if (!message || message.status === "interrupted") return transcript;
  if (interruptedBy) return put(transcript, interrupted(message, interruptedBy));
  return message.status === "final" ? transcript : put(transcript, { ...message, status: "final" });
}

/** `response.audio`: so many bytes more of the turn's speech. */
export function audioReceived(transcript: Transcript, turnId: string, bytes: number): Transcript {
  return note(transcript, turnId, (speech) => ({ bytes: speech.bytes + bytes }));
}

/** `response.end`: the turn's speech and text have come whole. */
export function audioComplete(transcript: Transcript, turnId: string): Transcript {
  return note(transcript, turnId, () => ({ complete: true }));
}

/** The player was interrupted in these turns: it has still to report how far they were heard. */
export function heardPositionsAwaited(transcript: Transcript, turnIds: readonly string[]): Transcript {
  return turnIds.reduce((before, turnId) => note(before, turnId, () => ({ awaitsHeardPosition: true })), transcript);
}

/** The player has reported where it stopped: of the other turns that it was interrupted in, nothing more was heard. */
export function heardPositionsSettled(transcript: Transcript): Transcript {
  const waiting = transcript.speeches.filter(({ awaitsHeardPosition }) => awaitsHeardPosition);
  return waiting.reduce((before, { turnId }) => heardUntil(before, turnId), transcript);
}

/**
 * The turn was heard up to `ms` milliseconds; without, as far as was reported before. The first report of an interrupted
 * turn fixes which part of its text was heard.
 */
export function heardUntil(transcript: Transcript, turnId: string, ms = 0): Transcript {
  const noted = note(transcript, turnId, ({ heardMs }) => ({
    heardMs: Math.max(heardMs, ms),
    awaitsHeardPosition: false,
  }));
  const message = find(noted, "assistant", turnId);
  if (message?.status !== "interrupted" || message.heardText !== undefined) return noted;
  return put(noted, { ...message, ...heardOf(message.text, speechOf(noted.speeches, turnId), rateOf(noted)) });
}

/** How fast the agent speaks, as a multiple of usual speech, by what was heard of it. */
export function rateOf(transcript: Transcript): number {
  return speakingRate(transcript.speeches, (turnId) => {
    const spoken = find(transcript, "assistant", turnId);
    return spoken && spoken.status !== "interrupted" ? spoken.text : "";
  });
}

/** Whether the server may have a typed message, and can repeat it: not one that waits, or never was sent. */
function isWritten({ delivery }: Message): boolean {
  return delivery !== "queued" && delivery !== "failed";
}

/** The message of a turn. */
export function find(transcript: Transcript, role: Message["role"], turnId: string): Message | undefined {
  return transcript.messages.findLast(
    (message) => message.role === role && message.turnId !== null && isSameTurn(message.turnId, turnId),
  );
}

function note(transcript: Transcript, ...[turnId, change]: [string, (speech: Speech) => Partial<Speech>]): Transcript {
  return { ...transcript, speeches: noteSpeech(transcript.speeches, turnId, change) };
}

function begin(role: Message["role"], { turnId, time }: Piece): Message {
  return { id: `${role}:${bareTurnId(turnId)}`, turnId, role, text: "", status: "interim", createdAt: time };
}

function put(transcript: Transcript, message: Message): Transcript {
  const { messages } = transcript;
  const index = messages.findLastIndex(({ id }) => id === message.id);
  return index < 0 ? placed(transcript, message) : { ...transcript, messages: messages.with(index, message) };
}
