import { LayercodeError } from "../../errors.js";
import { next } from "../../transition.js";
import type { Dialled, TransportClose } from "../../transport/transport.js";
import { settle } from "../calls.js";
import { endSession } from "./connect.js";
import {
  type Authorized,
  type Connection,
  type ConnectionTransition,
  type EndedByPage,
  statusOf,
} from "./connection.js";

/** The backend let us in: the configuration applies before the first frame passes the gate. */
export function authorized(
  connection: Connection,
  { conversationId, config, clientSessionKey }: Authorized,
): ConnectionTransition {
  const { phase, attempt } = connection;
  if (phase.name !== "authorizing") return next(connection);
  return next(
    { ...connection, conversationId, config, phase: { ...phase, name: "opening" } },
    { type: "watchPage" },
    { type: "openSocket", attempt, clientSessionKey },
  );
}

export function socketOpened(connection: Connection, _event: unknown, { now }: { now: number }): ConnectionTransition {
  const { phase } = connection;
  if (phase.name !== "opening") return next(connection);
  return next(
    { ...connection, phase: { ...phase, name: "open", heardAt: now, isInDoubt: false } },
    { type: "cancel", timer: "connectTimedOut" },
  );
}

/** Connected means: the socket is open, and no channel is still being opened. Asked after every event. */
export function connectedWhenReady(
  connection: Connection,
  _signal: unknown,
  { now, isOpeningChannel }: { now: number; isOpeningChannel: boolean },
): ConnectionTransition {
  const { phase, conversationId, config } = connection;
  if (phase.name !== "open" || isOpeningChannel) return next(connection);
  const reconnected = statusOf(connection) === "reconnecting";
  return next(
    {
      ...connection,
      phase: { ...phase, name: "connected", calls: [], reconnecting: null, since: now, isReplyDue: false },
    },
    { type: "send", message: { type: "client.ready" } },
    { signal: "connected" },
    { type: "lockPage" },
    settle(phase.calls),
    {
      type: "emit",
      event: "connect",
      payload: { conversationId, ...(config && { config }), ...(reconnected && { reconnected }) },
    },
  );
}

/** The socket of a first connection closed before `connect()` was through. */
export function cannotOpen({ code, reason }: TransportClose, dialled?: Dialled): LayercodeError {
  const url = dialled ? ` ${dialled.url}` : "";
  const what = `The WebSocket${url} could not be opened (code ${code}${reason && `, ${JSON.stringify(reason)}`}).`;
  return new LayercodeError("connection", `${what} ${dialled ? remedyOf(dialled) : howToDial}`, { fatal: true });
}

// The browser does not tell why: nobody is there, or the server refused.
const howToDial =
  'Check the network and the option "url". The server may have refused the session\'s key: see client.diagnose().';

function remedyOf({ url, hasMockKey }: Dialled): string {
  if (!hasMockKey || !/^wss:\/\/[^/]*layercode\.com\//.test(url)) return howToDial;
  return 'The session is the mock server\'s, and this is Layercode. For the mock pass "/v1/agents/web/websocket" or what it printed as "url". For Layercode take layercodeMock() out.';
}

/** The page ends the session: another tab has begun to speak, and `exclusive` lets only one; or the page is hidden (`onHidden`). */
export function takenOver(connection: Connection, { by, error }: EndedByPage): ConnectionTransition {
  if (connection.phase.name === "idle") return next(connection);
  return endSession(connection, { why: error ? { by, error } : { by } });
}
