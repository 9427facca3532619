import { LayercodeError } from "../../errors.js";
import { next } from "../../transition.js";
import { type Calls, settle, showError, showFailure } from "../calls.js";
import type { Settings } from "../settings.js";
import {
  type Connection,
  type ConnectionEffect,
  type ConnectionSignal,
  type ConnectionTransition,
  type Ending,
  idle,
  statusOf,
} from "./connection.js";

// How a session begins, and how it ends: all that is needed before the rest is loaded.

/** `connect()`: begins a session, or joins the call that has begun one. */
export function connect(
  connection: Connection,
  { call }: { call: number },
  { settings }: { settings: Settings },
): ConnectionTransition {
  const { phase, chosenConversationId: chosen, conversationId: last } = connection;
  if (phase.name === "connected") return next(connection, settle([call]));
  if (phase.name !== "idle") return next({ ...connection, phase: { ...phase, calls: [...phase.calls, call] } });
  const conversationId = chosen === undefined ? last : chosen;
  const { agentId, connectTimeout } = settings;
  const attempt = connection.attempt + 1;
  const isAnother: ConnectionSignal[] = conversationId === last ? [] : [{ signal: "conversationChanged" }];
  return next(
    {
      ...connection,
      attempt,
      conversationId,
      endReason: null,
      chosenConversationId: undefined,
      phase: {
        name: "authorizing",
        agentId,
        calls: [call],
        reconnecting: null,
        shortLived: 0,
        backOff: null,
        isInDoubt: false,
      },
    },
    ...isAnother,
    showError(null),
    // Audio first: an AudioContext must be made in the gesture that called connect().
    { signal: "openChannels" },
    { type: "schedule", timer: "connectTimedOut", afterMs: connectTimeout },
    { type: "authorize", attempt, agentId, conversationId },
  );
}

/** `connect()` did not get through. */
export function connectFailed(connection: Connection, { error }: { error: LayercodeError }): ConnectionTransition {
  return endSession(connection, { why: { by: "error", error } });
}

/** Authorization or socket took too long. */
function connectTimedOut(
  connection: Connection,
  _event: unknown,
  { settings: { connectTimeout } }: { settings: Settings },
): ConnectionTransition {
  const isAuthorizing = connection.phase.name === "authorizing";
  const what = isAuthorizing ? "the authorize endpoint did not answer" : "the WebSocket did not open";
  const text = `${what} within ${connectTimeout} ms. Check that it is reachable, or raise "connectTimeout".`;
  const error = new LayercodeError("connect-timeout", `connect() gave up: ${text}`, { fatal: true });
  return next(connection, { signal: "connectFailed", error });
}

/** `disconnect()`: ends whatever is under way; the conversation id stays. */
function disconnect(connection: Connection, { call }: { call: number }): ConnectionTransition {
  return endSession(connection, { why: { by: "user" } }, [call]);
}

/** The signal of a `connect()` has fired: with the last that still waited ends what it waited for. */
function connectAborted(connection: Connection, { call }: { call: number }): ConnectionTransition {
  const { phase } = connection;
  if (!phase.calls.includes(call)) return next(connection);
  const calls = phase.calls.filter((other) => other !== call);
  if (calls.length === 0) return endSession(connection, { why: { by: "user" } });
  return next({ ...connection, phase: { ...phase, calls } }, settle([call], givenUp()));
}

/** Ends a session: first the other slices give up what is under way, then everything is given back. */
export function endSession(connection: Connection, ending: Ending, calls: Calls = []): ConnectionTransition {
  return next(
    connection,
    { signal: "sessionEnding", by: /user|page/.test(ending.why.by) ? "user" : "connection" },
    { signal: "closeChannels" },
    { type: "close", calls },
    { signal: "sessionEnded", ...ending },
  );
}

/** Everything is given back: who waits, and everybody, is told how it ended. */
function sessionEnded(connection: Connection, { why, toWaiting }: Ending): ConnectionTransition {
  const { error } = why;
  const status = statusOf(connection);
  const wasUp = status === "connected" || status === "reconnecting";
  const disconnected: ConnectionEffect[] = wasUp ? [{ type: "emit", event: "disconnect", payload: why }] : [];
  return next(
    {
      ...connection,
      attempt: connection.attempt + 1,
      phase: idle(error !== undefined && !wasUp),
      endReason: connection.phase.name === "idle" ? connection.endReason : why,
    },
    settle(connection.phase.calls, toWaiting ?? error ?? givenUp()),
    ...(error ? showFailure(error) : []),
    ...disconnected,
  );
}

/** How a `connect()` ends that the app gave up. */
export function givenUp(): LayercodeError {
  return new LayercodeError("aborted", "connect() was aborted by disconnect() or its signal.");
}

export const connectHandlers = {
  connect,
  connectFailed,
  connectTimedOut,
  disconnect,
  connectAborted,
  sessionEnded,
  conversationChosen: (connection: Connection, { conversationId }: { conversationId: string | null }) =>
    next({ ...connection, chosenConversationId: conversationId }),
};
