import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { networkInterfaces } from "node:os";
import { describe, expect, test } from "vitest";
import { authorize, connect, startServer, tryToConnect } from "../../test/client.js";
import { foreignOrigins } from "../../test/foreign-origins.js";
import type { MockServer, Scenario } from "../index.js";

const silent: Scenario = {};
const startSilent = () => startServer({ scenario: silent });

interface Answer {
  status: number;
  body: { ok?: boolean; sessions?: unknown; error?: string };
}

interface AskOptions {
  body?: unknown;
  method?: string;
  headers?: Record<string, string>;
  host?: string;
}

/** By hand: fetch would not send the headers of another site's page. */
async function ask(server: MockServer, path: string, options: AskOptions = {}): Promise<Answer> {
  const { body = {}, method = "POST", headers = {}, host = "127.0.0.1" } = options;
  const request = httpRequest({
    host,
    port: server.port,
    path: `/__mock/${path}`,
    method,
    headers: { host: "localhost", "content-type": "application/json", ...headers },
  });
  request.end(method === "GET" ? undefined : typeof body === "string" ? body : JSON.stringify(body));
  const [response] = await once(request, "response");
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece);
  return { status: response.statusCode, body: JSON.parse(Buffer.concat(pieces).toString()) };
}

describe("commands", () => {
  test("faults: from now on on every connection, new ones too; {} heals", async () => {
    const server = await startSilent();
    const client = await connect(server);
    await client.session.waitFor("client.ready");
    expect(await ask(server, "faults", { body: { stalled: true, authorize: { status: 402 } } })).toEqual({
      status: 200,
      body: { ok: true, sessions: 1 },
    });
    expect((await authorize(server)).status).toBe(402);
    client.type("held");
    client.socket.ping();
    await once(client.socket, "pong");
    expect(client.session.received.messages).toHaveLength(1);
    await ask(server, "faults");
    expect((await client.session.waitFor("client.response.text")).content).toBe("held");
    expect((await authorize(server)).status).toBe(200);
  });

  test("stall and resume, in one direction", async () => {
    const server = await startSilent();
    const client = await connect(server);
    await ask(server, "stall", { body: { direction: "toClient" } });
    client.session.send({ type: "response.data", content: 1, turn_id: "x" });
    client.type("passes");
    await client.session.waitFor("client.response.text");
    client.socket.ping();
    await once(client.socket, "pong");
    expect(client.messages.filter(({ type }) => type === "response.data")).toEqual([]);
    // Without a body: both directions.
    await ask(server, "resume", { body: "" });
    expect((await client.next("response.data")).content).toBe(1);
  });

  test("drop one session, by either of its ids; the others stay", async () => {
    const server = await startSilent();
    const clients = [await connect(server), await connect(server), await connect(server)];
    const [first, second, third] = clients.map(({ session }) => session);
    const closed = clients.slice(0, 2).map(async ({ socket }) => (await once(socket, "close"))[0]);
    const drop = { how: "close", code: 4003 };
    expect((await ask(server, `drop?session=${first!.connectionId}`, { body: drop })).body.sessions).toBe(1);
    await ask(server, `drop?session=${second!.conversationId}`, { body: drop });
    expect(await Promise.all(closed)).toEqual([4003, 4003]);
    expect(await ask(server, "sessions", { method: "GET" })).toEqual({
      status: 200,
      body: {
        sessions: [{ connectionId: third!.connectionId, conversationId: third!.conversationId, agentId: "ag-1" }],
      },
    });
  });

  test("inject and expire-keys", async () => {
    const server = await startSilent();
    const client = await connect(server);
    const text = '{"type":"response.data","content":7,"turn_id":"x"}';
    await ask(server, "inject", { body: { text } });
    expect((await client.next("response.data")).content).toBe(7);
    const again = client.next(
      "response.data",
      () => client.messages.filter((m) => m.type === "response.data").length > 1,
    );
    client.session.send(JSON.parse(text));
    await again;
    expect((await ask(server, "inject", { body: { frame: "duplicate" } })).status).toBe(200);
    while (client.messages.filter((m) => m.type === "response.data").length < 3) await once(client.socket, "message");
    const { body } = await authorize(server);
    expect((await ask(server, "expire-keys")).status).toBe(200);
    expect(await tryToConnect(server, body.client_session_key)).toBe(401);
  });
});

