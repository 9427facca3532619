import { LayercodeError } from "../errors.js";
import { discardBody, readBoundedText } from "./bounded-body.js";
import { checkServerOptions } from "./check-server-options.js";
import { startDeadline } from "./deadline.js";
import { copyJson, isObject } from "./json.js";
import { judgeOrigin, type OriginRules } from "./origin.js";
import { passedOnHeaders, passedOnStatusText } from "./passed-on.js";
import { isErrorStatus, refusal, shorten } from "./refusal.js";
import { report } from "./report.js";
import { type ParsedRequestBody, parseAuthorizeRequestBody } from "./request-body.js";
import { noSecret, type Secret, secretOf } from "./secret.js";
import type {
  AuthorizeContext,
  AuthorizedContext,
  AuthorizeHandlerOptions,
  AuthorizeRequestBody,
  PerRequest,
} from "./server-options.js";
import { requestSession } from "./upstream.js";

/**
 * Makes the backend endpoint that opens a session for a page: `(Request) => Promise<Response>`, for `POST` and `OPTIONS`.
 * The handler never throws and never rejects: each failure is a JSON answer `{ error }`. Of Layercode's answer it passes on
 * `client_session_key`, `conversation_id`, `session_id` and `config`, of its failures the status and `{ error }`. An option
 * that makes no sense throws `invalid-option` here, at once; what comes with the environment (`apiKey`, `agentId`) may be
 * absent until a request.
 *
 * @example
 * export const POST = createAuthorizeHandler({ apiKey: process.env.LAYERCODE_API_KEY, agentId: "ag-123456" });
 */
export function createAuthorizeHandler(options: AuthorizeHandlerOptions): (request: Request) => Promise<Response> {
  checkServerOptions(options);
  return async (request) => {
    const exchange: Exchange = { request, options, secret: noSecret };
    let cors: Record<string, string> = {};
    try {
      if (typeof options.apiKey === "string") exchange.secret = secretOf(options.apiKey.trim());
      // Before anything of the body is read: a page that may not call gets no work done.
      const verdict = judgeOrigin(request, originRules(options));
      if (!verdict.allowed) {
        discardBody(request);
        return finish(refuseOrigin(verdict.origin), {});
      }
      cors = verdict.headers;
      return finish(await answer(exchange), cors);
    } catch (error) {
      report(options, error, exchange.secret);
      return finish(
        refusal(500, "The authorize endpoint failed; the server's log, or its onError option, says why."),
        cors,
      );
    }
  };
}

/** One request on its way through the endpoint. */
interface Exchange {
  readonly request: Request;
  readonly options: AuthorizeHandlerOptions;
  /** Hides the API key from the moment on at which it is known. */
  secret: Secret;
}

function originRules({ allowedOrigins, trustProxy }: AuthorizeHandlerOptions): OriginRules {
  return { allowedOrigins: allowedOrigins ?? [], trustProxy: trustProxy ?? false };
}

function refuseOrigin(origin: string): Response {
  return refusal(
    403,
    `${shorten(origin)} may not call this endpoint: it is neither the endpoint's own origin nor in allowedOrigins (behind a proxy, see trustProxy).`,
  );
}

async function answer(exchange: Exchange): Promise<Response> {
  const { request } = exchange;
  if (request.method === "OPTIONS") return preflight(request);
  if (request.method === "POST") return openSession(exchange);
  discardBody(request);
  return refusal(405, `This endpoint takes POST, not ${request.method}.`, { allow: "POST, OPTIONS" });
}

async function openSession(exchange: Exchange): Promise<Response> {
  const { request, options } = exchange;
  const read = await readRequestBody(request, options.bodyTimeoutMs ?? defaultBodyTimeoutMs);
  if (read instanceof Response) return read;
  const { body } = read;

  // The key before the functions of the app that may throw it.
  const apiKey = (typeof options.apiKey === "function" ? await options.apiKey(request) : options.apiKey)?.trim();
  if (!apiKey)
    return misconfigured(exchange, "The server has no Layercode API key: set LAYERCODE_API_KEY in its environment.");
  exchange.secret = secretOf(apiKey);
  // fetch would name the value in its own error.
  if (!/^[\x21-\x7e]+$/.test(apiKey))
    return misconfigured(
      exchange,
      "The server's Layercode API key has characters no key has: check LAYERCODE_API_KEY.",
    );

  if (!(await isAllowedAgent(body.agent_id, options))) {
    if (options.agentId || options.allowedAgents)
      return refusal(403, `Agent ${shorten(JSON.stringify(body.agent_id))} may not be used through this endpoint.`);
    return misconfigured(
      exchange,
      "This endpoint names no agent: set createAuthorizeHandler's agentId or allowedAgents.",
    );
  }

  const rawBody = copyJson(read.rawBody) as Record<string, unknown>;
  const context: AuthorizeContext = { request, body: copyJson(body) as AuthorizeRequestBody, rawBody };
  const authorized = await decide(context, exchange);
  if (authorized instanceof Response) return authorized;
  const asked = await sessionFields(body, { ...context, authorized }, options);
  const { secret } = exchange;
  const opened = await requestSession({ apiKey, secret, body: toJson(asked), options, signal: request.signal });
  if (opened instanceof Response) return opened;
  const headers = await options.onAuthorized?.({ ...context, authorized, conversationId: opened.conversationId });
  return Response.json(opened.session, { headers: ownHeaders(headers ?? {}, secret) });
}

/** Headers of the app's own. What an answer is made of is not theirs to say, and the key has no place in one. */
function ownHeaders(given: HeadersInit, secret: Secret): Headers {
  const headers = new Headers(given);
  for (const [name, value] of [...headers]) {
    if (secret.isIn(name) || secret.isIn(value))
      throw new LayercodeError("invalid-option", "onAuthorized gave a header with the API key in it.");
    if (/^(content-.*|transfer-encoding|connection)$/.test(name)) headers.delete(name);
  }
  return headers;
}

