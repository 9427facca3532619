import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { agentFinder } from "./agents.js";
import { Emitter } from "./emitter.js";
import type { ServerFaultControl } from "./faults/faults.js";
import { ServerFaultState } from "./faults/server-faults.js";
import { Wire } from "./faults/wire.js";
import { createAuthorizeEndpoint } from "./http/authorize-endpoint.js";
import { refuseKey, refuseUpgrade } from "./http/refuse-upgrade.js";
import { authorizePath, route, socketPath } from "./http/router.js";
import { isForeignPage } from "./http/this-machine.js";
import { serveWithoutUpgrade } from "./http/without-upgrade.js";
import { type MockServerOptions, resolveOptions } from "./options.js";
import { concatenate } from "./pcm.js";
import { documentedProtocol } from "./protocol/settings.js";
import { type Grant, SessionKeys } from "./rest/session-keys.js";
import { resolveScenario } from "./scenarios/resolve-scenario.js";
import { prewarmOf } from "./scenarios/run-scenario.js";
import type { ReceivedMessage } from "./session/messages.js";
import type { MockSession } from "./session/mock-session.js";
import { Session } from "./session/session.js";
import { Sessions } from "./session/sessions.js";
import type { TimelineEntry } from "./session/timeline-entry.js";
import { createVoice } from "./speech/create-voice.js";
import { splitSentences } from "./speech/sentences.js";
import { checkSpeech } from "./speech-length.js";

/** What a mock server tells. */
export type MockServerEvents = {
  /** A client connected. */
  session: [session: MockSession];
  /** A client's connection ended. */
  "session-closed": [session: MockSession];
  /** A client wrote a readable message. */
  message: [session: MockSession, message: ReceivedMessage];
  /** Something happened on a connection, in either direction. */
  timeline: [session: MockSession, entry: TimelineEntry];
};

/** A running Layercode service in this process. */
export interface MockServer {
  /** `http://127.0.0.1:<port>`: the built page, if one is served. */
  readonly url: string;
  /** Base URL of the REST API, for a backend's `apiUrl`. The same as `url`. */
  readonly apiUrl: string;
  /** The WebSocket, for a client's `url`. */
  readonly wsUrl: string;
  /** A ready-made backend endpoint, for a client's `authorizeSessionEndpoint`. */
  readonly authorizeUrl: string;
  readonly apiKey: string;
  readonly port: number;
  /** What goes wrong: with connections, authorization and keys. */
  readonly faults: ServerFaultControl;
  /** Which voice speaks. */
  readonly voice: "flite" | "tone";
  /**
   * A text in the agent's voice: PCM16, mono, 16000 Hz. For a fake microphone.
   * @throws {Error} when it has more than 1 Mi characters.
   */
  synthesize(text: string): Promise<Int16Array>;
  /** Every connection in the order of arrival: all open ones and the last 100 closed, fewer when their records are large. */
  readonly sessions: readonly MockSession[];
  /**
   * The next connection that no earlier call has returned, at once if it is already there.
   * @throws {Error} after `timeoutMs` (default: the option of that name), and when the server is closed.
   */
  waitForSession(options?: { timeoutMs?: number }): Promise<MockSession>;
  /** Listens to an event; returns the undo. */
  on<E extends keyof MockServerEvents>(event: E, listener: (...values: MockServerEvents[E]) => void): () => void;
  /** Ends every connection (1001), timer and thread, and frees the port. */
  close(): Promise<void>;
}

const goodbyeMs = 500;

/**
 * Starts a local Layercode: REST API, `/api/authorize`, WebSocket, an agent with a voice.
 * @throws {Error} when an option is wrong or the port is taken.
 *
 * @example
 * const server = await createMockServer();
 * const client = new LayercodeClient({ agentId: "ag-1", authorizeSessionEndpoint: server.authorizeUrl, url: server.wsUrl });
 */
