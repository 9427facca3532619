import { EventEmitter, once } from "node:events";
import { Agent, createServer, request as httpRequest } from "node:http";
import { connect as connectHttp2, constants, createServer as createHttp2Server } from "node:http2";
import { type AddressInfo, connect } from "node:net";
import { Readable } from "node:stream";
import express from "express";
import express4 from "express-4";
import { expect, onTestFinished, test, vi } from "vitest";
import { serve } from "../../test/http-server.js";
import { startLayercodeApi } from "../../test/layercode-api.js";
import { toNodeHandler } from "./node-handler.js";
import { createAuthorizeHandler } from "./server.js";

const apiKey = "lc_api_key_0123456789";
const session = { client_session_key: "lc_sesskey_1", conversation_id: "lc_conv_new" };

async function endpoint(options: { allowedOrigins?: string[] } = {}) {
  const api = await startLayercodeApi(apiKey);
  return toNodeHandler(createAuthorizeHandler({ apiKey, agentId: "ag-1", apiUrl: api.url, ...options }));
}

function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return fetch(url, { method: "POST", body: text, headers: { "content-type": "application/json", ...headers } });
}

test("serves on node:http: the session, the preflight, the failures", async () => {
  const url = await serve(await endpoint({ allowedOrigins: ["https://page.example"] }));
  const opened = await post(url, { agent_id: "ag-1" }, { origin: "https://page.example" });
  expect(opened.status).toBe(200);
  expect(opened.headers.get("content-type")).toMatch("application/json");
  expect(opened.headers.get("access-control-allow-origin")).toBe("https://page.example");
  expect(opened.headers.get("cache-control")).toBe("no-store");
  expect(await opened.json()).toMatchObject(session);

  const preflight = await fetch(url, { method: "OPTIONS", headers: { origin: "https://page.example" } });
  expect(preflight.status).toBe(204);
  expect((await post(url, { agent_id: "ag-1" }, { origin: "https://evil.example" })).status).toBe(403);
  expect((await fetch(url)).status).toBe(405);
  expect((await post(url, "{")).status).toBe(400);
});

test.each([undefined, null, {}, "handler"])("toNodeHandler(%j) is refused at once, not at each request", (handler) => {
  const make = () => toNodeHandler(handler as never);
  expect(make).toThrow(expect.objectContaining({ code: "invalid-option" }));
  expect(make).toThrow("toNodeHandler() was given no handler. Pass what createAuthorizeHandler() returns");
});

test("the page's own origin is the one its requests name as host", async () => {
  const url = await serve(await endpoint());
  expect((await post(url, { agent_id: "ag-1" }, { origin: url })).status).toBe(200);
  expect((await post(url, { agent_id: "ag-1" }, { origin: "http://127.0.0.1:1" })).status).toBe(403);
});

test("a body over 64 kB is refused, and what is left of it runs off: the connection serves the next request", async () => {
  const url = await serve(await endpoint());
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  for (const [length, origin, status, reused] of [
    [3_000_000, url, 413, false],
    [3_000_000, url, 413, true],
    [3_000_000, "https://evil.example", 403, true],
    [10, url, 400, true],
  ] as const) {
    const request = httpRequest(url, { method: "POST", agent, headers: { origin } });
    request.end("x".repeat(length));
    const [[response]] = await Promise.all([once(request, "response"), once(request, "finish")]);
    let text = "";
    for await (const chunk of response) text += chunk;
    expect([response.statusCode, request.reusedSocket]).toEqual([status, reused]);
    expect(JSON.parse(text)).toEqual({ error: expect.any(String) });
  }
});

test("a body that the handler does not look at does not hold the connection either", async () => {
  const url = await serve(
    toNodeHandler(async () => {
      for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
      return new Response("unread");
    }),
  );
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  for (const reused of [false, true]) {
    const request = httpRequest(url, { method: "POST", agent });
    request.end("x".repeat(3_000_000));
    const [[response]] = await Promise.all([once(request, "response"), once(request, "finish")]);
    await once(response.resume(), "end");
    expect(request.reusedSocket).toBe(reused);
  }
});