const defaultBodyTimeoutMs = 10_000;

type ReadRequestBody = Extract<ParsedRequestBody, { ok: true }>;

async function readRequestBody(request: Request, timeoutMs: number): Promise<ReadRequestBody | Response> {
  if (request.bodyUsed || request.body?.locked)
    return refusal(500, "The request's body was already read: hand the untouched Request to the authorize handler.");
  const deadline = startDeadline(timeoutMs, request.signal);
  const read = await readBoundedText(request, deadline).catch(() => null);
  deadline.release();
  if (deadline.expired) return refusal(408, "The request's body took too long to arrive.");
  if (!read) return refusal(400, "The request's body ended early, or is no JSON.");
  if (!read.ok && read.reason === "too-large") return refusal(413, "The request's body is over 64 kB.");
  const parsed = parseAuthorizeRequestBody(read.ok ? read.text : "");
  return parsed.ok ? parsed : refusal(400, parsed.error);
}

async function isAllowedAgent(agentId: string, options: AuthorizeHandlerOptions): Promise<boolean> {
  if (options.allowedAgents === undefined) return agentId === options.agentId;
  if (typeof options.allowedAgents === "function") return (await options.allowedAgents(agentId)) === true;
  return options.allowedAgents.includes(agentId);
}

async function decide(
  context: AuthorizeContext,
  { options, secret }: Exchange,
): Promise<AuthorizedContext["authorized"] | Response> {
  const decision: unknown = options.authorize ? await askAuthorize(context, options.authorize) : true;
  if (decision === true) return { metadata: {} };
  if (decision === false) return refusal(403, "This user may not talk to this agent.");
  if (decision instanceof Response) return decision;
  if (isObject(decision) && typeof decision.error === "string")
    return refusal(isErrorStatus(decision.status) ? decision.status : 403, secret.hide(decision.error));
  if (isObject(decision) && isObject(decision.metadata)) return { ...decision, metadata: decision.metadata };
  throw new LayercodeError(
    "invalid-option",
    "authorize answered neither true, false, { metadata }, { error, status } nor a Response: nobody is let in by accident.",
  );
}

// Some frameworks' habit is to throw a Response.
async function askAuthorize(
  context: AuthorizeContext,
  authorize: NonNullable<AuthorizeHandlerOptions["authorize"]>,
): Promise<unknown> {
  try {
    return await authorize(context);
  } catch (error) {
    if (error instanceof Response) return error;
    throw error;
  }
}

/** What Layercode is asked: of the browser the body as it came, laid over it what the options say. */
async function sessionFields(
  body: AuthorizeRequestBody,
  context: AuthorizedContext,
  options: AuthorizeHandlerOptions,
): Promise<Record<string, unknown>> {
  const fixed = await ofThisRequest("metadata", options, context);
  const config = await ofThisRequest("config", options, context);
  const customMetadata = await ofThisRequest("customMetadata", options, context);
  const customHeaders = await ofThisRequest("customHeaders", options, context);
  return {
    ...body,
    metadata: { ...body.metadata, ...context.authorized.metadata, ...fixed },
    ...(config && { config }),
    ...(customMetadata && { custom_metadata: customMetadata }),
    ...(customHeaders && { custom_headers: customHeaders }),
  };
}

async function ofThisRequest(
  name: "metadata" | "config" | "customMetadata" | "customHeaders",
  options: AuthorizeHandlerOptions,
  context: AuthorizedContext,
): Promise<Record<string, unknown> | undefined> {
  const option: PerRequest<Record<string, unknown>> | undefined = options[name];
  const value: unknown = typeof option === "function" ? await option(context) : option;
  if (value === undefined || value === null) return undefined;
  if (isObject(value)) return value;
  throw new LayercodeError(
    "invalid-option",
    `${name} gave no object, but ${Array.isArray(value) ? "a list" : typeof value}.`,
  );
}

function toJson(fields: Record<string, unknown>): string {
  try {
    return JSON.stringify(fields);
  } catch (cause) {
    throw new LayercodeError(
      "invalid-option",
      "What authorize, metadata, config, customMetadata and customHeaders give is no JSON: no circles, no BigInt, no thousand levels.",
      { cause },
    );
  }
}

function preflight(request: Request): Response {
  const asked = request.headers.get("access-control-request-headers") ?? "";
  return new Response(null, {
    status: 204,
    headers: {
      allow: "POST, OPTIONS",
      "access-control-allow-methods": "POST, OPTIONS",
      // Apps add headers of their own (authorization) through authorizeSessionRequest; only allowed origins come this far.
      "access-control-allow-headers": /^[\w\-, ]{1,1000}$/.test(asked) ? asked : "content-type",
      "access-control-max-age": "600",
    },
  });
}

function misconfigured({ options, secret }: Exchange, message: string): Response {
  report(options, new LayercodeError("invalid-option", message), secret);
  return refusal(500, message);
}

// A Response of the app's own may have immutable headers: the answer is always a new one.
function finish(response: Response, cors: Record<string, string>): Response {
  const headers = passedOnHeaders(response);
  headers.set("cache-control", "no-store");
  headers.set("x-content-type-options", "nosniff");
  headers.append("vary", "Origin");
  // What a page may read is for the app to say as well.
  for (const [name, value] of Object.entries(cors))
    if (name === "access-control-expose-headers") headers.append(name, value);
    else headers.set(name, value);
  const statusText = passedOnStatusText(response.statusText);
  return new Response(response.body, { status: response.status, statusText, headers });
}
