import type { IncomingMessage, ServerResponse } from "node:http";
import { delayAnswer, faultyAnswer } from "../faults/authorize-fault.js";
import type { AuthorizeFault } from "../faults/faults.js";
import { type AuthorizeSessionContext, authorizeSession } from "../rest/authorize-session.js";
import { answer, readBody } from "./body.js";
import { type ControlParts, control, controlPath } from "./control.js";
import { serveStatic } from "./static-files.js";
import { isForeignPage } from "./this-machine.js";

const restPath = "/v1/agents/web/authorize_session";
export const socketPath = "/v1/agents/web/websocket";
export const authorizePath = "/api/authorize";

const longestBody = 256 * 1024;

export interface RouterParts {
  rest: AuthorizeSessionContext;
  /** The fault of the next authorization, if any. */
  nextAuthorizeFault(): AuthorizeFault | null;
  /** `null`: there is no control API. */
  control: ControlParts | null;
  authorize(request: IncomingMessage, response: ServerResponse): Promise<void>;
  staticDirectory: string | undefined;
  /** Origins of pages that are not foreign. */
  allowedOrigins: readonly string[];
  /** What `/healthz` tells. */
  health(): Readonly<Record<string, unknown>>;
}

/** Every HTTP request of the server. It never rejects. */
export async function route(request: IncomingMessage, response: ServerResponse, parts: RouterParts): Promise<void> {
  try {
    await dispatch(request, response, parts);
  } catch {
    // The client disconnected, or a file was deleted while it was read.
    if (response.headersSent) response.destroy();
    else answer(response, 500, { error: "The mock server failed." });
  }
}

async function dispatch(request: IncomingMessage, response: ServerResponse, parts: RouterParts): Promise<void> {
  const path = (request.url ?? "/").replace(/[?#].*$/s, "");
  if (path === restPath) return rest(request, response, parts);
  if (path === authorizePath) return parts.authorize(request, response);
  if (parts.control && path.startsWith(controlPath)) return control(request, response, parts.control);
  if (path === socketPath) return answer(response, 426, { error: "This is a WebSocket: connect with ws://." });
  if (request.method !== "GET" && request.method !== "HEAD")
    return answer(response, 404, { error: `There is no ${request.method} ${path.slice(0, 200)} here.` });
  if (path === "/healthz") return answer(response, 200, parts.health());
  if (parts.staticDirectory && (await serveStatic(parts.staticDirectory, request, response))) return;
  answer(response, 404, { error: `There is nothing at ${path.slice(0, 200)}.` });
}

async function rest(request: IncomingMessage, response: ServerResponse, parts: RouterParts): Promise<void> {
  if (request.method !== "POST") {
    response.setHeader("allow", "POST");
    return answer(response, 405, { error: `This endpoint takes POST, not ${request.method}.` });
  }
  // Everybody knows the default key.
  if (isForeignPage(request, parts.allowedOrigins))
    return answer(response, 403, { error: "This is for backends: no page from elsewhere is served." });
  const body = await readBody(request, longestBody);
  if (body === null) return answer(response, 413, { error: "The request's body is over 256 kB." });
  const fault = parts.nextAuthorizeFault();
  if (fault) {
    if (!(await delayAnswer(fault, response))) return;
    const instead = faultyAnswer(fault);
    if (instead) return answer(response, instead.status, instead.body, instead.headers);
  }
  const { authorization } = request.headers;
  const result = authorizeSession({ authorization, body, now: performance.now() }, parts.rest);
  answer(response, result.status, result.body);
}