test.each([
  ["5 with no parser", express, undefined],
  ["5 with express.json()", express, express.json()],
  ["5 with express.text()", express, express.text({ type: "*/*" })],
  ["5 with express.raw()", express, express.raw({ type: "*/*" })],
  ["4 with no parser", express4, undefined],
  ["4 with express.json()", express4, express4.json()],
])("serves on Express %s", async (_, framework, parser) => {
  const app = framework();
  if (parser) app.use(parser);
  const router = framework.Router();
  router.all("/authorize", await endpoint());
  app.use("/api", router);
  const url = `${await serve(app)}/api/authorize`;

  const opened = await post(url, { agent_id: "ag-1", metadata: { ü: "ß" } });
  expect([opened.status, await opened.json()]).toEqual([200, expect.objectContaining(session)]);
  const refused = await post(url, { agent_id: "ag-2" });
  expect([refused.status, await refused.json()]).toEqual([403, { error: expect.stringMatching("ag-2") }]);
  expect((await post(url, {})).status).toBe(400);
  expect((await fetch(url)).status).toBe(405);
  expect((await post(url, { agent_id: "ag-1", metadata: { text: "x".repeat(70_000) } })).status).toBe(413);
});

test("a body that somebody before has made text of is read, characters cut in two included", async () => {
  const handler = await endpoint();
  const url = await serve((request, response) => {
    request.setEncoding("utf8");
    void handler(request, response);
  });
  const opened = await post(url, { agent_id: "ag-1", metadata: { text: "ü€😀".repeat(4000) } });
  expect(opened.status).toBe(200);
});

test.each([undefined, { agent_id: "ag-1" }])(
  "a client that has gone before the handler's turn came (its body: %j) is known to have",
  async (parsed) => {
    const seen: unknown[] = [];
    const handler = toNodeHandler(async (request) => {
      seen.push(request.signal.aborted, await request.text().catch(() => "broken off"));
      return new Response();
    });
    let handled: (() => void) | undefined;
    const done = new Promise<void>((resolve) => {
      handled = resolve;
    });
    const url = new URL(
      await serve(async (request, response) => {
        // As a middleware that asks a database first.
        const closed = once(response, "close");
        socket.destroy();
        await closed;
        if (parsed) Object.assign(request, { body: parsed });
        await handler(request, response);
        handled?.();
      }),
    );
    const socket = connect(Number(url.port), url.hostname);
    socket.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf");
    await done;
    expect(seen).toEqual([true, expect.any(String)]);
  },
);

test("what a middleware before it has put on the answer stays: cookies, and what it varies by", async () => {
  const app = express();
  app.use((_, response, next) => {
    response.cookie("visit", "1");
    response.vary("Accept-Language");
    response.set("x-request-id", "7");
    next();
  });
  const headers: [string, string][] = [
    ["set-cookie", "conversation=2"],
    ["set-cookie", "user=3"],
    ["vary", "Origin"],
  ];
  app.all(
    "/",
    toNodeHandler(async () => new Response("ok", { headers })),
  );
  const answer = await fetch(await serve(app));
  expect(answer.headers.getSetCookie()).toEqual(["visit=1; Path=/", "conversation=2", "user=3"]);
  expect(answer.headers.get("vary")).toBe("Accept-Language, Origin");
  expect(answer.headers.get("x-request-id")).toBe("7");
});

test("an empty body left behind by a parser that read nothing is no body", async () => {
  const handler = await endpoint();
  const url = await serve((request, response) => {
    Object.assign(request, { body: {} });
    void handler(request, response);
  });
  expect((await post(url, { agent_id: "ag-1" })).status).toBe(200);
});

test("the handler sees method, headers, mounted URL, query and a body", async () => {
  const seen: unknown[] = [];
  const app = express();
  app.use(
    "/api",
    toNodeHandler(async (request) => {
      seen.push(
        request.method,
        new URL(request.url).pathname + new URL(request.url).search,
        request.headers.get("x-a"),
      );
      seen.push(await request.text());
      return new Response("made", {
        status: 201,
        headers: [
          ["set-cookie", "a=1"],
          ["set-cookie", "b=2"],
          ["x-b", "2"],
        ],
      });
    }),
  );
  const response = await fetch(`${await serve(app)}/api/authorize?x=1`, {
    method: "PUT",
    body: "text",
    headers: { "x-a": "1" },
  });
  expect(seen).toEqual(["PUT", "/api/authorize?x=1", "1", "text"]);
  expect([response.status, await response.text(), response.headers.get("x-b")]).toEqual([201, "made", "2"]);
  expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
});

