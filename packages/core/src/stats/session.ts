import type { ClientStatus } from "../machine/connection/connection.js";
import type { Mark } from "./marks.js";

/** What is known of a session beside its turns. Times in ms on the page's clock. */
export interface SessionFigures {
  readonly status: ClientStatus;
  /** `null` before the first session. */
  readonly startedAt: number | null;
  readonly connectedAt: number | null;
  readonly endedAt: number | null;
  readonly reconnects: number;
  readonly underruns: number;
  readonly silenceMs: number;
  readonly overflows: number;
}

export const noSession: SessionFigures = {
  status: "disconnected",
  startedAt: null,
  connectedAt: null,
  endedAt: null,
  reconnects: 0,
  underruns: 0,
  silenceMs: 0,
  overflows: 0,
};

/** What is known after a mark. Pure. */
export function takeInSession(session: SessionFigures, { what, now }: Mark): SessionFigures {
  if (what.type === "status") return withStatus(session, what.status, now);
  if (what.type === "playerFull") return { ...session, overflows: session.overflows + 1 };
  if (what.type !== "playbackStarted" || !what.silentMs) return session;
  return { ...session, underruns: session.underruns + 1, silenceMs: session.silenceMs + what.silentMs };
}

/** Whether nothing is open any more, or yet. */
export function isIdle({ status }: Pick<SessionFigures, "status">): boolean {
  return status === "disconnected" || status === "error";
}

function withStatus(session: SessionFigures, status: ClientStatus, now: number): SessionFigures {
  const next = { ...session, status };
  if (status === "connecting") return { ...noSession, status, startedAt: now };
  if (isIdle(next)) return session.startedAt === null || session.endedAt !== null ? next : { ...next, endedAt: now };
  if (status !== "connected") return next;
  if (session.connectedAt === null) return { ...next, connectedAt: now };
  return { ...next, reconnects: session.reconnects + 1 };
}