export async function createMockServer(options: MockServerOptions = {}): Promise<MockServer> {
  const resolved = resolveOptions(options);
  const { apiKey, limits, log, maxSessions, timeoutMs } = resolved;
  const protocol = { ...documentedProtocol, ...resolved.protocol };
  const scenario = resolveScenario(resolved.scenario ?? "assistant");
  const findAgent = agentFinder(resolved.agents, definedFields(resolved));
  const voice = createVoice(resolved.voice, (line) => log(line, "info"));
  const keys = new SessionKeys(resolved.keyLifetimeMs);
  const events = new Emitter<MockServerEvents>();
  const sessions = new Sessions(limits.recordBytes);

  const faults = new ServerFaultState({
    faults: resolved.faults,
    open: () => sessions.open.map((session) => session.faults),
    expireKeys: () => keys.expireAll(),
  });

  const http = createServer((request, response) => void route(request, response, parts));
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.frameBytes,
    perMessageDeflate: false,
    // Layercode has no subprotocol; by default `ws` would accept the first that a client offers.
    handleProtocols: () => false,
  });
  // The HTTP server forgets sockets that were upgraded or refused: keep our own list, for `close()`.
  const connections = new Set<Socket>();
  http.on("connection", (socket) => {
    // One that offered another protocol comes once more.
    if (connections.has(socket)) return;
    connections.add(socket);
    socket.on("close", () => connections.delete(socket));
  });
  const port = await listen(http, resolved.port, resolved.host);
  const origin = `${urlHost(resolved.host)}:${port}`;
  const url = `http://${origin}`;
  const parts = {
    rest: { apiKey, findAgent, keys, jsonDepth: limits.jsonDepth },
    nextAuthorizeFault: () => faults.nextAuthorization(),
    control: resolved.control ? { sessions: () => sessions.open, faults } : null,
    authorize: createAuthorizeEndpoint({ apiKey, apiUrl: url, allowedOrigins: resolved.allowedOrigins }),
    allowedOrigins: resolved.allowedOrigins,
    staticDirectory: resolved.staticDirectory,
    health: () => ({ status: "ok", sessions: sessions.open.length, voice: voice.name }),
  };

  http.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (request.headers.upgrade?.toLowerCase() !== "websocket") return serveWithoutUpgrade(http, request, socket, head);
    // A client may reset the connection during the handshake: without a listener the error would end this process.
    socket.on("error", () => socket.destroy());
    // Cut the path by hand: `new URL()` throws at some request targets that clients send.
    const [path, query] = (request.url ?? "/").split("?", 2);
    if (path !== socketPath) return refuseUpgrade(socket, 404);
    if (isForeignPage(request, resolved.allowedOrigins)) return refuseUpgrade(socket, 403);
    const key = keys.check(
      new URLSearchParams(query).get("client_session_key") ?? "",
      faults.expiredKeys ? Infinity : performance.now(),
    );
    if (!key.valid) {
      const code = key.expired ? key.expired.agent.protocol.expiredKey : protocol.rejectedKey;
      return refuseKey(sockets, { request, socket, head }, code);
    }
    if (sessions.open.length >= maxSessions) return refuseUpgrade(socket, 503);
    sockets.handleUpgrade(request, socket, head, (webSocket) => open(webSocket, socket as Socket, key.grant));
  });

  function open(socket: WebSocket, connection: Socket, grant: Grant): void {
    const told = (line: string) => log(`${name}: ${line}`, "info");
    const session: Session = new Session({
      wire: new Wire({ socket, connection, faults: faults.ofConnection, log: told }),
      grant,
      voice,
      transcribe: resolved.transcribe,
      limits,
      timeoutMs,
      log: told,
      onMessage: (message) => events.emit("message", session, message),
      onEntry: (entry) => events.emit("timeline", session, entry),
      observed: () => events.has("message") || events.has("timeline"),
      budget: sessions.budget,
      onClosed() {
        log(`${name}: closed with ${session.closing?.code}`, "debug");
        sessions.closed();
        events.emit("session-closed", session);
      },
    });
    const name = `session ${session.connectionId.slice(0, 8)}`;
    log(`${name}: ${grant.agentId} in ${grant.conversationId}`, "debug");
    sessions.add(session);
    events.emit("session", session);
  }

  if (voice.name === "flite")
    // Ignore a failure here: the sentence is synthesized again, and reported, when it is needed.
    for (const sentence of prewarmOf(scenario).flatMap(splitSentences)) voice.synthesize(sentence).catch(() => {});

  let closing: Promise<void> | undefined;
  return {
    url,
    apiUrl: url,
    wsUrl: `ws://${origin}${socketPath}`,
    authorizeUrl: url + authorizePath,
    apiKey,
    port,
    faults,
    voice: voice.name,
    async synthesize(text) {
      checkSpeech(text);
      const sentences = splitSentences(text).map((sentence) => voice.synthesize(sentence));
      return concatenate(await Promise.all(sentences));
    },
    get sessions() {
      return sessions.known;
    },
    waitForSession: (wait = {}) => sessions.next(wait.timeoutMs ?? timeoutMs),
    on: (event, listener) => events.on(event, listener),
    close() {
      closing ??= shutDown();
      return closing;
    },
  };

  async function shutDown(): Promise<void> {
    const closed = new Promise<void>((resolve) => http.close(() => resolve()));
    const { open } = sessions;
    for (const session of open) session.close(1001, "The server is shutting down.");
    await settled(open, goodbyeMs);
    for (const session of open) session.terminate();
    sockets.close();
    for (const connection of connections) connection.destroy();
    sessions.end();
    await Promise.all([closed, voice.close()]);
  }

  /** Resolves when all have said goodbye, or the time is up. */
  function settled(open: readonly Session[], withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const finish = () => {
        clearTimeout(timer);
        off();
        resolve();
      };
      const timer = setTimeout(finish, withinMs);
      const check = () => {
        if (open.every((session) => session.closed)) finish();
      };
      const off = events.on("session-closed", check);
      check();
    });
  }
}

function definedFields({ scenario, config, trigger, balance, protocol }: MockServerOptions): MockServerOptions {
  return {
    ...(scenario !== undefined && { scenario }),
    ...(config !== undefined && { config }),
    ...(trigger !== undefined && { trigger }),
    ...(balance !== undefined && { balance }),
    ...(protocol !== undefined && { protocol }),
  };
}

const noAddress = "It is no address of this machine: leave host out, or use 0.0.0.0 for all networks.";
const listenFailures: Readonly<Record<string, string>> = {
  EADDRINUSE: "It is taken: choose another port, or 0 for a free one.",
  EADDRNOTAVAIL: noAddress,
  ENOTFOUND: noAddress,
};

function listen(http: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    http.once("error", (error: NodeJS.ErrnoException) => {
      const reason = listenFailures[error.code ?? ""] ?? error.message;
      reject(new Error(`The mock server cannot listen on ${host}:${port}. ${reason}`, { cause: error }));
    });
    http.listen(port, host, () => resolve((http.address() as AddressInfo).port));
  });
}

// A server that listens on every address is reached through the loopback one.
function urlHost(host: string): string {
  if (host === "0.0.0.0" || host === "") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}