test("a client that goes away aborts the request's signal and breaks its body off", async () => {
  let settle = (_: unknown[]) => {};
  const outcome = new Promise<unknown[]>((resolve) => {
    settle = resolve;
  });
  const url = await serve(
    toNodeHandler(async (request) => {
      const failed = await request.text().then(
        () => "read",
        () => "failed",
      );
      if (!request.signal.aborted) await once(request.signal, "abort");
      settle([failed, request.signal.aborted]);
      return new Response("to nobody");
    }),
  );
  const client = httpRequest(url, { method: "POST", headers: { "content-length": "100" } });
  client.on("error", () => {});
  client.write("{");
  client.on("socket", (socket) => socket.on("connect", () => socket.write("", () => client.destroy())));
  expect(await outcome).toEqual(["failed", true]);
});

test("a request that is answered to the end is not aborted", async () => {
  const signals: AbortSignal[] = [];
  const url = await serve(
    toNodeHandler(async (request) => {
      signals.push(request.signal);
      return new Response("all of it");
    }),
  );
  await (await post(url, "{}")).text();
  await (await post(url, "{}")).text();
  expect(signals.map((signal) => signal.aborted)).toEqual([false, false]);
});

test("what the handler throws goes to next, or is a 500 without its words", async () => {
  const failing = toNodeHandler(async () => {
    throw new Error("hunter2");
  });
  const plain = await post(await serve(failing), "{}");
  expect([plain.status, await plain.json()]).toEqual([500, { error: "The server failed." }]);

  const app = express();
  app.use(failing);
  app.use(((error, _request, response, _next) => {
    response.status(418).send(error.message);
  }) as express.ErrorRequestHandler);
  const express5 = await post(await serve(app), "{}");
  expect([express5.status, await express5.text()]).toEqual([418, "hunter2"]);
});

test.each(["GET http://[/ HTTP/1.1\r\nHost: a b\r\n", "TRACE / HTTP/1.1\r\nHost: x\r\n"])(
  "survives %j",
  async (head) => {
    const url = new URL(await serve(await endpoint()));
    const socket = connect(Number(url.port), url.hostname);
    socket.write(`${head}Connection: close\r\n\r\n`);
    const chunks: string[] = [];
    for await (const chunk of socket.setEncoding("utf8")) chunks.push(chunk);
    expect(chunks.join("")).toMatch(/^HTTP\/1\.1 400 [\s\S]*malformed/);
  },
);

test.each([
  ["node:http", undefined],
  ["Express 4", express4],
  ["Express 5", express],
])("on %s a deep body is a 400, parsed before or not", async (_, framework) => {
  const open = await endpoint();
  const listeners = framework ? [framework().use(open), framework().use(framework.json(), open)] : [open];
  for (const listener of listeners) {
    const url = await serve(listener);
    for (const levels of [63, 4_500, 15_000]) {
      const text = `{"agent_id":"ag-1","metadata":{"x":${"[".repeat(levels)}${"]".repeat(levels)}}}`;
      expect((await post(url, text)).status).toBe(400);
    }
    expect((await post(url, { agent_id: "ag-1" })).status).toBe(200);
  }
});

const circle: Record<string, unknown> = { agent_id: "ag-1" };
circle.self = circle;
const failing = {
  toJSON() {
    throw new Error("hunter2");
  },
};

test.each([
  ["a circle", circle],
  ["a BigInt", { agent_id: "ag-1", metadata: { n: 1n } }],
  ["what throws when it is written", { agent_id: "ag-1", metadata: failing }],
  ["a function", () => {}],
  ["a symbol", Symbol("s")],
  ["a number", 7],
])("a body of which a parser made %s is a 400, and no rejection", async (_, body) => {
  const handler = await endpoint();
  const outcomes: unknown[] = [];
  const url = await serve(async (request, response) => {
    Object.assign(request, { body });
    outcomes.push(await handler(request, response).catch(() => "rejected"));
  });
  const answer = await post(url, "{}");
  expect([answer.status, await answer.json()]).toEqual([400, { error: expect.any(String) }]);
  expect(outcomes).toEqual([undefined]);
});

