import { once } from "node:events";
import type { RequestListener, ServerResponse } from "node:http";
import { connect } from "node:net";
import { inspect } from "node:util";
import express from "express";
import express4 from "express-4";
import fc from "fast-check";
import { Hono } from "hono";
import { expect, onTestFinished, test, vi } from "vitest";
import { type HostileRequest, headOf, hostileRequest } from "../../test/hostile-requests.js";
import { serve } from "../../test/http-server.js";
import { startLayercodeApi } from "../../test/layercode-api.js";
import { toNodeHandler } from "./node-handler.js";
import { createAuthorizeHandler } from "./server.js";
import type { AuthorizeDecision } from "./server-options.js";

const apiKey = "lc_api_key_0123456789";
const requestsEach = process.env.LONG ? 300 : 80;
const atOnce = 25;
/** How long the endpoint waits for a body here, and how much longer a client waits for the endpoint. */
const bodyTimeoutMs = 150;
const patienceMs = 3_000;

type Handler = (request: Request) => Promise<Response>;
/** Sends a request; resolves with all that came back. */
type Send = (request: HostileRequest) => Promise<string>;

/** Parsers that wait for a body know no limit of time: there the client goes away. */
const frameworks: Record<string, { start(handler: Handler): Promise<Send>; waitsForBody?: boolean }> = {
  "node:http": { start: (handler) => overSocket(toNodeHandler(handler)) },
  "Express 4": { start: (handler) => overSocket(express4().use(toNodeHandler(handler))) },
  "Express 4 with express.json()": {
    start: (handler) => overSocket(express4().use(express4.json(), toNodeHandler(handler)), true),
    waitsForBody: true,
  },
  "Express 5": { start: (handler) => overSocket(express().use(toNodeHandler(handler))) },
  "Express 5 with express.json()": {
    start: (handler) => overSocket(express().use(express.json(), toNodeHandler(handler)), true),
    waitsForBody: true,
  },
  Hono: {
    async start(handler) {
      const app = new Hono().all("*", (context) => handler(context.req.raw));
      return asWebRequest(async (request) => app.fetch(request));
    },
  },
  "Next (a route handler)": { start: async (handler) => asWebRequest(handler) },
};

test.each(Object.entries(frameworks))(
  `${requestsEach} hostile requests to %s: each is answered, none ends the process, nothing has the key`,
  async (_, { start, waitsForBody }) => {
    const rejected = vi.fn();
    process.on("unhandledRejection", rejected);
    onTestFinished(() => void process.off("unhandledRejection", rejected));
    const log: unknown[] = [];
    let asked = 0;
    const api = await startLayercodeApi(apiKey, (request, response) =>
      layercodeAnswers[asked++ % layercodeAnswers.length]?.(response, request.headers.authorization ?? ""),
    );
    let pending = 0;
    const open = createAuthorizeHandler({
      apiKey,
      agentId: "ag-1",
      apiUrl: api.url,
      bodyTimeoutMs,
      allowedOrigins: ["https://listed.example"],
      authorize: ({ request }) => decide(request.headers.get("x-app")),
      onAuthorized: ({ request, rawBody, conversationId }) => {
        const wish = request.headers.get("x-app");
        if (wish === "deep") throw Object.assign(new Error("the store is gone"), { key: apiKey, rawBody });
        // What an app should not do, and some will: hand on what the browser wrote.
        return { "set-cookie": `conversation=${conversationId}`, "x-own": String(rawBody.x), "content-length": "7" };
      },
      onError: (error) => log.push(error),
    });
    const send = await start(async (request) => {
      pending++;
      return open(request).finally(() => pending--);
    });

    const requests = fc.sample(hostileRequest, { seed: 15, numRuns: requestsEach });
    const statuses = new Map<string, number>();
    const work = requests.values();
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        for (const request of work) {
          const answer = await send(request);
          const goesAway = request.delivery === "aborted" || (waitsForBody && isShort(request));
          const status = /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? (goesAway ? "gone" : "none");
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
          if (answer.includes(apiKey)) throw new Error(`The key is in the answer to ${inspect(request)}`);
          if (status === "none") throw new Error(`No answer to ${inspect(request)}`);
        }
      }),
    );
    await vi.waitFor(() => expect(pending).toBe(0));
    expect([...statuses.values()].reduce((sum, count) => sum + count)).toBe(requestsEach);
    // It got through to where sessions are opened, and was not all refused at the door.
    for (const status of ["200", "400", "403", "405", "413"]) expect(statuses.get(status), status).toBeGreaterThan(0);
    expect(log.length).toBeGreaterThan(requestsEach / 30);
    expect(inspect(log, { depth: 10, showHidden: true, maxArrayLength: null, maxStringLength: null })).not.toContain(
      apiKey,
    );
    expect(rejected).not.toHaveBeenCalled();
  },
  30_000,
);

