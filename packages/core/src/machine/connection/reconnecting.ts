import { LayercodeError } from "../../errors.js";
import { next } from "../../transition.js";
import type { TransportClose } from "../../transport/transport.js";
import type { Settings } from "../settings.js";
import { connect, connectFailed, endSession } from "./connect.js";
import { cannotOpen } from "./connected.js";
import {
  type Connection,
  type ConnectionEffect,
  type ConnectionTransition,
  type EndReason,
  type PageState,
  type Phase,
  statusOf,
} from "./connection.js";
import {
  type ConnectionLoss,
  defaultReconnectPolicy,
  delayBefore,
  isFarewell,
  isWorthAnAttempt,
  type ReconnectEvent,
  type ReconnectPolicy,
  reconnectPolicyOf,
  shortLifeMs,
} from "./reconnect-policy.js";

/** What the loss of a connection is judged by. */
interface LossContext {
  readonly settings: Settings;
  readonly now: number;
  readonly random: number;
}

/** What a connection that nobody closed is said to have ended with. */
const unclosed: TransportClose = { code: 1006, reason: "", wasClean: false };
const stalled: ConnectionLoss = { ...unclosed, cause: "stalled" };
/** What was written this long before an unclean close may not have arrived, in ms. */
const doubtMs = 2000;

/** The socket closed, and the app did not close it. */
export function socketClosed(
  connection: Connection,
  { code, reason, wasClean }: TransportClose,
  context: LossContext,
): ConnectionTransition {
  const close = { code, reason, wasClean };
  if (statusOf(connection) === "connecting") {
    const why = { by: "error", ...saidOnClosing(close), error: cannotOpen(close) } as const;
    return endSession(connection, { why });
  }
  return connectionLost(connection, { ...close, cause: isOpen(connection) ? "closed" : "unreachable" }, context);
}

/** An attempt that did not even reach a connection; of a first one, its end. */
export function attemptFailed(
  connection: Connection,
  { error }: { error: LayercodeError },
  context: LossContext,
): ConnectionTransition {
  if (statusOf(connection) !== "reconnecting") return connectFailed(connection, { error });
  return connectionLost(connection, { ...unclosed, reason: error.message, cause: "unreachable" }, context, error);
}

/** Nothing came though a reply was due; unless the agent is still heard, for a server may wait for the end of that. */
export function replyOverdue(
  connection: Connection,
  _event: unknown,
  context: LossContext & { readonly isAgentQueued: boolean },
): ConnectionTransition {
  return context.isAgentQueued ? next(connection) : connectionLost(connection, stalled, context);
}

/** The network takes nothing more of what the user says. */
export function uplinkStalled(connection: Connection, _event: unknown, context: LossContext): ConnectionTransition {
  return connection.phase.name === "connected" ? connectionLost(connection, stalled, context) : next(connection);
}

/**
 * The page is seen or hidden, the network came or went. A page that is back counts an open connection as stalled where
 * the network has gone under it, and tries again now where an attempt was waiting.
 */
export function pageChanged(
  connection: Connection,
  { online, visible }: PageState,
  context: LossContext,
): ConnectionTransition {
  const { page: before, phase } = connection;
  const seen: Connection = {
    ...connection,
    page: { online, visible },
    phase: phase.name === "idle" || online ? phase : { ...phase, isInDoubt: true },
  };
  const isBack = online && (!before.online || (visible && !before.visible));
  if (!isBack || phase.name === "idle" || statusOf(connection) === "connecting") return next(seen);
  if (phase.name !== "waiting" && !phase.isInDoubt) return next(seen);
  return isOpen(seen) ? connectionLost(seen, stalled, context) : attemptAgain(seen, null, context);
}

/** `connect()` while an attempt waits asks to come back now. */
export function connectAgain(
  connection: Connection,
  event: { call: number },
  context: LossContext,
): ConnectionTransition {
  const { state, effects } = connect(connection, event, context);
  const isWaiting = connection.phase.name === "waiting" && connection.page.online;
  return isWaiting ? attemptAgain(state, null, context) : { state, effects };
}

