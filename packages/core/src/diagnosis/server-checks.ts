import { failureOf } from "./failure.js";
import { type EndpointSeen, endpointFinding, type SocketSeen, socketFinding } from "./findings.js";
import { watchForbidden } from "./forbidden.js";
import type { Finding } from "./report.js";
import { type Scene, whenOver } from "./scene.js";

/** The endpoint and the socket: in a session what that shows; else as `openSession` says. */
export class ServerChecks {
  readonly #scene: Scene;
  readonly #isForbidden: (address: string) => Promise<boolean>;
  /** The key of the session that was authorized for the diagnosis. */
  #key: string | null = null;

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#isForbidden = watchForbidden(scene.over);
  }

  get #isConnected(): boolean {
    return this.#scene.model.connection.phase.name === "connected";
  }

  async endpoint(): Promise<Finding> {
    return endpointFinding(this.#isConnected ? { type: "session" } : await this.#askEndpoint());
  }

  async socket(): Promise<Finding> {
    return socketFinding(this.#isConnected ? { type: "session" } : await this.#trySocket());
  }

  async #askEndpoint(): Promise<EndpointSeen> {
    const { options, model, over, openSession } = this.#scene;
    const { askBackend, askEndpoint, shownEndpoint } = await importSession();
    const {
      agentId,
      authorizeSessionEndpoint: endpoint,
      authorizeSessionRequest: request,
      credentials,
      fetch,
    } = options;
    const { conversationId } = model.connection;
    const address = shownEndpoint(endpoint);
    try {
      if (openSession) {
        const { clientSessionKey } = await askBackend(options, { agentId, conversationId, signal: over });
        this.#key = clientSessionKey;
        return { type: "authorized" };
      }
      // Nobody opens a session for an agent without a name: it costs neither a conversation nor money.
      const body = { agent_id: "", metadata: {}, sdk_version: "diagnosis" };
      const answer = await askEndpoint({ endpoint, body, request, credentials, fetch, signal: over });
      const { explainRefusal, isNotThere } = await import("../authorization/refused.js");
      const { response, authorization } = answer;
      const { message } = explainRefusal(answer);
      const isThere = authorization !== null || !isNotThere(answer);
      return { type: "answered", address, status: response.status, isThere, isOpen: authorization !== null, message };
    } catch (cause) {
      if (await this.#isForbidden(address)) return { type: "forbidden", address };
      return { type: "failed", error: failureOf(cause) };
    }
  }

  async #trySocket(): Promise<SocketSeen> {
    const { options, openSession, over } = this.#scene;
    if (openSession && this.#key === null) return { type: "skipped" };
    const { openWebSocket, sessionUrl, shownUrl } = await importSession();
    const url = sessionUrl(options.url, this.#key ?? "");
    const address = shownUrl(url);
    const close = await new Promise<{ code: number; reason: string } | null>((resolve) => {
      const events = { onOpen: () => resolve(null), onMessage: () => {}, onClose: resolve };
      const socket = openWebSocket(url, events, options.WebSocket);
      whenOver(over, () => {
        socket.close();
        resolve(null);
      });
    });
    if (!close) return { type: "opened", address, isSession: this.#key !== null };
    if (await this.#isForbidden(address)) return { type: "forbidden", address };
    if (this.#key === null) {
      if (close.code !== 1006 || (await this.#answers(url))) return { type: "answered", address };
      // A policy that names the socket's server as wss: lets nobody ask it by https:, which tells nothing of it.
      if (await this.#isForbidden(toHttp(address))) return { type: "untold", address };
    }
    return { type: "closed", address, ...close };
  }

  /** Whether the socket's server answers anything: a page may not see why it refused a socket. */
  async #answers(url: string): Promise<boolean> {
    const { fetch: own } = this.#scene.options;
    try {
      await (own ?? fetch)(toHttp(url), { mode: "no-cors", credentials: "omit", signal: this.#scene.over });
      return true;
    } catch {
      return false;
    }
  }
}

function toHttp(url: string): string {
  return url.replace(/^ws/, "http");
}

function importSession(): Promise<typeof import("../runtime/session-runtime.js")> {
  return import("../runtime/session-runtime.js");
}
