import { LayercodeError } from "../errors.js";
import { discardBody } from "./bounded-body.js";
import { passedOnHeaders } from "./passed-on.js";

// The types are structural, so that neither @types/node nor @types/express is needed to read them.

/** As much of node:http's `IncomingMessage` (or Express's `Request`) as is read. */
export interface NodeRequest {
  method?: string | undefined;
  url?: string | undefined;
  /** Express: the URL before a router cut its mount path off. */
  originalUrl?: string | undefined;
  headers: Record<string, string | string[] | undefined>;
  /** Set by body parsers. */
  body?: unknown;
  readableDidRead?: boolean;
  readableEnded?: boolean;
  destroyed?: boolean;
  socket?: unknown;
  on(event: "data", listener: (chunk: Uint8Array) => void): unknown;
  on(event: "end", listener: () => void): unknown;
  on(event: "close", listener: () => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  off(event: "data" | "end" | "close", listener: (chunk: Uint8Array) => void): unknown;
  pause(): unknown;
  resume(): unknown;
}

/** As much of node:http's `ServerResponse` as is written. */
export interface NodeResponse {
  statusCode: number;
  readonly writableEnded: boolean;
  readonly headersSent?: boolean;
  readonly destroyed?: boolean;
  getHeader?(name: string): number | string | readonly string[] | undefined;
  setHeader(name: string, value: string | readonly string[]): unknown;
  end(body: Uint8Array): unknown;
  destroy?(): unknown;
  on(event: "close", listener: () => void): unknown;
}

/**
 * Makes a listener for `node:http` and a handler for Express of one that speaks the Web's `Request` and `Response`.
 * A body that `express.json()` or another parser has read is taken from `req.body`. A client that goes away aborts the
 * request's signal. What the handler throws goes to Express's `next`, else it is answered with 500. The promise never
 * rejects: Express 4 and `node:http` would end the process. Without a handler it throws `invalid-option` at once.
 *
 * @example
 * app.all("/api/authorize", toNodeHandler(createAuthorizeHandler({ apiKey, agentId })));
 */
export function toNodeHandler(
  handler: (request: Request) => Promise<Response>,
): (request: NodeRequest, response: NodeResponse, next?: (error?: unknown) => void) => Promise<void> {
  if (typeof handler !== "function") {
    const text =
      "toNodeHandler() was given no handler. Pass what createAuthorizeHandler() returns, or another function.";
    throw new LayercodeError("invalid-option", text);
  }
  return async (request, response, next) => {
    const gone = new AbortController();
    const closed = () => {
      if (!response.writableEnded) gone.abort();
    };
    response.on("close", closed);
    // A middleware took its time, and the client did not: no event comes any more.
    if (response.destroyed) closed();
    const write = async (answer: Response) => {
      const body = new Uint8Array(await answer.arrayBuffer());
      if (gone.signal.aborted) return;
      // The rest of that body may never come: do not wait for it on this connection. On that of HTTP/2 are others as well.
      if (answer.status === 408 && !(":method" in request.headers)) response.setHeader("connection", "close");
      writeAnswer(answer, body, response);
    };
    const webRequest = toWebRequest(request, gone.signal);
    try {
      await write(webRequest ? await handler(webRequest) : malformed());
    } catch (error) {
      if (!gone.signal.aborted) await fail(error, response, next);
    } finally {
      // A body that nobody reads holds the connection: let it run off.
      if (webRequest) discardBody(webRequest);
      else request.resume();
    }
  };
}

/** Hands an error on; answers it where there is nobody to hand it to. */
async function fail(error: unknown, response: NodeResponse, next?: (error?: unknown) => void): Promise<void> {
  try {
    if (next) return next(error);
    // Somebody else has begun to answer: the rest is theirs.
    if (response.headersSent) return;
    const answer = Response.json({ error: "The server failed." }, { status: 500 });
    writeAnswer(answer, new Uint8Array(await answer.arrayBuffer()), response);
  } catch {
    // Not even that can be written: without an end the client would wait for ever.
    response.destroy?.();
  }
}

function malformed(): Response {
  return Response.json({ error: "The request's method, host or URL is malformed." }, { status: 400 });
}

function toWebRequest(request: NodeRequest, signal: AbortSignal): Request | undefined {
  try {
    const url = toUrl(request);
    // Throws at TRACE and the like. Before the body: nobody would read what of it is waiting already.
    const { method } = new Request(url, { method: request.method ?? "GET" });
    const init: RequestInit & { duplex?: "half" } = { method, headers: toHeaders(request.headers), signal };
    if (method !== "GET" && method !== "HEAD") {
      init.body = toBody(request);
      // Required of a request whose body is a stream.
      init.duplex = "half";
    }
    return new Request(url, init);
  } catch {
    return undefined;
  }
}

function toUrl({ headers, socket, originalUrl, url }: NodeRequest): string {
  const isEncrypted =
    typeof socket === "object" && socket !== null && "encrypted" in socket && socket.encrypted === true;
  const host = headers.host ?? headers[":authority"] ?? "localhost";
  // In a URL these characters end the host, or make it another one: "http:///api" has the host "api".
  if (typeof host !== "string" || host === "" || /[\s/?#@\\]/.test(host)) throw new TypeError("The host is malformed.");
  const path = originalUrl ?? url ?? "/";
  return `${isEncrypted ? "https" : "http"}://${host}${path.startsWith("/") ? path : "/"}`;
}

function toHeaders(fields: NodeRequest["headers"]): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(fields)) {
    // HTTP/2 puts the method, path and authority here under names that are no header's.
    if (value === undefined || name.startsWith(":")) continue;
    for (const item of Array.isArray(value) ? value : [value]) headers.append(name, item);
  }
  return headers;
}

function toBody(request: NodeRequest): BodyInit {
  const { body } = request;
  if (body === undefined || body === null) return toStream(request);
  if (typeof body === "string") return body;
  if (body instanceof Uint8Array) return new Uint8Array(body);
  // Express 4's parser leaves {} where it read nothing.
  if (request.readableDidRead === false && Object.keys(body).length === 0) return toStream(request);
  return toJsonStream(body);
}

/**
 * What a parser made of the body, as text again. Only when somebody reads it: the text of what is refused unread costs
 * nothing. What is no JSON (a circle, a BigInt, too deep to write) is a body that breaks off.
 */
function toJsonStream(value: unknown): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        controller.enqueue(new TextEncoder().encode(JSON.stringify(value)));
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}

