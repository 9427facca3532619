import { isLayercodeError, LayercodeError } from "../errors.js";
import { discardBody, readBoundedText } from "./bounded-body.js";
import { type Deadline, startDeadline } from "./deadline.js";
import { failureOf } from "./failure.js";
import {
  type AgentConfig,
  type AuthorizeSessionRequest,
  type AuthorizeSessionRequestBody,
  parseAuthorizeSessionResponse,
} from "./schema.js";

/** What one authorization needs. */
export interface AuthorizeOptions {
  /** A path on the page's origin, or a full URL. */
  endpoint: string;
  body: AuthorizeSessionRequestBody;
  /** Replaces `fetch` and everything about it but the time limit. */
  request?: AuthorizeSessionRequest | undefined;
  /** Whether the request carries cookies. Default: the browser's, `same-origin`. */
  credentials?: RequestCredentials | undefined;
  /** Replaces the global `fetch`. */
  fetch?: typeof fetch | undefined;
  signal?: AbortSignal | undefined;
  /** Limit for the whole answer, body included, in ms. Default none. */
  timeoutMs?: number | undefined;
}

/** A session that may be opened. */
export interface Authorization {
  /** Opens the socket, once. Never logged, never in an error. */
  clientSessionKey: string;
  conversationId: string;
  /** As the server sent it; `undefined` when it sent none. */
  config: AgentConfig | undefined;
}

/**
 * Asks the app's backend for a session. Rejects with a `LayercodeError`: `authorization` and `insufficient-balance` with
 * the server's own message, `connection` when it cannot be reached, `connect-timeout`, `aborted`, `invalid-option`.
 */
export async function authorizeSession(options: AuthorizeOptions): Promise<Authorization> {
  const { endpoint, signal } = options;
  if (signal?.aborted) throw aborted(signal);
  checkEndpoint(options);
  const deadline = startDeadline(options.timeoutMs, signal);
  try {
    const response = await deadline.race(send(options, deadline.signal), discardBody);
    return await readAuthorization(response, withoutQuery(endpoint), deadline);
  } catch (error) {
    if (signal?.aborted) throw aborted(signal);
    if (deadline.expired)
      throw new LayercodeError(
        "connect-timeout",
        `The authorize endpoint ${withoutQuery(endpoint)} did not answer within ${options.timeoutMs} ms. Check that your backend runs and reaches Layercode, or raise connectTimeout.`,
      );
    throw isLayercodeError(error) ? error : unreachable(error, options);
  } finally {
    deadline.release();
  }
}

// Async, so that an app's function that throws at once rejects like one that throws later.
async function send(options: AuthorizeOptions, signal: AbortSignal): Promise<Response> {
  const { endpoint, body, request, credentials } = options;
  if (request) {
    const response: unknown = await request({ url: endpoint, body });
    if (isReadable(response)) return response;
    throw new LayercodeError(
      "authorization",
      "authorizeSessionRequest returned no Response with an unread body. Return what fetch gave you, or its clone() if you read it.",
    );
  }
  return (options.fetch ?? fetch)(endpoint, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    signal,
    ...(credentials && { credentials }),
  });
}

async function readAuthorization(response: Response, endpoint: string, deadline: Deadline): Promise<Authorization> {
  const read = await readBoundedText(response, deadline);
  const text = read.ok ? read.text : "";
  const value = parseJson(text);
  const session = response.ok ? parseAuthorizeSessionResponse(value) : undefined;
  if (!session) throw failureOf({ endpoint, response, text, value });
  return {
    clientSessionKey: session.client_session_key,
    conversationId: session.conversation_id,
    config: session.config,
  };
}

function checkEndpoint({ endpoint, request, fetch: ownFetch }: AuthorizeOptions): void {
  // What an app's own function makes of the URL is its own affair.
  if (request || ownFetch) return;
  const base = (globalThis as { location?: { href: string } }).location?.href;
  let url: URL;
  try {
    url = new URL(endpoint);
  } catch {
    // A page resolves a path, and what it cannot resolve fetch reports.
    if (base !== undefined) return;
    throw new LayercodeError(
      "invalid-option",
      `authorizeSessionEndpoint is ${JSON.stringify(endpoint)}, and without a page there is no origin to resolve it against. Pass a full URL, such as "https://app.example/api/authorize".`,
    );
  }
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw new LayercodeError(
      "invalid-option",
      `authorizeSessionEndpoint has the scheme ${JSON.stringify(url.protocol)}. Pass a path, or a URL with https: or http:.`,
    );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isReadable(value: unknown): value is Response {
  return (
    typeof value === "object" &&
    value !== null &&
    "ok" in value &&
    "status" in value &&
    "text" in value &&
    typeof value.text === "function" &&
    !("bodyUsed" in value && value.bodyUsed === true)
  );
}

function aborted(signal: AbortSignal): LayercodeError {
  return new LayercodeError("aborted", "Connecting was aborted.", { cause: signal.reason });
}

function unreachable(cause: unknown, { endpoint, request }: AuthorizeOptions): LayercodeError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  if (request) return new LayercodeError("authorization", `authorizeSessionRequest failed: ${reason}`, { cause });
  return new LayercodeError(
    "connection",
    `The authorize endpoint ${withoutQuery(endpoint)} could not be reached (${reason}). Check that it runs; on another origin, that it answers the preflight and lists this page's origin in allowedOrigins.`,
    { cause },
  );
}

// Apps put tokens there.
function withoutQuery(endpoint: string): string {
  return endpoint.replace(/[?#].*$/s, "").replace(/\/\/[^/@]*@/, "//");
}
