import { LayercodeError } from "../errors.js";
import { next, type Transition } from "../transition.js";
import { type ErrorEffect, fail, type SettleEffect, settle } from "./calls.js";
import { type Phase, statusOf } from "./connection/connection.js";
import type { Called, ConnectedRequest } from "./events.js";

// What the app asks for and a connection has to carry: refused, kept until the code is there that can take it, or accepted.

type Request = Called<ConnectedRequest>;
type Requests = readonly Request[];

/** A request that the status allows, for the slice that takes it. */
export type AcceptedRequest<R = Request> = R extends { type: infer T extends string }
  ? R & { signal: `${T}Accepted` }
  : never;

type Taken = Transition<Requests, SettleEffect | ErrorEffect | AcceptedRequest>;
type Take = (requests: Requests, request: Request, context: { phase: Phase }) => Taken;

/** Before the code of a session is there, requests are kept. */
const keep = unlessRefused((requests, request) => next([...requests, request]));

/** Afterwards they are accepted at once. */
const accept = unlessRefused((requests, request) => next(requests, accepted(request)));

export const firstRequestHandlers = {
  press: keep,
  release: keep,
  sendText: keep,
  sendData: keep,
  sessionEnding: (requests: Requests) => next([], settle(requests.map(({ call }) => call))),
};

export const requestHandlers = {
  sessionLoaded: (requests: Requests): Taken => next([], ...requests.map(accepted)),
  press: accept,
  release: accept,
  sendText: accept,
  sendData: accept,
};

function accepted(request: Request): AcceptedRequest {
  return { ...request, signal: `${request.type}Accepted` } as AcceptedRequest;
}

/** A press may wait for the first connection; what is sent, only for one that was lost. */
function unlessRefused(take: Take): Take {
  return (requests, request, context) => {
    const { type, call } = request;
    const status = statusOf(context);
    const mayWait = status === "connecting" && (type === "press" || type === "release");
    if (mayWait || status === "connected" || status === "reconnecting") return take(requests, request, context);
    const text = `Nothing can be sent while the status is "${status}". Await connect() first.`;
    return next(requests, ...fail(new LayercodeError("not-connected", text), [call]));
  };
}
