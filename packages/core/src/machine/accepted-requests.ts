import { next } from "../transition.js";
import type { AcceptedRequest, Request, Requests, Taken } from "./requests.js";

const acceptAll = (requests: Requests): Taken => next([], ...requests.map(accepted));

/** What a session does with them. */
export const requestHandlers = { sessionLoaded: acceptAll, requestKept: acceptAll };

function accepted(request: Request): AcceptedRequest {
  return { ...request, signal: `${request.type}Accepted` } as AcceptedRequest;
}