/** An attempt to come back, with a fresh authorization: the conversation's key changes with each. */
export function attemptAgain(
  connection: Connection,
  _event: unknown,
  { settings }: { settings: Settings },
): ConnectionTransition {
  const { phase, conversationId } = connection;
  if (phase.name === "idle") return next(connection);
  const attempt = connection.attempt + 1;
  return next(
    { ...connection, attempt, phase: { ...phase, name: "authorizing", isInDoubt: false } },
    { type: "cancel", timer: "attemptDue" },
    { type: "closeConnection" },
    { type: "schedule", timer: "connectTimedOut", afterMs: settings.connectTimeout },
    { type: "authorize", attempt, agentId: phase.agentId, conversationId },
  );
}

/** The connection is lost, or an attempt to get it back failed: the next attempt, or the end. Microphone and speaker stay. */
function connectionLost(
  connection: Connection,
  lost: ConnectionLoss,
  { settings, now, random }: LossContext,
  error = lossError(lost),
): ConnectionTransition {
  const { phase, page } = connection;
  if (phase.name === "idle") return next(connection);
  const livedLong = phase.name === "connected" && now - phase.since >= shortLifeMs;
  const shortLived = phase.name !== "connected" ? phase.shortLived : livedLong ? 0 : phase.shortLived + 1;
  const reason: ConnectionLoss = page.online ? lost : { ...lost, cause: "offline" };
  const attempt = (phase.reconnecting?.attempt ?? 0) + 1;
  const policy = reconnectPolicyOf(settings.reconnect);
  const { isOn, thrown } = isFinal(error) ? { isOn: false } : judge(policy, { ...reason, attempt }, shortLived);
  const hasSocket = phase.name === "open" || phase.name === "connected";
  const since = hasSocket && reason.cause === "stalled" ? phase.heardAt : now - doubtMs;
  const effects = [
    ...(thrown ?? []),
    { signal: "connectionLost", doubtfulSince: reason.wasClean ? null : since },
    { type: "cancel", timer: "connectTimedOut" },
    { type: "cancel", timer: "replyOverdue" },
    { type: "closeConnection" },
  ] as const;
  if (!isOn) {
    const ending = { why: endReasonOf(lost, error), toWaiting: error };
    return next(connection, ...effects, ...endSession(connection, ending).effects);
  }
  const delay = page.online ? delayBefore(policy, attempt, random) : null;
  const waiting: Phase = { ...phase, name: "waiting", reconnecting: { attempt, delay, reason }, shortLived };
  const timer: ConnectionEffect[] = delay === null ? [] : [{ type: "schedule", timer: "attemptDue", afterMs: delay }];
  return next({ ...connection, attempt: connection.attempt + 1, phase: waiting }, ...effects, ...timer);
}

function isOpen({ phase }: Connection): boolean {
  return phase.name === "open" || phase.name === "connected";
}

/** Why the session is over: with a close of the server, a refusal of the backend, or a network that stayed away. */
function endReasonOf(lost: ConnectionLoss, error: LayercodeError): EndReason {
  if (isFarewell(lost.code)) return { by: "server", ...saidOnClosing(lost) };
  if (lost.wasClean) return { by: "server", ...saidOnClosing(lost), error };
  if (isFinal(error)) return { by: "error", error };
  return { by: "network", ...(lost.cause === "closed" && saidOnClosing(lost)), error };
}

function saidOnClosing({ code, reason }: TransportClose): Pick<EndReason, "code" | "reason"> {
  return { code, ...(reason && { reason }) };
}

// A function of the app that throws is reported, and decides nothing.
function judge(
  policy: ReconnectPolicy,
  event: ReconnectEvent,
  shortLived: number,
): { isOn: boolean; thrown?: [ConnectionEffect] } {
  try {
    return { isOn: isWorthAnAttempt(policy, event, shortLived) };
  } catch (error) {
    const { shouldReconnect } = defaultReconnectPolicy;
    const isOn = isWorthAnAttempt({ ...policy, shouldReconnect }, event, shortLived);
    return { isOn, thrown: [{ type: "report", error }] };
  }
}

// The next attempt would be told the same: who asks may not, or not so.
function isFinal({ code, status = 0 }: LayercodeError): boolean {
  if (code === "insufficient-balance" || code === "invalid-option" || code === "aborted") return true;
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

function lossError({ code, reason, cause }: ConnectionLoss): LayercodeError {
  const what = cause === "stalled" ? "Nothing came any more" : `Code ${code}${reason && `, ${JSON.stringify(reason)}`}`;
  const text = `The connection was lost (${what}). Call connect() to resume the conversation.`;
  return new LayercodeError("connection", text, { fatal: true });
}