describe("refusals", () => {
  test.each<[string, AskOptions, number, RegExp]>([
    ["faults", { body: { latency: 1 } }, 400, /^faults\.latency is not known/],
    ["faults", { body: "{" }, 400, /not a JSON object/],
    ["faults", { body: "[]" }, 400, /not a JSON object/],
    ["faults", { body: " ".repeat(1024 * 1024 + 1) }, 413, /over 1 MiB/],
    ["faults", { method: "GET" }, 405, /takes POST, not GET/],
    ["stall", { body: { direction: "sideways" } }, 400, /^direction is "sideways"/],
    ["drop", { body: {} }, 400, /^drop\.how is missing/],
    ["inject", { body: { frame: "x" } }, 400, /^frame is "x"/],
    ["drop?session=nobody", { body: { how: "reset" } }, 404, /No session nobody is open/],
    ["toString", {}, 404, /There are: sessions, faults, stall, resume, drop, inject, expire-keys/],
    ["faults", { headers: { "content-type": "text/plain" } }, 415, /content-type: application\/json/],
    ["faults", { headers: { origin: "https://example.com" } }, 403, /no page from elsewhere/],
    ["faults", { headers: { origin: "null" } }, 403, /no page from elsewhere/],
    ["faults", { headers: { host: "rebound.example.com" } }, 403, /name of this machine/],
    ["sessions", { method: "GET", headers: { host: "rebound.example.com" } }, 403, /name of this machine/],
    ["faults", { headers: { "content-type": "application/json-evil" } }, 415, /content-type: application\/json/],
    ["faults", { headers: { "content-type": "application/jsonp" } }, 415, /content-type: application\/json/],
    ...foreignOrigins.flatMap((origin): [string, AskOptions, number, RegExp][] => [
      ["faults", { headers: { origin } }, 403, /no page from elsewhere/],
      ["faults", { headers: { host: origin.replace(/.*\/\//, "") } }, 403, /name of this machine/],
    ]),
  ])("%s %j", async (path, options, status, message) => {
    const server = await startSilent();
    const client = await connect(server);
    const answer = await ask(server, path, options);
    expect([answer.status, answer.body.error]).toEqual([status, expect.stringMatching(message)]);
    client.session.send({ type: "response.data", content: "still here", turn_id: "x" });
    expect((await client.next("response.data")).content).toBe("still here");
  });

  test.each([
    "http://localhost:5173",
    "http://app.localhost",
    "http://127.0.0.1",
    "https://127.9.9.9:1",
    "http://[::1]:80",
  ])("a page of this machine may use it: %s", async (origin) => {
    for (const type of ["application/json", "Application/JSON; charset=utf-8"]) {
      const headers = { origin, host: "127.0.0.1:4000", "content-type": type };
      expect((await ask(await startSilent(), "faults", { headers })).status).toBe(200);
    }
  });

  const outside = Object.values(networkInterfaces())
    .flat()
    .find((address) => address && !address.internal && address.family === "IPv4")?.address;

  test.skipIf(outside === undefined)("another address of this machine is not loopback", async () => {
    const server = await startServer({ scenario: silent, host: "0.0.0.0" });
    expect((await ask(server, "faults")).status).toBe(200);
    expect((await ask(server, "faults", { host: outside! })).status).toBe(403);
  });

  test("control: false leaves nothing there", async () => {
    const server = await startServer({ scenario: silent, control: false });
    expect((await ask(server, "faults")).status).toBe(404);
    expect((await ask(server, "sessions", { method: "GET" })).status).toBe(404);
  });
});
