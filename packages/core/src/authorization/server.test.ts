import { expect, onTestFinished, test, vi } from "vitest";
import { apiKey, endpoint, post, read, withApi } from "../../test/authorize-handler.js";
import { createAuthorizeHandler } from "./server.js";
import type { AuthorizeHandlerOptions } from "./server-options.js";

test("opens a session with the server's key and passes on only what the page needs", async () => {
  const { handler, requests } = await withApi();
  const response = await handler(post({ agent_id: "ag-1", metadata: { plan: "free" }, sdk_version: "1.0.0" }));
  expect(await read(response)).toEqual({
    status: 200,
    body: {
      client_session_key: "lc_sesskey_1",
      conversation_id: "lc_conv_new",
      config: { transcription: { trigger: "automatic" } },
    },
  });
  expect(requests).toHaveLength(1);
  expect(requests[0]).toMatchObject({ method: "POST", url: "/v1/agents/web/authorize_session" });
  expect(requests[0]?.headers).toMatchObject({ authorization: `Bearer ${apiKey}`, "content-type": "application/json" });
  expect(requests[0]?.body).toEqual({ agent_id: "ag-1", metadata: { plan: "free" }, sdk_version: "1.0.0" });
});

test("an answer is never stored and says that it depends on the origin", async () => {
  const { handler } = await withApi();
  for (const request of [
    post({ agent_id: "ag-1" }),
    post({ agent_id: "ag-1" }, { origin: "https://evil.example" }),
    post("no JSON"),
    new Request(endpoint),
  ]) {
    const { headers } = await handler(request);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("vary")).toMatch("Origin");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  }
});

test("config and the custom fields come from the server's options", async () => {
  const { handler, requests } = await withApi({
    config: { language: "en" },
    customMetadata: { tenant: 1 },
    customHeaders: { "x-tenant": "1" },
  });
  await handler(post({ agent_id: "ag-1" }));
  expect(requests[0]?.body).toMatchObject({
    config: { language: "en" },
    custom_metadata: { tenant: 1 },
    custom_headers: { "x-tenant": "1" },
  });
});

test("only the agents that were named are used", async () => {
  const { handler, requests } = await withApi();
  expect(await read(await handler(post({ agent_id: "ag-2" })))).toEqual({
    status: 403,
    body: { error: expect.stringMatching("ag-2") },
  });
  for (const agent of ["__proto__", "constructor", "length"])
    expect((await handler(post({ agent_id: agent }))).status).toBe(403);
  expect(requests).toHaveLength(0);
});

test("allowedAgents names several, or tests the id", async () => {
  for (const allowedAgents of [["ag-1", "ag-2"], async (id: string) => id !== "ag-3"]) {
    const { handler } = await withApi({ agentId: undefined, allowedAgents } as Partial<AuthorizeHandlerOptions>);
    expect((await handler(post({ agent_id: "ag-2" }))).status).toBe(200);
    expect((await handler(post({ agent_id: "ag-3" }))).status).toBe(403);
  }
});

test("without an agent in the options nothing is allowed, and the answer says what to set", async () => {
  const { handler, requests } = await withApi({ agentId: undefined });
  expect(await read(await handler(post({ agent_id: "undefined" })))).toEqual({
    status: 500,
    body: { error: expect.stringMatching("agentId or allowedAgents") },
  });
  expect(requests).toHaveLength(0);
});

test.each([undefined, "", "  ", () => undefined, async () => ""])(
  "a missing key (%s) is a 500 at the request",
  async (missing) => {
    const onError = vi.fn();
    const { handler } = await withApi({ apiKey: missing, onError });
    expect(await read(await handler(post({ agent_id: "ag-1" })))).toEqual({
      status: 500,
      body: { error: expect.stringMatching("LAYERCODE_API_KEY") },
    });
    expect(onError).toHaveBeenCalledOnce();
  },
);

test("the key is asked for at each request, and white space around it is no part of it", async () => {
  const keys = ["wrong", `${apiKey}\n`];
  const asked: string[] = [];
  const { handler } = await withApi({
    apiKey: async (request) => {
      asked.push(request.headers.get("x-tenant") ?? "");
      return keys.shift();
    },
  });
  expect((await handler(post({ agent_id: "ag-1" }, { "x-tenant": "a" }))).status).toBe(400);
  expect((await handler(post({ agent_id: "ag-1" }, { "x-tenant": "b" }))).status).toBe(200);
  expect(asked).toEqual(["a", "b"]);
});

test("a key with a line break in it is refused before fetch can repeat it", async () => {
  const onError = vi.fn();
  const { handler } = await withApi({ apiKey: "secret\nkey", onError });
  const { status, body } = await read(await handler(post({ agent_id: "ag-1" })));
  expect(status).toBe(500);
  expect(JSON.stringify([body, String(onError.mock.calls[0]?.[0])])).not.toMatch(/secret/);
});

test("leaves no timer behind", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const handler = createAuthorizeHandler({
    apiKey,
    agentId: "ag-1",
    fetch: async () => Response.json({ client_session_key: "k", conversation_id: "c" }),
  });
  await handler(post({ agent_id: "ag-1" }));
  expect(vi.getTimerCount()).toBe(0);
});
