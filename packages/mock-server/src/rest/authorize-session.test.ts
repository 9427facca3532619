import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { authorize, startServer, tryToConnect } from "../../test/client.js";
import { foreignNames } from "../../test/foreign-origins.js";
import { agentFinder, type MockAgent } from "../agents.js";
import { authorizeSession } from "./authorize-session.js";
import { SessionKeys } from "./session-keys.js";

const conversation = "lc_conv_0123456789abcdef";

function ask(body: unknown, { agents, authorization = "Bearer key", keys = new SessionKeys(), now = 0 }: Asked = {}) {
  const request = { authorization, body: typeof body === "string" ? body : JSON.stringify(body), now };
  return authorizeSession(request, { apiKey: "key", findAgent: agentFinder(agents, {}), keys, jsonDepth: 64 });
}

interface Asked {
  agents?: readonly string[] | Record<string, MockAgent>;
  authorization?: string;
  keys?: SessionKeys;
  now?: number;
}

test("200: a key, a new conversation, the config", () => {
  const { status, body } = ask({ agent_id: "ag-123456", metadata: { user: 1 }, sdk_version: "1", anything: true });
  expect(status).toBe(200);
  expect(body.client_session_key).toMatch(/^lc_sesskey_[\w-]{20,}$/);
  expect(body.conversation_id).toMatch(/^lc_conv_\w{20,}$/);
  expect(body.config).toMatchObject({ transcription: { trigger: "automatic", can_interrupt: true } });
  expect(ask({ agent_id: "ag-123456", conversation_id: null }).status).toBe(200);
});

test("200: a given conversation is resumed", () => {
  expect(ask({ agent_id: "ag-1", conversation_id: conversation }).body.conversation_id).toBe(conversation);
});

test.each([
  ["no bearer token", { agent_id: "ag-1" }, "", /Authorization/],
  ["another scheme", { agent_id: "ag-1" }, "Basic key", /Authorization/],
  ["a wrong key", { agent_id: "ag-1" }, "Bearer wrong", /API key/],
  ["no JSON", "{", "Bearer key", /JSON/],
  ["a body nested too deep", `{"metadata":${'{"a":'.repeat(64)}1${"}".repeat(65)}`, "Bearer key", /64 levels/],
  ["an array", [], "Bearer key", /JSON/],
  ["no agent id", {}, "Bearer key", /agent_id/],
  ["an agent id that is a number", { agent_id: 1 }, "Bearer key", /agent_id/],
  ["a malformed agent id", { agent_id: "no such agent!" }, "Bearer key", /agent/],
  ["a malformed conversation id", { agent_id: "ag-1", conversation_id: "nonsense" }, "Bearer key", /conversation_id/],
  ["metadata that is no object", { agent_id: "ag-1", metadata: [] }, "Bearer key", /metadata/],
])("400: %s", (_, body, authorization, message) => {
  const answer = ask(body, { authorization });
  expect(answer.status).toBe(400);
  expect(answer.body.error).toMatch(message);
});

describe("agents", () => {
  test("a list of them is all there are", () => {
    expect(ask({ agent_id: "ag-1" }, { agents: ["ag-1"] }).status).toBe(200);
    expect(ask({ agent_id: "ag-2" }, { agents: ["ag-1"] }).status).toBe(400);
    expect(ask({ agent_id: "ag-echo" }, { agents: ["ag-1"] }).status).toBe(400);
  });

  test("402 for one without balance", () => {
    const answer = ask({ agent_id: "ag-no-balance" });
    expect(answer.status).toBe(402);
    expect(answer.body.error).toMatch(/insufficient[ _]balance/i);
  });

  test("one without config answers none", () => {
    expect(ask({ agent_id: "a" }, { agents: { a: { config: null } } }).body).not.toHaveProperty("config");
  });

  test("the trigger of one is in its config", () => {
    expect(ask({ agent_id: "ag-push-to-talk" }).body.config).toMatchObject({
      transcription: { trigger: "push_to_talk", can_interrupt: true },
    });
  });
});

test("a backend's config overrides the agent's, field by field", () => {
  const { body } = ask({ agent_id: "ag-1", config: { transcription: { can_interrupt: false }, vad: 1 } });
  expect(body.config).toMatchObject({ transcription: { trigger: "automatic", can_interrupt: false } });
});

describe("keys", () => {
  const hour = 60 * 60 * 1000;

  test("live one hour", () => {
    const keys = new SessionKeys();
    const key = ask({ agent_id: "ag-1" }, { keys, now: 1000 }).body.client_session_key as string;
    expect(keys.find(key, 1000 + hour - 1)?.agentId).toBe("ag-1");
    expect(keys.find(key, 1000 + hour)).toBeNull();
    expect(keys.find("lc_sesskey_unknown", 0)).toBeNull();
  });

  test("end when their conversation gets a new one, and only then", () => {
    const keys = new SessionKeys();
    const keyOf = (body: object) => ask({ agent_id: "ag-1", ...body }, { keys }).body.client_session_key as string;
    const first = keyOf({ conversation_id: conversation });
    const other = keyOf({});
    const second = keyOf({ conversation_id: conversation });
    expect([first, second, other].map((key) => keys.find(key, 1) !== null)).toEqual([false, true, true]);
    expect(keys.find(second, 1)?.resumed).toBe(true);
  });

  test("are bounded", () => {
    const keys = new SessionKeys();
    const first = ask({ agent_id: "ag-1" }, { keys }).body.client_session_key as string;
    for (let i = 0; i < 10_000; i++) ask({ agent_id: "ag-1" }, { keys });
    expect(keys.find(first, 1)).toBeNull();
  });
});

