import { next } from "../../transition.js";
import type { Connection, ConnectionTransition } from "./connection.js";

// Stands in for the ping that the protocol has not (docs/protocol.md#2-websocket).

/** How long a server may be silent after the end of a user's turn, in ms: then the connection counts as stalled. */
const silenceMs = 8000;

/**
 * The user's turn has ended: by a press or a typed message that is on the wire, or as the server has heard it. Now some
 * message must come.
 */
export function expectReply(connection: Connection): ConnectionTransition {
  const { phase } = connection;
  return phase.name === "connected" && !phase.isReplyDue ? wait(connection) : next(connection);
}

/** Everything was heard, and the server is told: one that replies only after that has its time from now on. */
export function expectReplyAnew(connection: Connection): ConnectionTransition {
  const { phase } = connection;
  return phase.name === "connected" && phase.isReplyDue ? wait(connection) : next(connection);
}

/** The user has the turn again: a server that listens need not say anything. */
export function expectNoReply(connection: Connection): ConnectionTransition {
  const { phase } = connection;
  if (phase.name !== "connected" || !phase.isReplyDue) return next(connection);
  return next({ ...connection, phase: { ...phase, isReplyDue: false } }, { type: "cancel", timer: "replyOverdue" });
}

/** A message came: the connection lives. */
export function messageCame(connection: Connection, _event: unknown, { now }: { now: number }): ConnectionTransition {
  const { phase } = connection;
  if (phase.name !== "open" && phase.name !== "connected") return next(connection);
  return expectNoReply({ ...connection, phase: { ...phase, heardAt: now, isInDoubt: false } });
}

function wait(connection: Connection): ConnectionTransition {
  const { phase } = connection;
  if (phase.name !== "connected") return next(connection);
  return next(
    { ...connection, phase: { ...phase, isReplyDue: true } },
    { type: "schedule", timer: "replyOverdue", afterMs: silenceMs },
  );
}
