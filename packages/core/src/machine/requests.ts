import { LayercodeError } from "../errors.js";
import { next, type Transition } from "../transition.js";
import { type ErrorEffect, type SettleEffect, settle, type showError, showFailure } from "./calls.js";
import { type Phase, statusOf } from "./connection/connection.js";
import type { Called, ConnectedRequest } from "./events.js";

// What the app asks for and a connection has to carry: refused, kept until the code is there that can take it, or accepted.

export type Request = Called<ConnectedRequest>;
export type Requests = readonly Request[];

/** A request that the status allows, for the slice that takes it. */
export type AcceptedRequest<R = Request> = R extends { type: infer T extends string }
  ? R & { signal: `${T}Accepted` }
  : never;

/** A request was kept: the code of a session, where it is there, takes it at once. */
export interface KeptRequest {
  readonly signal: "requestKept";
}

export type Taken = Transition<
  Requests,
  SettleEffect | ErrorEffect | ReturnType<typeof showError> | KeptRequest | AcceptedRequest
>;

/** A press may wait for the first connection; what is sent, only for one that was lost. */
function keep(requests: Requests, request: Request, context: { phase: Phase }): Taken {
  const { type, call } = request;
  const status = statusOf(context);
  const mayWait = status === "connecting" && (type === "press" || type === "release");
  if (mayWait || status === "connected" || status === "reconnecting")
    return next([...requests, request], { signal: "requestKept" });
  const text = `Nothing can be sent while the status is "${status}". Await connect() first.`;
  return next(requests, ...showFailure(new LayercodeError("not-connected", text), [call]));
}

/** What the first page does with requests. */
export const firstRequestHandlers = {
  press: keep,
  release: keep,
  sendText: keep,
  sendData: keep,
  sessionEnding: (requests: Requests) => next([], settle(requests.map(({ call }) => call))),
};