function toStream(request: NodeRequest): ReadableStream<Uint8Array> {
  let detach = () => {};
  return new ReadableStream<Uint8Array>({
    start(controller) {
      // Text where somebody has called `setEncoding()`, as loggers do.
      const onData = (chunk: Uint8Array | string) => {
        controller.enqueue(typeof chunk === "string" ? new TextEncoder().encode(chunk) : new Uint8Array(chunk));
        if ((controller.desiredSize ?? 0) <= 0) request.pause();
      };
      const onEnd = () => {
        detach();
        controller.close();
      };
      const onBroken = () => {
        detach();
        controller.error(new Error("The client closed the connection before the body's end."));
      };
      detach = () => {
        request.off("data", onData);
        request.off("end", onEnd);
        request.off("close", onBroken);
        detach = () => {};
      };
      // Stays attached: an "error" nobody listens to ends the process.
      request.on("error", onBroken);
      request.on("data", onData);
      request.on("end", onEnd);
      request.on("close", onBroken);
      // Somebody read it and kept nothing, or the client has gone: there is no end to wait for.
      if (request.readableEnded || request.destroyed) onBroken();
    },
    pull() {
      request.resume();
    },
    cancel() {
      detach();
      // Let the rest run off: destroying it would take the socket away from the answer.
      request.resume();
    },
  });
}

function writeAnswer(answer: Response, body: Uint8Array, response: NodeResponse): void {
  response.statusCode = answer.status;
  const headers = passedOnHeaders(answer);
  headers.forEach((value, name) => {
    if (name !== "set-cookie" && name !== "vary") response.setHeader(name, value);
  });
  // Of these there may be several, some of them a middleware's: a session of the app's own is kept in such a cookie.
  const cookies = headers.getSetCookie();
  if (cookies.length > 0) response.setHeader("set-cookie", [...valuesOf(response, "set-cookie"), ...cookies]);
  const vary = [...valuesOf(response, "vary"), headers.get("vary") ?? ""].flatMap((names) => names.split(/\s*,\s*/));
  if (headers.has("vary")) response.setHeader("vary", [...new Set(vary)].join(", "));
  response.end(body);
}

function valuesOf(response: NodeResponse, name: string): string[] {
  const values = response.getHeader?.(name) ?? [];
  return [values].flat().map(String);
}
