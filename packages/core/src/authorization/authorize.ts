import { isLayercodeError, LayercodeError } from "../errors.js";
import { resolveUrl } from "../page-url.js";
import { maxBodyBytes } from "./limits.js";
import type { RefusedAnswer } from "./refused.js";
import type {
  AgentConfig,
  AuthorizeSessionRequest,
  AuthorizeSessionRequestBody,
  TranscriptionConfig,
} from "./schema.js";

/** What one authorization needs. */
export interface AuthorizeOptions {
  /** A path on the page's origin, or a full URL. */
  endpoint: string;
  body: AuthorizeSessionRequestBody;
  /** Replaces `fetch` and everything about it. */
  request?: AuthorizeSessionRequest | undefined;
  /** Whether the request carries cookies. Default: the browser's, `same-origin`. */
  credentials?: RequestCredentials | undefined;
  /** Replaces the global `fetch`. */
  fetch?: typeof fetch | undefined;
  /** Ends the request; also how a time limit is set. */
  signal?: AbortSignal | undefined;
}

/** A session that may be opened. */
export interface Authorization {
  /** Opens the socket, once. Never logged, never in an error. */
  clientSessionKey: string;
  conversationId: string;
  /** As the server sent it, so its fields are read with care; `undefined` when it sent none. */
  config: AgentConfig | undefined;
}

/** What an endpoint answered; `authorization`: `null` where it opens no session. */
export interface EndpointAnswer extends RefusedAnswer {
  authorization: Authorization | null;
}

/**
 * Asks the app's backend for a session. Rejects with a `LayercodeError`: `authorization` and `insufficient-balance` with
 * the server's own message, `connection` when it cannot be reached, `aborted`, `invalid-option`.
 */
export async function authorizeSession(options: AuthorizeOptions): Promise<Authorization> {
  const { authorization, ...answer } = await askEndpoint(options);
  if (authorization) return authorization;
  const { endpoint, response } = answer;
  const { status } = response;
  // What explains a refusal is only fetched for one; without it there is still its status.
  const { explainRefusal } = await import("./refused.js").catch((cause) => {
    throw new LayercodeError("authorization", `Failed to authorize conversation: ${endpoint} answered ${status}.`, {
      cause,
      status,
    });
  });
  const { code, message, ...patience } = explainRefusal(answer);
  throw new LayercodeError(code, message, { status, ...patience });
}

/** Asks, whatever the answer is. Rejects with a `LayercodeError` where there is none. */
export async function askEndpoint(options: AuthorizeOptions): Promise<EndpointAnswer> {
  const { endpoint, signal } = options;
  const shown = shownEndpoint(endpoint);
  let response: Response;
  let text: string;
  try {
    signal?.throwIfAborted();
    response = await send(options);
    text = await readText(response, signal);
  } catch (cause) {
    if (signal?.aborted) throw new LayercodeError("aborted", "Connecting was aborted.", { cause: signal.reason });
    throw isLayercodeError(cause) ? cause : unreachable(cause, shown, options.request);
  }
  const value = parseJson(text);
  const answer: Answer = typeof value === "object" ? { ...value } : {};
  const { client_session_key: key } = answer;
  const conversationId = answer.conversation_id ?? answer.session_id;
  const isOpen = response.ok && isFilled(key) && isFilled(conversationId);
  const authorization = isOpen ? { clientSessionKey: key, conversationId, config: readConfig(answer.config) } : null;
  return { endpoint: shown, response, text, value, authorization };
}

/** The endpoint as it is resolved, without its query and its password: apps put tokens there. */
export function shownEndpoint(endpoint: string): string {
  return (resolveUrl(endpoint)?.href ?? endpoint).replace(/[?#].*$/s, "").replace(/\/\/[^/@]*@/, "//");
}

async function send({ endpoint, body, request, credentials, fetch: ownFetch, signal }: AuthorizeOptions) {
  if (!request) {
    // What an app's own fetch makes of a path is its own affair. In "localhost:3000/api" the scheme is "localhost:", and
    // there is no host.
    if (!ownFetch && !resolveUrl(endpoint)?.host) throw unusable(endpoint);
    return (ownFetch ?? fetch)(endpoint, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: toJson(body),
      ...(signal && { signal }),
      ...(credentials && { credentials }),
    });
  }
  const response: Partial<Response> | undefined = await request({ url: endpoint, body });
  if (typeof response?.text === "function" && !response.bodyUsed) return response as Response;
  const text =
    "authorizeSessionRequest returned no Response with an unread body. Return what fetch gave you, or its clone().";
  throw new LayercodeError("authorization", text);
}

/** The body; of one over 64 kB nothing, and the rest of it is cancelled, not read, as it is after an abort. */
async function readText(response: Response, signal: AbortSignal | undefined): Promise<string> {
  const reader = response.body?.getReader?.();
  // The Response of a polyfill.
  if (!reader) return (await response.text()).slice(0, maxBodyBytes);
  const decoder = new TextDecoder();
  let text = "";
  try {
    while (text.length <= maxBodyBytes) {
      signal?.throwIfAborted();
      const { done, value } = await reader.read();
      if (done) return text;
      text += decoder.decode(value, { stream: true });
    }
    return "";
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** What of an endpoint's answer is read, whatever it may be. */
interface Answer {
  client_session_key?: unknown;
  conversation_id?: unknown;
  /** What older servers send instead. */
  session_id?: unknown;
  config?: unknown;
}

/** A configuration with all that its type promises; of what is no object, none. */
function readConfig(config: unknown): AgentConfig | undefined {
  if (typeof config !== "object" || !config) return undefined;
  const { transcription }: { transcription?: Partial<Record<keyof TranscriptionConfig, unknown>> | null } = config;
  const { trigger, can_interrupt, automatic } = { ...transcription };
  return {
    ...config,
    transcription: {
      ...transcription,
      trigger: trigger === "push_to_talk" ? trigger : "automatic",
      can_interrupt: can_interrupt !== false,
      automatic: typeof automatic === "boolean" ? automatic : trigger !== "push_to_talk",
    },
  };
}

/** The text as JSON; `null` when it is none. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

// Of what is sent, only `metadata` is the app's.
function toJson(body: AuthorizeSessionRequestBody): string {
  try {
    return JSON.stringify(body);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split("\n", 1)[0] : cause;
    const text = `Option "metadata" cannot be sent (${reason}). Pass what JSON can carry: no circles, no BigInt.`;
    throw new LayercodeError("invalid-option", text, { cause });
  }
}

function isFilled(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function unusable(endpoint: string): LayercodeError {
  const remedy =
    'Pass a path on the page\'s origin, or a full URL with its scheme, such as "https://app.example/api/authorize".';
  return new LayercodeError("invalid-option", `authorizeSessionEndpoint is ${JSON.stringify(endpoint)}. ${remedy}`);
}

function unreachable(cause: unknown, endpoint: string, request: unknown): LayercodeError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  if (request) return new LayercodeError("authorization", `authorizeSessionRequest failed: ${reason}`, { cause });
  const remedy = "Check that it runs; on another origin, that its allowedOrigins list this page's.";
  const text = `The authorize endpoint ${endpoint} could not be reached (${reason}). ${remedy}`;
  return new LayercodeError("connection", text, { cause });
}
