import type { LayercodeError } from "../../errors.js";
import type { Frame } from "../../protocol/codec.js";
import {
  type ToolCall,
  type ToolOutcome,
  type ToolResultData,
  toolCallOf,
  toolResult,
} from "../../protocol/tool-calls.js";
import { chain, next, type Transition } from "../../transition.js";
import type { ErrorEffect } from "../calls.js";

/** The calls of the agent's backend to tools of the page, by their ids. */
export interface ToolCalls {
  /** The tool is at work; each has one result, or ends with the session. */
  readonly running: readonly string[];
  /** Calls of this conversation, the newest last: none is run twice. */
  readonly known: readonly string[];
}

export type ToolCallEffect =
  | { type: "runTool"; call: ToolCall }
  /** Aborts all tools that are at work; what they still say is ignored. */
  | { type: "abortTools"; reason: string };

export type ToolCallSignal = {
  signal: "toolAnswered";
  message: { type: "client.response.data"; data: ToolResultData };
};

type ToolCallTransition = Transition<ToolCalls, ToolCallEffect | ToolCallSignal | ErrorEffect>;

/** How many ids of calls are remembered. */
const knownLimit = 1000;

/** A call begins, unless it came before; the user's speech interrupts those that run. */
function received(
  calls: ToolCalls,
  { frame }: Frame,
  { canInterrupt }: { readonly canInterrupt: boolean },
): ToolCallTransition {
  const message = frame.ok ? frame.message : null;
  if (message?.type === "turn.start" && message.role === "user" && canInterrupt) return interrupted(calls);
  const call = message?.type === "response.data" ? toolCallOf(message.content) : null;
  if (!call || calls.known.includes(call.id)) return next(calls);
  const { running, known } = calls;
  return next(
    { running: [...running, call.id], known: [...known, call.id].slice(-knownLimit) },
    { type: "runTool", call },
  );
}

/** A tool is done, or has failed. */
function settled(
  calls: ToolCalls,
  { callId: id, outcome, error }: { callId: string; outcome: ToolOutcome; error?: LayercodeError },
): ToolCallTransition {
  const { running } = calls;
  if (!running.includes(id)) return next(calls);
  const left: ToolCalls = { ...calls, running: running.filter((one) => one !== id) };
  return next(left, answer(id, outcome), ...(error ? [{ type: "emit", event: "error", payload: error } as const] : []));
}

/** The user interrupts the agent: nobody waits for the tools of its turn, and the backend is told so. */
function interrupted(calls: ToolCalls): ToolCallTransition {
  const message = "The user interrupted the agent before the tool was done.";
  const answers = calls.running.map((id) => answer(id, { error: { code: "interrupted", message } }));
  return chain(
    calls,
    (before) => abortAll(before, message),
    (before) => next(before, ...answers),
  );
}

/** The session ends: there is no connection to answer by. */
function sessionEnding(calls: ToolCalls): ToolCallTransition {
  return abortAll(calls, "The session ended before the tool was done.");
}

function abortAll(calls: ToolCalls, reason: string): ToolCallTransition {
  if (calls.running.length === 0) return next(calls);
  return next({ ...calls, running: [] }, { type: "abortTools", reason });
}

function answer(id: string, outcome: ToolOutcome): ToolCallSignal {
  return { signal: "toolAnswered", message: { type: "client.response.data", data: toolResult(id, outcome) } };
}

export const toolCallHandlers = {
  socketMessage: received,
  toolSettled: settled,
  // A press and a typed message always interrupt.
  userTurnStarted: interrupted,
  textWritten: interrupted,
  sessionEnding,
  conversationChanged: (calls: ToolCalls) => next({ ...calls, known: [] }),
};
