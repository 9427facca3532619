import type { ServerMessage, ServerMessageOf } from "@layercode/core/protocol";
import type { ProtocolSettings } from "../protocol/settings.js";
import type { SentMessage } from "./messages.js";
import { words } from "./words.js";

// The conversation writes the documented form of the protocol; here it becomes the form that the settings ask for.

interface DialectState {
  /** User turns whose `turn.start` waits for their first transcript. */
  held: readonly string[];
  /** User turns whose `turn.start` was sent and whose transcript was not. */
  open: readonly string[];
  /** What was said so far in the turn that gets its text at its end. */
  text: { turnId: string; content: string } | null;
}

interface DialectStep {
  state: DialectState;
  messages: readonly SentMessage[];
}

type Interim = ServerMessageOf<"user.transcript.interim_delta">;
type Delta = ServerMessageOf<"user.transcript.delta">;
type Transcript = ServerMessageOf<"user.transcript">;

const initialDialect: DialectState = { held: [], open: [], text: null };

/** A dialect that remembers: what one connection is sent for each message of its conversation. */
export function createDialect(settings: ProtocolSettings): (message: ServerMessage) => readonly SentMessage[] {
  let state = initialDialect;
  return (message) => {
    const step = inDialect(settings, state, message);
    state = step.state;
    return step.messages;
  };
}

/** The turn id as a client sees it. */
export function turnIdOf(settings: ProtocolSettings, role: "user" | "assistant", turnId: string): string {
  return settings.turnIds === "prefixed" ? `${role}-${turnId}` : turnId;
}

/** What a client is sent for this message. */
function inDialect(settings: ProtocolSettings, state: DialectState, message: ServerMessage): DialectStep {
  const step = rewrite(settings, state, message);
  return { ...step, messages: step.messages.map((written) => withTurnId(settings, written)) };
}

interface Rewritten {
  state: DialectState;
  messages: readonly ServerMessage[];
}

function rewrite(settings: ProtocolSettings, state: DialectState, message: ServerMessage): Rewritten {
  switch (message.type) {
    case "turn.start":
      return message.role === "user" && message.turn_id !== undefined
        ? openUserTurn(settings, state, message.turn_id)
        : { state, messages: [message] };
    case "user.transcript.interim_delta":
      return afterHeld(state, message.turn_id, [interim(settings, message)]);
    case "user.transcript.delta":
      return afterHeld(state, message.turn_id, spans(settings, message));
    case "user.transcript":
      return closeUserTurn(settings, state, message);
    case "response.text":
      return text(settings, state, message);
    case "response.audio": {
      const { delta_id: _, ...withoutId } = message;
      return { state, messages: [settings.deltaIds ? message : withoutId] };
    }
    case "response.end":
      return end(settings, state, message);
    default:
      return { state, messages: [message] };
  }
}

function openUserTurn(settings: ProtocolSettings, state: DialectState, turnId: string): Rewritten {
  if (settings.userTurnStart === "first-transcript")
    return { state: { ...state, held: [...state.held, turnId] }, messages: [] };
  return { state: { ...state, open: [...state.open, turnId] }, messages: [userTurnStart(turnId)] };
}

/** Messages about a user's turn, its `turn.start` ahead of them if it was held back. */
function afterHeld(state: DialectState, turnId: string, messages: readonly ServerMessage[]): Rewritten {
  if (!state.held.includes(turnId)) return { state, messages };
  return {
    state: { ...state, held: without(state.held, turnId), open: [...state.open, turnId] },
    messages: [userTurnStart(turnId), ...messages],
  };
}