describe("over HTTP", () => {
  test("the REST endpoint, its errors and its method", async () => {
    const server = await startServer({ apiKey: "secret-key" });
    expect((await authorize(server)).status).toBe(200);
    expect(await authorize(server, {}, {})).toMatchObject({ status: 400, body: { error: expect.any(String) } });
    expect((await authorize(server, { agent_id: "ag-no-balance" })).status).toBe(402);
    expect((await authorize(server, { padding: "x".repeat(300_000) })).status).toBe(413);
    const get = await fetch(`${server.apiUrl}/v1/agents/web/authorize_session`);
    expect([get.status, get.headers.get("allow")]).toEqual([405, "POST"]);
  });

  test("balance: false refuses every agent", async () => {
    const server = await startServer({ balance: false });
    expect((await authorize(server)).status).toBe(402);
  });

  test("/api/authorize: same origin, another loopback port, a listed origin, not a stranger", async () => {
    const server = await startServer({ allowedOrigins: ["https://app.example"] });
    const from = async (origin?: string) => {
      const response = await fetch(server.authorizeUrl, {
        method: "POST",
        headers: { "content-type": "application/json", ...(origin && { origin }) },
        body: JSON.stringify({ agent_id: "ag-1", metadata: {} }),
      });
      return response.status;
    };
    expect(await from()).toBe(200);
    expect(await from(server.url)).toBe(200);
    expect(await from("http://localhost:3000")).toBe(200);
    expect(await from("http://[::1]:3000")).toBe(200);
    expect(await from("https://app.example")).toBe(200);
    expect(await from("https://evil.example")).toBe(403);
    expect(await from("http://localhost.evil.example")).toBe(403);
  });

  test.each(foreignNames)("a page of %s is a stranger to /api/authorize and to the REST API", async (origin) => {
    const server = await startServer();
    const headers = { "content-type": "application/json", origin, authorization: `Bearer ${server.apiKey}` };
    const body = JSON.stringify({ agent_id: "ag-1" });
    for (const path of ["/api/authorize", "/v1/agents/web/authorize_session"]) {
      expect((await fetch(server.url + path, { method: "POST", headers, body })).status).toBe(403);
      // Its own name can be made to point here: then it is the host that is asked.
      const own = httpRequest(server.url + path, {
        method: "POST",
        headers: { ...headers, host: origin.replace(/.*\/\//, "") },
      });
      own.end(body);
      const [response] = await once(own, "response");
      expect(response.resume().statusCode).toBe(403);
    }
  });

  test("a page of the IP address that it asks is none: what is served to a phone in the same network", async () => {
    const server = await startServer();
    const ask = async (origin: string) => {
      const headers = { "content-type": "application/json", origin, host: "192.168.1.5:4000" };
      const request = httpRequest(server.authorizeUrl, { method: "POST", headers });
      request.end(JSON.stringify({ agent_id: "ag-1" }));
      const [response] = await once(request, "response");
      return response.resume().statusCode;
    };
    expect(await ask("http://192.168.1.5:4000")).toBe(200);
    expect(await ask("http://192.168.1.5:5173")).toBe(200);
    expect(await ask("http://192.168.1.6:5173")).toBe(403);
  });

  test('allowedOrigins: ["*"] lets every page in', async () => {
    const server = await startServer({ allowedOrigins: ["*"] });
    const headers = { "content-type": "application/json", origin: "https://any.example" };
    const answer = await fetch(server.authorizeUrl, {
      method: "POST",
      headers,
      body: JSON.stringify({ agent_id: "ag-1" }),
    });
    expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([200, "https://any.example"]);
  });

  test("/api/authorize is none of a test's business that replaces fetch", async () => {
    const server = await startServer();
    vi.stubGlobal("fetch", vi.fn().mockRejectedValue(new TypeError("No network in this test.")));
    onTestFinished(() => void vi.unstubAllGlobals());
    const request = httpRequest(server.authorizeUrl, { method: "POST" });
    request.end('{"agent_id":"ag-1"}');
    const [response] = await once(request, "response");
    response.resume();
    expect(response.statusCode).toBe(200);
    expect(fetch).not.toHaveBeenCalled();
  });

  test("/api/authorize answers the preflight and passes errors on", async () => {
    const server = await startServer();
    const preflight = await fetch(server.authorizeUrl, {
      method: "OPTIONS",
      headers: { origin: "http://localhost:3000", "access-control-request-method": "POST" },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe("http://localhost:3000");
    const refused = await fetch(server.authorizeUrl, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ agent_id: "ag-no-balance" }),
    });
    expect([refused.status, await refused.json()]).toEqual([402, { error: "Insufficient balance." }]);
  });

  test("the socket takes the key in force, and answers 401 to any other", async () => {
    const server = await startServer();
    const first = (await authorize(server, { conversation_id: conversation })).body.client_session_key;
    expect(await tryToConnect(server, first)).toBe("open");
    const second = (await authorize(server, { conversation_id: conversation })).body.client_session_key;
    expect(await tryToConnect(server, first)).toBe(401);
    expect(await tryToConnect(server, second)).toBe("open");
    expect(await tryToConnect(server, "lc_sesskey_unknown")).toBe(401);
    expect(await tryToConnect(server, null)).toBe(401);
  });

  test("more sessions than allowed are refused with 503", async () => {
    const server = await startServer({ maxSessions: 0 });
    expect(await tryToConnect(server, (await authorize(server)).body.client_session_key)).toBe(503);
  });
});
