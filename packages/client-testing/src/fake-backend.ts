/** A request that reached the authorize endpoint. */
export interface AuthorizeRequest {
  url: string;
  /** The parsed body. */
  body: Record<string, unknown>;
  signal: AbortSignal | null;
}

/** The app's backend: an authorize endpoint that lets everybody in. */
export class FakeBackend {
  readonly requests: AuthorizeRequest[] = [];
  /** How the endpoint answers; replace it to delay or refuse. */
  answer: () => Promise<Response>;

  /** `agentConfig`: what the answer says of the agent; `null` leaves it out, as backends of old do. */
  constructor(agentConfig: object | null) {
    const session = { client_session_key: "lc_sesskey_secret", conversation_id: "lc_conv_1" };
    this.answer = async () => Response.json({ ...session, ...(agentConfig ? { config: agentConfig } : {}) });
  }

  /** For the option `fetch`. */
  readonly fetch = (async (url: string, init: RequestInit) => {
    this.requests.push({ url, body: JSON.parse(String(init.body)), signal: init.signal ?? null });
    return this.answer();
  }) as typeof fetch;
}
