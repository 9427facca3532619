import { next } from "../../transition.js";
import type { Connection, ConnectionTransition } from "./connection.js";

// Stands in for the ping that the protocol has not (docs/protocol.md#liveness).

/** How long a server may be silent after the end of a user's turn, in ms: then the connection counts as stalled. */
const silenceMs = 8000;

/** From now on the server may be silent for that long. */
export const replyDue = { type: "schedule", timer: "replyOverdue", afterMs: silenceMs } as const;

/**
 * The user's turn has ended: by a press or a typed message that is on the wire, or as the server has heard it. Now some
 * message must come.
 */
export const expectReply = waitWhere((isReplyDue) => !isReplyDue);

/** Everything was heard, and the server is told: one that replies only after that has its time from now on. */
export const expectReplyAnew = waitWhere((isReplyDue) => isReplyDue);

/** The user has the turn again: a server that listens need not say anything. */
export function expectNoReply(connection: Connection): ConnectionTransition {
  const { phase } = connection;
  if (phase.name !== "connected" || !phase.isReplyDue) return next(connection);
  return next({ ...connection, phase: { ...phase, isReplyDue: false } }, { type: "cancel", timer: "replyOverdue" });
}

/** The device has slept, and an open connection may have died meanwhile: some message must come, as after a user's turn. */
export function expectSign(connection: Connection): ConnectionTransition {
  const { phase } = connection;
  if (phase.name !== "open" && phase.name !== "connected") return next(connection);
  return expectReply({ ...connection, phase: { ...phase, isInDoubt: true } });
}

/** A message came: the connection lives. */
export function messageCame(connection: Connection, _event: unknown, { now }: { now: number }): ConnectionTransition {
  const { phase } = connection;
  if (phase.name !== "open" && phase.name !== "connected") return next(connection);
  return expectNoReply({ ...connection, phase: { ...phase, heardAt: now, isInDoubt: false } });
}

function waitWhere(isWanted: (isReplyDue: boolean) => boolean): (connection: Connection) => ConnectionTransition {
  return (connection) => {
    const { phase } = connection;
    if (phase.name !== "connected" || !isWanted(phase.isReplyDue)) return next(connection);
    const waiting = { ...phase, isReplyDue: true };
    return next({ ...connection, phase: waiting }, replyDue);
  };
}
