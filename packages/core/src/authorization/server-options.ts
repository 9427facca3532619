/** What a handler takes from the browser; everything else in the body is dropped. */
export interface AuthorizeRequestBody {
  agent_id: string;
  /** Present when the browser wants to resume a conversation. */
  conversation_id?: string;
  /** As the browser wrote it: not to be trusted. `{}` when absent. */
  metadata: Record<string, unknown>;
  sdk_version?: string;
}

/** One request as `authorize` and `metadata` see it. */
export interface AuthorizeContext {
  /** For its headers, cookies and URL; its body is already read. */
  request: Request;
  body: AuthorizeRequestBody;
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
  authorize?: (context: AuthorizeContext) => AuthorizeDecision | Promise<AuthorizeDecision>;
  /** Laid over the browser's metadata and over what `authorize` adds: the browser cannot forge these fields. */
  metadata?:
    | Record<string, unknown>
    | ((context: AuthorizeContext) => Record<string, unknown> | Promise<Record<string, unknown>>);
  /** Overrides of the agent's configuration for each session. Never taken from the browser. */
  config?: Record<string, unknown>;
  /** Sent as `custom_metadata`. Never taken from the browser. */
  customMetadata?: Record<string, unknown>;
  /** Sent as `custom_headers`. Never taken from the browser. */
  customHeaders?: Record<string, unknown>;
  /**
   * Other origins whose pages may call this endpoint, exact (`"https://app.example"`), with cookies; or `"*"` for all,
   * without cookies. Default none: only pages of the same origin.
   */
  allowedOrigins?: readonly string[] | "*";
  /** Take the endpoint's own origin from `X-Forwarded-Host` and `X-Forwarded-Proto`. Default false. */
  trustProxy?: boolean;
  /** Base URL of Layercode's REST API, without `/v1/…`. Default `https://api.layercode.com`. */
  apiUrl?: string;
  /** How long Layercode may take to answer, in ms. Default 10 000; then 504. */
  timeoutMs?: number;
  /** Replaces the global `fetch`. */
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** Told of every failure that is the server's own (missing key, `authorize` threw, Layercode unreachable). Never sees the key. */
  onError?: (error: Error) => void;
};
