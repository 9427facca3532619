import type { IncomingMessage, ServerResponse } from "node:http";
import { type AuthorizeSessionContext, authorizeSession } from "../rest/authorize-session.js";
import { serveStatic } from "./static-files.js";

const restPath = "/v1/agents/web/authorize_session";
export const socketPath = "/v1/agents/web/websocket";
export const authorizePath = "/api/authorize";

const longestBody = 256 * 1024;

export interface RouterParts {
  rest: AuthorizeSessionContext;
  authorize(request: IncomingMessage, response: ServerResponse): Promise<void>;
  staticDirectory: string | undefined;
  /** What `/healthz` tells. */
  health(): Readonly<Record<string, unknown>>;
}

/** Every HTTP request of the server. It never rejects. */
export async function route(request: IncomingMessage, response: ServerResponse, parts: RouterParts): Promise<void> {
  try {
    await dispatch(request, response, parts);
  } catch {
    // The client has gone, or a file vanished while it was read.
    if (response.headersSent) response.destroy();
    else answer(response, 500, { error: "The mock server failed." });
  }
}

async function dispatch(request: IncomingMessage, response: ServerResponse, parts: RouterParts): Promise<void> {
  const path = (request.url ?? "/").replace(/[?#].*$/s, "");
  if (path === restPath) return rest(request, response, parts.rest);
  if (path === authorizePath) return parts.authorize(request, response);
  if (path === socketPath) return answer(response, 426, { error: "This is a WebSocket: connect with ws://." });
  if (request.method !== "GET" && request.method !== "HEAD")
    return answer(response, 404, { error: `There is no ${request.method} ${path.slice(0, 200)} here.` });
  if (path === "/healthz") return answer(response, 200, parts.health());
  if (parts.staticDirectory && (await serveStatic(parts.staticDirectory, request, response))) return;
  answer(response, 404, { error: `There is nothing at ${path.slice(0, 200)}.` });
}

async function rest(
  request: IncomingMessage,
  response: ServerResponse,
  context: AuthorizeSessionContext,
): Promise<void> {
  if (request.method !== "POST") {
    response.setHeader("allow", "POST");
    return answer(response, 405, { error: `This endpoint takes POST, not ${request.method}.` });
  }
  const body = await readBody(request);
  if (body === null) return answer(response, 413, { error: "The request's body is over 256 kB." });
  const { authorization } = request.headers;
  const result = authorizeSession({ authorization, body, now: Date.now() }, context);
  answer(response, result.status, result.body);
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    length += piece.length;
    // Read to its end, or the answer would meet a closed connection; kept is only what is allowed.
    if (length <= longestBody) pieces.push(piece);
  }
  return length > longestBody ? null : Buffer.concat(pieces).toString("utf8");
}

function answer(response: ServerResponse, status: number, body: Readonly<Record<string, unknown>>): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" });
  response.end(JSON.stringify(body));
}
