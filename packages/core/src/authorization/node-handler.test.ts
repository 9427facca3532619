import { once } from "node:events";
import { createServer, request as httpRequest } from "node:http";
import { connect } from "node:net";
import express from "express";
import { expect, test } from "vitest";
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

test("the page's own origin is the one its requests name as host", async () => {
  const url = await serve(await endpoint());
  expect((await post(url, { agent_id: "ag-1" }, { origin: url })).status).toBe(200);
  expect((await post(url, { agent_id: "ag-1" }, { origin: "http://127.0.0.1:1" })).status).toBe(403);
});

test("a body over 64 kB is refused with an answer the client can read, and the connection goes on", async () => {
  const url = await serve(await endpoint());
  for (let i = 0; i < 3; i++) {
    const response = await post(url, "x".repeat(3_000_000));
    expect(response.status).toBe(413);
    expect(await response.json()).toEqual({ error: expect.stringMatching("64 kB") });
  }
});

test.each([
  ["no parser", undefined],
  ["express.json()", express.json()],
  ["express.text()", express.text({ type: "*/*" })],
  ["express.raw()", express.raw({ type: "*/*" })],
])("serves on Express 5 with %s", async (_, parser) => {
  const app = express();
  if (parser) app.use(parser);
  const router = express.Router();
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

test("fits node:http and Express by type", () => {
  const handler = toNodeHandler(async () => new Response());
  createServer(handler);
  express().all("/", handler);
});