test("a parsed body of a page that may not call is not even written as text", async () => {
  const handler = await endpoint();
  const toJSON = vi.fn();
  const url = await serve((request, response) => {
    Object.assign(request, { body: { toJSON } });
    return handler(request, response);
  });
  expect((await post(url, "{}", { origin: "https://evil.example" })).status).toBe(403);
  expect(toJSON).not.toHaveBeenCalled();
});

test.each([
  ["an answer that was read before", async () => usedResponse()],
  [
    "an answer whose body breaks off",
    async () => new Response(new ReadableStream({ pull: (c) => c.error(new Error("x")) })),
  ],
  ["an answer without a status", async () => Response.error()],
  ["nothing", async () => undefined as never],
  [
    "a failure at once",
    () => {
      throw new Error("at once");
    },
  ],
])("%s is a 500, and no rejection", async (_, handler) => {
  const outcomes: unknown[] = [];
  const node = toNodeHandler(handler);
  const url = await serve(async (request, response) => {
    outcomes.push(await node(request, response).catch(() => "rejected"));
  });
  expect((await post(url, "{}")).status).toBe(500);
  const thrower = (next: unknown) => {
    throw next;
  };
  const broken = await serve(async (request, response) => {
    outcomes.push(await node(request, response, thrower).catch(() => "rejected"));
  });
  await expect(post(broken, "{}")).rejects.toThrow();
  expect(outcomes).toEqual([undefined, undefined]);
});

async function usedResponse(): Promise<Response> {
  const response = new Response("read");
  await response.text();
  return response;
}

test("an answer that somebody else has begun stays theirs", async () => {
  const outcomes: unknown[] = [];
  const node = toNodeHandler(async () => new Response("too late"));
  const url = await serve(async (request, response) => {
    response.writeHead(503);
    outcomes.push(await node(request, response).catch(() => "rejected"));
    response.end("theirs");
  });
  const answer = await post(url, "{}");
  expect([answer.status, await answer.text(), outcomes]).toEqual([503, "theirs", [undefined]]);
});

test("a body that somebody read and did not keep is not waited for", async () => {
  const handler = await endpoint();
  const url = await serve(async (request, response) => {
    for await (const _ of request);
    return handler(request, response);
  });
  expect((await post(url, { agent_id: "ag-1" })).status).toBe(400);
});