function closeUserTurn(settings: ProtocolSettings, state: DialectState, transcript: Transcript): Rewritten {
  const turnId = transcript.turn_id;
  const opened = afterHeld(state, turnId, []);
  const isOpen = opened.state.open.includes(turnId);
  // No `turn.start` was sent for this turn, so its transcript is that of typed text.
  const typed = !isOpen && settings.typedTurnStart;
  const ends = settings.turnEnd && (isOpen || typed);
  return {
    state: { ...opened.state, open: without(opened.state.open, turnId) },
    messages: [
      ...opened.messages,
      ...(typed ? [userTurnStart(turnId)] : []),
      transcript,
      ...(ends ? [{ type: "turn.end", role: "user", turn_id: turnId } as const] : []),
    ],
  };
}

function text(settings: ProtocolSettings, state: DialectState, message: ServerMessageOf<"response.text">): Rewritten {
  const { turn_id, content } = message;
  const deltas = settings.responseTextDeltas
    ? words(content).map((word) => ({ type: "response.text.delta", turn_id, content: word }) as const)
    : [];
  if (settings.responseText === "chunks") return { state, messages: [...deltas, message] };
  const before = state.text?.turnId === turn_id ? state.text.content : "";
  return { state: { ...state, text: { turnId: turn_id, content: before + content } }, messages: deltas };
}

function end(settings: ProtocolSettings, state: DialectState, message: ServerMessageOf<"response.end">): Rewritten {
  const { turn_id } = message;
  const full = state.text?.turnId === turn_id ? state.text.content : null;
  return {
    state: full === null ? state : { ...state, text: null },
    messages: [
      ...(full === null ? [] : [{ type: "response.text", turn_id, content: full } as const]),
      ...(settings.responseEnd ? [message] : []),
      ...(settings.turnEnd ? [{ type: "turn.end", role: "assistant", turn_id } as const] : []),
    ],
  };
}

function interim(settings: ProtocolSettings, message: Interim): Interim {
  return { ...message, delta_counter: message.delta_counter * settings.transcriptSpans };
}

/** The frozen words of a turn, span by span; a late interim comes behind the first one of the span that follows, or last. */
function spans(settings: ProtocolSettings, message: Delta): ServerMessage[] {
  const all = words(message.content);
  const count = Math.max(1, Math.min(settings.transcriptSpans, all.length));
  const first = message.delta_counter * settings.transcriptSpans;
  const messages: ServerMessage[] = [];
  let late: Interim[] = [];
  for (let i = 0; i < count; i++) {
    const share = all.slice(Math.floor((i * all.length) / count), Math.floor(((i + 1) * all.length) / count));
    const span = { turn_id: message.turn_id, delta_counter: first + i };
    const early: Interim = { type: "user.transcript.interim_delta", ...span, content: (share[0] ?? "").trim() };
    // The conversation has already sent an interim transcript of the first span: add one for the later spans only.
    if (i > 0) messages.push(early);
    messages.push(...late, { type: "user.transcript.delta", ...span, content: share.join("") });
    late = settings.lateInterims ? [early] : [];
  }
  return [...messages, ...late];
}

/** Ids and counters as the settings want them on the wire. */
function withTurnId(settings: ProtocolSettings, message: ServerMessage): SentMessage {
  const role = "role" in message ? message.role : message.type.startsWith("user.") ? "user" : "assistant";
  const { turn_id: turnId, ...rest } = message;
  const isLeftOut = turnId === undefined || (message.type === "turn.start" && !settings.turnStartTurnId);
  return { ...rest, ...(!isLeftOut && { turn_id: turnIdOf(settings, role, turnId) }), ...counterOf(settings, message) };
}

function counterOf(settings: ProtocolSettings, message: ServerMessage): { delta_counter?: number | string } {
  if (!("delta_counter" in message)) return {};
  const counter = settings.firstDeltaCounter + message.delta_counter * settings.deltaCounterStep;
  return { delta_counter: settings.deltaCounters === "string" ? String(counter) : counter };
}

function userTurnStart(turnId: string): ServerMessageOf<"turn.start"> {
  return { type: "turn.start", role: "user", turn_id: turnId };
}

function without(turnIds: readonly string[], turnId: string): string[] {
  return turnIds.filter((other) => other !== turnId);
}
