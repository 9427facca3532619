import { next } from "../../transition.js";
import type { Settings } from "../settings.js";
import { connect } from "./connect.js";
import type { BackOff, Connection, ConnectionEffect, ConnectionTransition, Phase, Reconnecting } from "./connection.js";

/** What an attempt is begun with. */
export interface AttemptContext {
  readonly settings: Settings;
  readonly now: number;
}

/** Events that come within this time bring about one attempt, in ms: a network that flaps must not hammer the server. */
const eventPauseMs = 1000;

/** The next attempt waits for its time. */
export function waitForAttempt(
  connection: Connection,
  waiting: Omit<Extract<Phase, { name: "waiting" }>, "name" | "dueAt">,
  { now }: { now: number },
): ConnectionTransition {
  const { delay } = waiting.reconnecting;
  return next(
    {
      ...connection,
      attempt: connection.attempt + 1,
      phase: { ...waiting, name: "waiting", dueAt: now + delay },
    },
    { type: "cancel", timer: "connectTimedOut" },
    { type: "closeConnection" },
    { type: "schedule", timer: "attemptDue", afterMs: delay },
  );
}

/** The time of the next attempt has come. */
export function attemptDue(connection: Connection, _event: unknown, context: AttemptContext): ConnectionTransition {
  const { phase } = connection;
  if (phase.name !== "waiting") return next(connection);
  if (!phase.isInTurn) return attemptByEvent(connection, phase, context);
  return attempt(connection, phase, { ...phase.backOff, steps: phase.backOff.steps + 1 }, context);
}

/**
 * Something gives hope: the next attempt begins now, or as soon as the server and the event before allow. One that is
 * under way begins anew.
 */
export function attemptEarly(connection: Connection, context: AttemptContext): ConnectionTransition {
  const { phase } = connection;
  if (!isReconnecting(phase)) return next(connection);
  const { notBefore } = phase.backOff;
  if (notBefore <= context.now) return attemptByEvent(connection, phase, context);
  if (phase.name === "waiting" && phase.dueAt <= notBefore) return next(connection);
  const reconnecting = { ...phase.reconnecting, delay: notBefore - context.now };
  return waitForAttempt(connection, { ...phase, reconnecting, isInTurn: false }, context);
}

/** `connect()` while an attempt waits asks to come back now. */
export function connectAgain(
  connection: Connection,
  event: { call: number },
  context: AttemptContext,
): ConnectionTransition {
  const { state, effects } = connect(connection, event, context);
  const { phase } = state;
  return phase.name === "waiting" ? attemptByEvent(state, phase, context) : { state, effects };
}

/** No step of the back-off: what comes of it, the attempt that waits is the same afterwards. */
function attemptByEvent(connection: Connection, phase: OnTheWay, context: AttemptContext): ConnectionTransition {
  return attempt(connection, phase, { ...phase.backOff, notBefore: context.now + eventPauseMs }, context);
}

/** An attempt to come back, with a fresh authorization: the conversation's key changes with each. */
function attempt(
  connection: Connection,
  phase: OnTheWay,
  backOff: BackOff,
  { settings }: AttemptContext,
): ConnectionTransition {
  const number = connection.attempt + 1;
  const { agentId, calls, reconnecting, shortLived } = phase;
  const effects: ConnectionEffect[] = [
    { type: "cancel", timer: "attemptDue" },
    { type: "closeConnection" },
    { type: "schedule", timer: "connectTimedOut", afterMs: settings.connectTimeout },
    { type: "authorize", attempt: number, agentId, conversationId: connection.conversationId },
  ];
  return next(
    {
      ...connection,
      attempt: number,
      phase: { name: "authorizing", agentId, calls, reconnecting, shortLived, backOff, isInDoubt: false },
    },
    ...effects,
  );
}

/** A phase on the way back. */
type OnTheWay = Exclude<Phase, { name: "idle" }> & {
  readonly reconnecting: Reconnecting;
  readonly backOff: BackOff;
};

/** Whether it is one. */
export function isReconnecting(phase: Phase): phase is OnTheWay {
  return phase.reconnecting !== null && phase.backOff !== null;
}
