/** What Layercode is asked for in the browser's words; everything else in the body is dropped on the way there. */
export interface AuthorizeRequestBody {
  agent_id: string;
  /** Present when the browser wants to resume a conversation. */
  conversation_id?: string;
  /** As the browser wrote it: not to be trusted. `{}` when absent. */
  metadata: Record<string, unknown>;
  sdk_version?: string;
}

/** One request as `authorize` sees it. */
export interface AuthorizeContext {
  /** For its headers, cookies and URL; its body is already read. */
  request: Request;
  /** A copy: what is changed in it changes nothing of what Layercode is asked. */
  body: AuthorizeRequestBody;
  /**
   * All that the browser sent, fields of the app's own included: whatever anybody may have written there, so check what
   * you read. Nothing of it reaches Layercode but by your options. No `__proto__`, at most 64 levels, a copy.
   */
  rawBody: Record<string, unknown>;
}

/** One request after `authorize` has let it in. */
export interface AuthorizedContext extends AuthorizeContext {
  /** What `authorize` answered; `{ metadata: {} }` when that was `true`, or there is no `authorize`. */
  authorized: { metadata: Record<string, unknown> };
}

/** One session that Layercode has opened. */
export interface OpenedContext extends AuthorizedContext {
  /** The one that was resumed, or the new one. */
  conversationId: string;
}

/** The same for every session, or made for each: per tenant, per user. */
export type PerRequest<T> = T | ((context: AuthorizedContext) => T | undefined | Promise<T | undefined>);

/** Overrides of the agent's configuration for one session. Every field is passed on as it is. */
export interface SessionConfig extends Record<string, unknown> {
  /** Where Layercode reports the session's life cycle, and what it sends along: the newer form of `custom_…`. */
  session_webhook?: {
    url?: string;
    events?: string[];
    custom_metadata?: Record<string, unknown>;
    custom_headers?: Record<string, string>;
  };
}

/**
 * What `authorize` answers. `true` or `{ metadata }` lets the user in. `false` refuses with 403, `{ error, status }` with
 * those (default 403), a `Response` (also a thrown one) is sent as it is. Anything else refuses with 500: forgetting to
 * answer must not let anyone in.
 */
export type AuthorizeDecision =
  | boolean
  | { metadata: Record<string, unknown> }
  | { error: string; status?: number }
  | Response;

/** Which agents a page may talk to; one of the two is required. */
export type AgentChoice =
  | { /** The one agent. */ agentId: string | undefined; allowedAgents?: undefined }
  | {
      agentId?: undefined;
      /** Several, by id or by a test of the id. */
      allowedAgents: readonly string[] | ((agentId: string) => boolean | Promise<boolean>);
    };

/** Options of `createAuthorizeHandler`. */
export type AuthorizeHandlerOptions = AgentChoice & {
  /**
   * Layercode's API key (`process.env.LAYERCODE_API_KEY`), or a function that gives it, asked at each request. A missing
   * one is answered with 500 at the request, never thrown at import.
   */
  apiKey: string | undefined | ((request: Request) => string | undefined | Promise<string | undefined>);
  /**
   * Decides whether this user may talk, and whether they may resume `body.conversation_id`: without it, whoever knows a
   * conversation's id may.
   */
  authorize?: ((context: AuthorizeContext) => AuthorizeDecision | Promise<AuthorizeDecision>) | undefined;
  /** Laid over the browser's metadata and over what `authorize` adds: the browser cannot forge these fields. */
  metadata?: PerRequest<Record<string, unknown>> | undefined;
  /**
   * Called when Layercode has opened the session, before the page is answered: to store the conversation's id with the
   * user, say. Headers that it returns, such as a `Set-Cookie`, are added to the answer. If it throws, the page gets a 500.
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: a hook that only stores returns nothing.
  onAuthorized?: ((context: OpenedContext) => HeadersInit | void | Promise<HeadersInit | void>) | undefined;
  /** Overrides of the agent's configuration. Never taken from the browser. */
  config?: PerRequest<SessionConfig> | undefined;
  /** Sent as `custom_metadata`. Never taken from the browser. */
  customMetadata?: PerRequest<Record<string, unknown>> | undefined;
  /** Sent as `custom_headers`. Never taken from the browser. */
  customHeaders?: PerRequest<Record<string, unknown>> | undefined;
  /**
   * Other origins whose pages may call this endpoint, exact (`"https://app.example"`), with cookies; or `"*"` for all,
   * without cookies. Default none: only pages of the same origin.
   */
  allowedOrigins?: readonly string[] | "*" | undefined;
  /** Take the endpoint's own origin from `X-Forwarded-Host` and `X-Forwarded-Proto`. Default false. */
  trustProxy?: boolean | undefined;
  /** Base URL of Layercode's REST API, without `/v1/…`. Default `https://api.layercode.com`. */
  apiUrl?: string | undefined;
  /** How long a request's body may take to arrive, in ms. Default 10 000; then 408. */
  bodyTimeoutMs?: number | undefined;
  /** How long Layercode may take to answer, in ms. Default 10 000; then 504. */
  timeoutMs?: number | undefined;
  /** Replaces the global `fetch`. */
  fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
  /**
   * Told of every failure that is not the browser's: a missing key, an option's function that threw, a Layercode that
   * refuses, fails or is not there. Never sees the key: an error of the app's own that has it in any of its fields is
   * replaced by a copy of its texts. Default: the server's log, by `console.error`.
   */
  onError?: ((error: Error) => void) | undefined;
};
