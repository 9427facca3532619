import { LayercodeError } from "../../errors.js";
import { next } from "../../transition.js";
import type { Dialled, TransportClose } from "../../transport/transport.js";
import { type AttemptContext, attemptEarly, isReconnecting, waitForAttempt } from "./attempts.js";
import { connectFailed, endSession } from "./connect.js";
import { cannotOpen } from "./connected.js";
import {
  type BackOff,
  type Connection,
  type ConnectionEffect,
  type ConnectionTransition,
  type EndReason,
  type PageState,
  statusOf,
} from "./connection.js";
import { expectSign, replyDue } from "./liveness.js";
import {
  type ConnectionLoss,
  defaultReconnectPolicy,
  delayBefore,
  isFarewell,
  isThrownOut,
  isWorthAnAttempt,
  type ReconnectEvent,
  type ReconnectPolicy,
  reconnectPolicyOf,
  shortLifeMs,
} from "./reconnect-policy.js";

/** What the loss of a connection is judged by. */
interface LossContext extends AttemptContext {
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
  { code, reason, wasClean, dialled }: TransportClose & { dialled?: Dialled },
  context: LossContext,
): ConnectionTransition {
  const close = { code, reason, wasClean };
  if (statusOf(connection) === "connecting") {
    const why = { by: "error", ...saidOnClosing(close), error: cannotOpen(close, dialled) } as const;
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

/**
 * Nothing came though a reply was due. A server may wait for the end of what is still heard: then it has as long again, for
 * that end may never be told.
 */
export function replyOverdue(
  connection: Connection,
  _event: unknown,
  context: LossContext & { readonly isAgentQueued: boolean },
): ConnectionTransition {
  return context.isAgentQueued ? next(connection, replyDue) : connectionLost(connection, stalled, context);
}

/** The network takes nothing more of what the user says. */
export function uplinkStalled(connection: Connection, _event: unknown, context: LossContext): ConnectionTransition {
  return connection.phase.name === "connected" ? connectionLost(connection, stalled, context) : next(connection);
}

/**
 * The page is seen or hidden, the network came or went: a hint, for `navigator.onLine` may lie. A page that is back counts
 * an open connection as stalled where the network has gone under it, and brings an attempt that waits forward.
 */
export function pageChanged(
  connection: Connection,
  { online, visible }: PageState,
  context: LossContext,
): ConnectionTransition {
  const { page: before, phase } = connection;
  const isGone = before.online && !online;
  const seen: Connection = {
    ...connection,
    page: { online, visible },
    phase: phase.name !== "idle" && isGone ? { ...phase, isInDoubt: true } : phase,
  };
  const isSeen = visible && !before.visible;
  const isBack = online && (!before.online || isSeen);
  if (phase.name === "idle" || statusOf(connection) === "connecting") return next(seen);
  if (isOpen(seen)) return isBack && phase.isInDoubt ? connectionLost(seen, stalled, context) : next(seen);
  const hasHope = phase.name === "waiting" ? isBack || isSeen : isBack && phase.isInDoubt;
  return hasHope ? attemptEarly(seen, context) : next(seen);
}

/**
 * The device has slept. An open connection must give a sign of life; one that is lost is tried at once, and its time begins
 * anew, for nobody waited meanwhile.
 */
export function woken(connection: Connection, _event: unknown, context: LossContext): ConnectionTransition {
  const { phase } = connection;
  if (!isReconnecting(phase)) return expectSign(connection);
  const anew = { ...phase.backOff, lostAt: context.now };
  const rested: Connection = { ...connection, phase: { ...phase, backOff: anew } };
  return phase.name === "open" ? expectSign(rested) : attemptEarly(rested, context);
}

/** The connection is lost, or an attempt to get it back failed: the next attempt, or the end. Microphone and speaker stay. */
function connectionLost(
  connection: Connection,
  lost: ConnectionLoss,
  context: LossContext,
  error = lossError(lost),
): ConnectionTransition {
  const { phase, page } = connection;
  const { settings, now, random } = context;
  if (phase.name === "idle") return next(connection);
  const { backOff, shortLived } = afterLife(phase, lost, now);
  // What a server says has come by the network.
  const isOffline = !page.online && !isThrownOut(lost) && error.status === undefined;
  const reason: ConnectionLoss = isOffline ? { ...lost, cause: "offline" } : lost;
  const policy = reconnectPolicyOf(settings.reconnect);
  const event = { ...reason, attempt: backOff.steps + 1 };
  const leftMs = policy.maxElapsedMs - (now - backOff.lostAt);
  const { isOn, thrown } = isFinal(error) ? { isOn: false } : judge(policy, event, { shortLived, leftMs });
  const hasSocket = phase.name === "open" || phase.name === "connected";
  const since = hasSocket && reason.cause === "stalled" ? phase.heardAt : now - doubtMs;
  const effects = [
    ...(thrown ?? []),
    { signal: "connectionLost", doubtfulSince: reason.wasClean ? null : since },
    { type: "cancel", timer: "replyOverdue" },
  ] as const;
  const { retryAfterMs = 0 } = error;
  if (!isOn || retryAfterMs > leftMs) {
    const last = isOn ? tooLate(error, retryAfterMs) : error;
    return next(
      connection,
      ...effects,
      { type: "cancel", timer: "connectTimedOut" },
      { type: "closeConnection" },
      ...endSession(connection, { why: endReasonOf(lost, last), toWaiting: last }).effects,
    );
  }
  // Behind what the server asks for, chance still parts those whom it has told the same.
  const delay = retryAfterMs + delayBefore(policy, event, random, leftMs - retryAfterMs);
  const patient = { ...backOff, notBefore: Math.max(backOff.notBefore, now + retryAfterMs) };
  const reconnecting = { attempt: event.attempt, delay, reason };
  const { agentId, calls, isInDoubt } = phase;
  const waiting = { agentId, calls, isInDoubt, reconnecting, shortLived, backOff: patient, isInTurn: true };
  const { state, effects: waits } = waitForAttempt(connection, waiting, context);
  return next(state, ...effects, ...waits);
}

/** Where the back-off stands after a connection, or after an attempt. */
function afterLife(phase: Session, lost: ConnectionLoss, now: number): { backOff: BackOff; shortLived: number } {
  const { backOff, shortLived } = phase;
  const anew = { steps: 0, lostAt: now, notBefore: now };
  if (phase.name !== "connected") return { backOff: backOff ?? anew, shortLived };
  const livedMs = now - phase.since;
  if (livedMs >= shortLifeMs) return { backOff: anew, shortLived: 0 };
  return {
    backOff: backOff ? { ...backOff, lostAt: backOff.lostAt + livedMs } : anew,
    shortLived: isThrownOut(lost) ? shortLived + 1 : shortLived,
  };
}

type Session = Exclude<Connection["phase"], { name: "idle" }>;

function isOpen({ phase }: Connection): boolean {
  return phase.name === "open" || phase.name === "connected";
}

/** Why the session is over: with a close of the server, a refusal of the backend, or a network that stayed away. */
function endReasonOf(lost: ConnectionLoss, error: LayercodeError): EndReason {
  if (isFarewell(lost.code)) return { by: "server", ...saidOnClosing(lost) };
  if (lost.wasClean) return { by: "server", ...saidOnClosing(lost), error };
  // Of the backend, or of the options: a network that works again would not have changed it.
  if (error.code !== "connection" && error.code !== "connect-timeout") return { by: "error", error };
  return { by: "network", ...(lost.cause === "closed" && saidOnClosing(lost)), error };
}

function saidOnClosing({ code, reason }: TransportClose): Pick<EndReason, "code" | "reason"> {
  return { code, ...(reason && { reason }) };
}

// A function of the app that throws is reported, and decides nothing.
function judge(
  policy: ReconnectPolicy,
  event: ReconnectEvent,
  limits: { shortLived: number; leftMs: number },
): { isOn: boolean; thrown?: [ConnectionEffect] } {
  try {
    return { isOn: isWorthAnAttempt(policy, event, limits) };
  } catch (error) {
    const { shouldReconnect } = defaultReconnectPolicy;
    const isOn = isWorthAnAttempt({ ...policy, shouldReconnect }, event, limits);
    return { isOn, thrown: [{ type: "report", error }] };
  }
}

// The next attempt would be told the same: who asks may not, or not so.
function isFinal({ code, status = 0 }: LayercodeError): boolean {
  if (code === "insufficient-balance" || code === "invalid-option" || code === "aborted") return true;
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

function tooLate({ code, message, status }: LayercodeError, retryAfterMs: number): LayercodeError {
  const seconds = Math.ceil(retryAfterMs / 1000);
  const text = `${message} It asks to wait ${seconds} s, longer than "reconnect.maxElapsedMs" allows. Call connect() then.`;
  return new LayercodeError(code, text, { fatal: true, retryAfterMs, ...(status !== undefined && { status }) });
}

function lossError({ code, reason, cause }: ConnectionLoss): LayercodeError {
  const what = cause === "stalled" ? "Nothing came any more" : `Code ${code}${reason && `, ${JSON.stringify(reason)}`}`;
  const text = `The connection was lost (${what}). Call connect() to resume the conversation.`;
  return new LayercodeError("connection", text, { fatal: true });
}