test.each([
  "POST / HTTP/1.1\r\nHost: a b\r\n",
  "POST / HTTP/1.1\r\nHost: \r\n",
  "POST /api/authorize HTTP/1.1\r\nHost: x/y\r\n",
  "POST / HTTP/1.1\r\nHost: user@x\r\n",
  "POST / HTTP/1.1\r\nHost: x:99999\r\n",
  "TRACE / HTTP/1.1\r\nHost: x\r\n",
])("a body behind %j runs off: the connection serves the next request", async (head) => {
  const url = new URL(await serve(await endpoint()));
  const socket = connect(Number(url.port), url.hostname);
  const body = "x".repeat(200_000);
  socket.write(`${head}Content-Length: ${body.length}\r\n\r\n${body}`);
  socket.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const chunks: string[] = [];
  for await (const chunk of socket.setEncoding("utf8")) chunks.push(chunk);
  expect(chunks.join("").match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 400", "HTTP/1.1 405"]);
});

test("one byte of a body and silence: 408, and the connection is closed", async () => {
  const api = await startLayercodeApi(apiKey);
  const open = createAuthorizeHandler({ apiKey, agentId: "ag-1", apiUrl: api.url, bodyTimeoutMs: 30 });
  const url = new URL(await serve(toNodeHandler(open)));
  const socket = connect(Number(url.port), url.hostname);
  socket.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{");
  const chunks: string[] = [];
  for await (const chunk of socket.setEncoding("utf8")) chunks.push(chunk);
  expect(chunks.join("")).toMatch(/^HTTP\/1\.1 408 [\s\S]*took too long/);
});

test("takes from a request no more than its reader asks for", async () => {
  let produced = 0;
  const source = new Readable({
    read() {
      produced += 65_536;
      this.push(Buffer.alloc(65_536));
    },
  });
  onTestFinished(() => void source.destroy());
  const request = Object.assign(source, { method: "POST", url: "/", headers: { host: "app.example" } });
  const response = Object.assign(new EventEmitter(), {
    statusCode: 0,
    writableEnded: false,
    setHeader() {},
    end() {},
  });
  const handler = toNodeHandler(async () => {
    for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
    return new Response();
  });
  await handler(request, response);
  expect(produced).toBeGreaterThan(0);
  expect(produced).toBeLessThan(1_000_000);
});

test("behind TLS its own origin is https, and a request line with a whole URL does not change the host", async () => {
  const urls: string[] = [];
  const handler = toNodeHandler(async (request) => {
    urls.push(request.url);
    return new Response();
  });
  const url = new URL(
    await serve((request, response) => {
      const encrypted = request.headers["x-tls"] === "1";
      const shown = new Proxy(request, {
        get(target, name) {
          if (name === "socket") return { encrypted };
          const value = Reflect.get(target, name, target);
          return typeof value === "function" ? value.bind(target) : value;
        },
      });
      return handler(shown, response);
    }),
  );
  for (const head of ["GET /a?b=1 HTTP/1.1\r\nx-tls: 1", "GET http://evil.example/c HTTP/1.1"]) {
    const socket = connect(Number(url.port), url.hostname);
    socket.end(`${head}\r\nHost: app.example\r\nConnection: close\r\n\r\n`);
    await once(socket.resume(), "close");
  }
  expect(urls).toEqual(["https://app.example/a?b=1", "http://app.example/"]);
});

test("serves on node:http2 as well, and ends with its streams", async () => {
  let aborted = false;
  const closed: Promise<unknown>[] = [];
  const open = await endpoint();
  const server = createHttp2Server((request, response) => {
    if (request.url !== "/hang") return void open(request, response);
    const handler = toNodeHandler(async (web) => {
      await web.text().catch(() => {});
      if (!web.signal.aborted) await once(web.signal, "abort");
      aborted = true;
      return new Response();
    });
    closed.push(handler(request, response));
    request.once("data", () => stream.close(constants.NGHTTP2_CANCEL));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  onTestFinished(() => {
    client.destroy();
    server.close();
  });
  const opened = client.request({ ":method": "POST", ":path": "/", "content-type": "application/json" });
  opened.end(JSON.stringify({ agent_id: "ag-1" }));
  const [headers] = await once(opened, "response");
  let text = "";
  for await (const chunk of opened) text += chunk;
  expect([headers[":status"], JSON.parse(text)]).toEqual([200, expect.objectContaining(session)]);

  const stream = client.request({ ":method": "POST", ":path": "/hang" });
  stream.on("error", () => {});
  stream.write("{");
  await once(stream, "close");
  await Promise.all(closed);
  expect(aborted).toBe(true);
});

test.each([
  ["an answer of another service", 402, (service: string) => fetch(service)],
  ["a body that stays away", 408, null],
])("on node:http2 nothing is said that belongs to a connection of HTTP/1.1: %s", async (_, status, authorize) => {
  const warned = vi.fn();
  process.on("warning", warned);
  const service = await serve((_, response) => response.writeHead(402, { "x-plan": "free" }).end("{}"));
  const handler = toNodeHandler(
    createAuthorizeHandler({
      apiKey,
      agentId: "ag-1",
      bodyTimeoutMs: 50,
      ...(authorize && { authorize: () => authorize(service) }),
    }),
  );
  const server = createHttp2Server((request, response) => void handler(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  onTestFinished(() => {
    process.off("warning", warned);
    client.destroy();
    server.close();
  });
  const stream = client.request({ ":method": "POST", ":path": "/", "content-type": "application/json" });
  if (authorize) stream.end('{"agent_id":"ag-1"}');
  else stream.write("{");
  const [headers] = await once(stream, "response");
  expect(headers[":status"]).toBe(status);
  if (authorize) expect(headers["x-plan"]).toBe("free");
  expect(warned.mock.calls.flat()).toEqual([]);
});

test("fits node:http and Express by type", () => {
  const handler = toNodeHandler(async () => new Response());
  createServer(handler);
  express().all("/", handler);
});