/** Layercode on a bad day; most of them repeat the key. */
const layercodeAnswers: ((response: ServerResponse, authorization: string) => void)[] = [
  (response) => response.end('{"client_session_key":"lc_sesskey_1","conversation_id":"lc_conv_1"}'),
  (response, key) => response.writeHead(401).end(JSON.stringify({ error: `Bad ${key}` })),
  (response, key) => response.writeHead(500, { "retry-after": key }).end(`<html>${key}</html>`),
  (response, key) => response.writeHead(302, { location: `http://127.0.0.1:1/${key}` }).end(),
  (response, key) =>
    response.end(JSON.stringify({ client_session_key: "k", conversation_id: key, config: { [key]: [key] } })),
  (response) => response.end('{"client_session_key":"k"}'),
  (response) => response.end("[".repeat(60_000)),
  (response) => void response.writeHead(200).write("{", () => response.destroy()),
];

function decide(wish: string | null): AuthorizeDecision {
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  if (wish === "throw") throw new Error(`database at 10.0.0.7 with ${apiKey}`);
  if (wish === "error") return { error: `no, not with ${apiKey}`, status: 999 };
  if (wish === "circle") return { metadata: circle };
  if (wish === "key") return { metadata: { key: apiKey } };
  if (wish === "response") return Response.error();
  if (wish === "reject") return Promise.reject(Object.assign(new Error("x"), { key: apiKey })) as never;
  return true;
}

/** Whether less of a body comes than was announced. */
function isShort({ delivery, length, body }: HostileRequest): boolean {
  return delivery === "silent after the first bytes" || Number(length) > body.length;
}

/** Bytes on a socket; a client that waits for an answer for no more than its patience. */
async function overSocket(listener: RequestListener, waitsForBody = false): Promise<Send> {
  const url = new URL(await serve(listener));
  return async (request) => {
    const socket = connect(Number(url.port), url.hostname);
    const pieces: Buffer[] = [];
    socket.on("data", (piece) => pieces.push(piece));
    socket.on("error", () => {});
    const timer = setTimeout(() => socket.destroy(), waitsForBody && isShort(request) ? bodyTimeoutMs * 4 : patienceMs);
    socket.write(Buffer.from(headOf(request), "latin1"));
    const { body, delivery, length } = request;
    const write = (part: Uint8Array) => {
      if (length !== null) socket.write(part);
      // An empty chunk is the last one.
      else if (part.length > 0)
        socket.write(Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from("\r\n")]));
    };
    const half = Math.floor(body.length / 2);
    write(body.subarray(0, half));
    setImmediate(() => {
      if (delivery === "aborted") socket.resetAndDestroy();
      if (delivery !== "whole") return;
      write(body.subarray(half));
      if (length === null) socket.write("0\r\n\r\n");
    });
    await once(socket, "close");
    clearTimeout(timer);
    return Buffer.concat(pieces).toString("latin1");
  };
}

/** The same requests as a runtime of the Web makes them. What it does not let through has no answer of ours. */
function asWebRequest(handler: Handler): Send {
  return async (request) => {
    const { method, path, host, headers, body, delivery } = request;
    const gone = new AbortController();
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        const half = Math.floor(body.length / 2);
        controller.enqueue(body.subarray(0, half));
        if (delivery === "silent after the first bytes") return;
        if (delivery === "aborted") {
          gone.abort();
          controller.error(new Error("The client has gone."));
        } else {
          controller.enqueue(body.subarray(half));
          controller.close();
        }
      },
    });
    let web: Request;
    try {
      const hasBody = method !== "GET" && method !== "HEAD";
      web = new Request(`http://${host}${path}`, {
        method,
        headers: headers.map(([name, value]) => [name, value] as [string, string]),
        signal: gone.signal,
        ...(hasBody && { body: stream, duplex: "half" }),
      } as RequestInit);
    } catch {
      return "HTTP/1.1 400 by the runtime";
    }
    const answer = await handler(web);
    return `HTTP/1.1 ${answer.status}\r\n${inspect([...answer.headers])}\r\n${await answer.text()}`;
  };
}
