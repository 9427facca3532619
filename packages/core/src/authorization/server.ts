import { LayercodeError } from "../errors.js";
import { discardBody, readBoundedText } from "./bounded-body.js";
import { judgeOrigin } from "./origin.js";
import { refusal } from "./refusal.js";
import { report } from "./report.js";
import { parseAuthorizeRequestBody } from "./request-body.js";
import type { AuthorizeContext, AuthorizeHandlerOptions, AuthorizeRequestBody } from "./server-options.js";
import { requestSession } from "./upstream.js";

/**
 * Makes the backend endpoint that opens a session for a page: `(Request) => Promise<Response>`, for `POST` and `OPTIONS`.
 * It never throws: each failure is a JSON answer `{ error }`. Of Layercode's answer it passes on `client_session_key`,
 * `conversation_id`, `session_id` and `config`, of its failures the status and `{ error }`.
 *
 * @example
 * export const POST = createAuthorizeHandler({ apiKey: process.env.LAYERCODE_API_KEY, agentId: "ag-123456" });
 */
export function createAuthorizeHandler(options: AuthorizeHandlerOptions): (request: Request) => Promise<Response> {
  return async (request) => {
    const verdict = judgeOrigin(request, {
      allowedOrigins: options.allowedOrigins ?? [],
      trustProxy: options.trustProxy ?? false,
    });
    if (!verdict.allowed) {
      discardBody(request);
      return finish(refuseOrigin(verdict.origin), {});
    }
    try {
      return finish(await answer(request, options), verdict.headers);
    } catch (error) {
      report(options, error instanceof Error ? error : new Error(String(error)));
      return finish(refusal(500, "The authorize endpoint failed; its onError option is told why."), verdict.headers);
    }
  };
}

function refuseOrigin(origin: string): Response {
  return refusal(
    403,
    `${shorten(origin)} may not call this endpoint: it is neither the endpoint's own origin nor in allowedOrigins (behind a proxy, see trustProxy).`,
  );
}

async function answer(request: Request, options: AuthorizeHandlerOptions): Promise<Response> {
  if (request.method === "OPTIONS") return preflight(request);
  if (request.method === "POST") return openSession(request, options);
  discardBody(request);
  return refusal(405, `This endpoint takes POST, not ${request.method}.`, { allow: "POST, OPTIONS" });
}

async function openSession(request: Request, options: AuthorizeHandlerOptions): Promise<Response> {
  const body = await readRequestBody(request);
  if (body instanceof Response) return body;
  if (!(await isAllowedAgent(body.agent_id, options))) {
    if (options.agentId || options.allowedAgents)
      return refusal(403, `Agent ${shorten(JSON.stringify(body.agent_id))} may not be used through this endpoint.`);
    return misconfigured(
      options,
      "This endpoint names no agent: set createAuthorizeHandler's agentId or allowedAgents.",
    );
  }

  const context: AuthorizeContext = { request, body };
  // A copy: what `authorize` does to the context's body changes nothing of what is asked of Layercode.
  const asked: AuthorizeRequestBody = { ...body };
  const granted = await decide(context, options);
  if (granted instanceof Response) return granted;
  const fixed = typeof options.metadata === "function" ? await options.metadata(context) : options.metadata;

  const apiKey = (typeof options.apiKey === "function" ? await options.apiKey(request) : options.apiKey)?.trim();
  if (!apiKey)
    return misconfigured(options, "The server has no Layercode API key: set LAYERCODE_API_KEY in its environment.");
  // fetch would name the value in its own error.
  if (!/^[\x21-\x7e]+$/.test(apiKey))
    return misconfigured(options, "The server's Layercode API key has characters no key has: check LAYERCODE_API_KEY.");

  return requestSession({
    apiKey,
    body: {
      ...asked,
      metadata: { ...asked.metadata, ...granted.metadata, ...fixed },
      ...(options.config && { config: options.config }),
      ...(options.customMetadata && { custom_metadata: options.customMetadata }),
      ...(options.customHeaders && { custom_headers: options.customHeaders }),
    },
    options,
    signal: request.signal,
  });
}

async function readRequestBody(request: Request): Promise<AuthorizeRequestBody | Response> {
  if (request.bodyUsed)
    return refusal(500, "The request's body was already read: hand the untouched Request to the authorize handler.");
  const read = await readBoundedText(request).catch(() => null);
  if (!read) return refusal(400, "The request's body ended early.");
  if (!read.ok && read.reason === "too-large") return refusal(413, "The request's body is over 64 kB.");
  const parsed = parseAuthorizeRequestBody(read.ok ? read.text : null);
  return parsed.ok ? parsed.body : refusal(400, parsed.error);
}

async function isAllowedAgent(agentId: string, options: AuthorizeHandlerOptions): Promise<boolean> {
  if (options.allowedAgents === undefined) return agentId === options.agentId;
  if (typeof options.allowedAgents === "function") return (await options.allowedAgents(agentId)) === true;
  return options.allowedAgents.includes(agentId);
}

async function decide(
  context: AuthorizeContext,
  options: AuthorizeHandlerOptions,
): Promise<{ metadata?: Record<string, unknown> } | Response> {
  if (!options.authorize) return {};
  const decision: unknown = await askAuthorize(context, options.authorize);
  if (decision === true) return {};
  if (decision === false) return refusal(403, "This user may not talk to this agent.");
  if (decision instanceof Response) return decision;
  if (isObject(decision) && typeof decision.error === "string")
    return refusal(isErrorStatus(decision.status) ? decision.status : 403, decision.error);
  if (isObject(decision) && isObject(decision.metadata)) return { metadata: decision.metadata };
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

function misconfigured(options: AuthorizeHandlerOptions, message: string): Response {
  report(options, new LayercodeError("invalid-option", message));
  return refusal(500, message);
}

// A Response of the app's own may have immutable headers: the answer is always a new one.
function finish(response: Response, cors: Record<string, string>): Response {
  const headers = new Headers(response.headers);
  headers.set("cache-control", "no-store");
  headers.set("x-content-type-options", "nosniff");
  headers.append("vary", "Origin");
  for (const [name, value] of Object.entries(cors)) headers.set(name, value);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

function isErrorStatus(status: unknown): status is number {
  return Number.isInteger(status) && (status as number) >= 400 && (status as number) <= 599;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shorten(text: string): string {
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
