import { LayercodeError } from "../errors.js";
import { next, type Transition } from "../transition.js";
import { type ErrorEffect, fail, type SettleEffect, settle } from "./calls.js";
import { type Phase, statusOf } from "./connection/connection.js";
import type { Called, ConnectedRequest } from "./events.js";

type Requests = readonly Called<ConnectedRequest>[];

/** Keeps what the app asks for while connecting, until the code is there that can take it. */
function keep(
  requests: Requests,
  request: Called<ConnectedRequest>,
  { phase }: { phase: Phase },
): Transition<Requests, SettleEffect | ErrorEffect> {
  const refusal = refuse(phase, request);
  return refusal ? next(requests, ...refusal) : next([...requests, request]);
}

/**
 * Refuses what the status does not allow: a press may wait for the first connection, what is sent only for one that was
 * lost. `null`: it is allowed.
 */
export function refuse(phase: Phase, { type, call }: Called<ConnectedRequest>): ReturnType<typeof fail> | null {
  const status = statusOf({ phase });
  if (status === "connected" || status === "reconnecting") return null;
  if (status === "connecting" && (type === "press" || type === "release")) return null;
  const text = `Nothing can be sent while the status is "${status}". Await connect() first.`;
  return fail(new LayercodeError("not-connected", text), [call]);
}

export const requestHandlers = {
  press: keep,
  release: keep,
  sendText: keep,
  sendData: keep,
  sessionEnding: (requests: Requests) => next([], settle(requests.map(({ call }) => call))),
};
