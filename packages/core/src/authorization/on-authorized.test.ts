import { expect, test, vi } from "vitest";
import { apiKey, post, read, withApi } from "../../test/authorize-handler.js";
import type { OpenedContext } from "./server-options.js";

// What the hand-written route of an app does beside asking Layercode.

const ownFields = { npc_id: "elder", config: { vad: { enabled: false } }, custom_headers: { a: "b" } };

test("an app's own fields of the body are there for its functions, and reach Layercode by them only", async () => {
  const authorize = vi.fn(() => true);
  const { handler, requests } = await withApi({
    authorize,
    customMetadata: ({ rawBody }) => ({ npc: rawBody.npc_id === "elder" ? "elder" : "nobody" }),
  });
  expect((await handler(post({ agent_id: "ag-1", ...ownFields }))).status).toBe(200);
  expect(authorize).toHaveBeenCalledWith(
    expect.objectContaining({ rawBody: { agent_id: "ag-1", ...ownFields }, body: { agent_id: "ag-1", metadata: {} } }),
  );
  expect(requests[0]?.body).toEqual({ agent_id: "ag-1", metadata: {}, custom_metadata: { npc: "elder" } });
});

test("what a function changes in the raw body changes nothing of what Layercode is asked", async () => {
  const { handler, requests } = await withApi({
    authorize: ({ rawBody }) => {
      Object.assign(rawBody, { agent_id: "ag-2", config: {} });
      (rawBody.metadata as Record<string, unknown>).isAdmin = true;
      return true;
    },
  });
  await handler(post('{"agent_id":"ag-1","metadata":{"page":"/"},"__proto__":{"isAdmin":true}}'));
  expect(requests[0]?.body).toEqual({ agent_id: "ag-1", metadata: { page: "/" } });
});

test("onAuthorized is told the conversation, what was asked and who, before the page is answered", async () => {
  const stored: unknown[] = [];
  const { handler } = await withApi({
    authorize: () => ({ metadata: { userId: "u1" } }),
    onAuthorized: async ({ request, conversationId, authorized, rawBody }) => {
      await Promise.resolve();
      stored.push(conversationId, authorized.metadata.userId, rawBody.npc_id, request.headers.get("cookie"));
    },
  });
  const { status } = await read(await handler(post({ agent_id: "ag-1", npc_id: "elder" }, { cookie: "session=1" })));
  expect([status, ...stored]).toEqual([200, "lc_conv_new", "u1", "elder", "session=1"]);
  await handler(post({ agent_id: "ag-1", conversation_id: "lc_conv_7" }));
  expect(stored[4]).toBe("lc_conv_7");
});

test("a page of another origin may read the headers that onAuthorized says it may", async () => {
  const { handler } = await withApi({
    allowedOrigins: ["https://page.example"],
    onAuthorized: () => ({ "x-plan": "free", "access-control-expose-headers": "X-Plan" }),
  });
  const { headers } = await handler(post({ agent_id: "ag-1" }, { origin: "https://page.example" }));
  expect(headers.get("access-control-expose-headers")).toBe("X-Plan, Retry-After, Date");
  expect(headers.get("access-control-allow-origin")).toBe("https://page.example");
});

test("a server's older session_id is the conversation's id", async () => {
  const onAuthorized = vi.fn((_: OpenedContext) => {});
  const answer = '{"client_session_key":"k","session_id":"lc_conv_old"}';
  const { handler } = await withApi({ onAuthorized }, (_, response) => response.end(answer));
  await handler(post({ agent_id: "ag-1" }));
  expect(onAuthorized.mock.calls[0]?.[0].conversationId).toBe("lc_conv_old");
});

test("it may set headers, several cookies among them; what the answer is made of is not its to say", async () => {
  const headers = new Headers({
    "x-conversation": "1",
    "content-type": "text/html",
    "content-length": "1",
    "cache-control": "public",
    "access-control-allow-origin": "*",
  });
  headers.append("set-cookie", "a=1; HttpOnly");
  headers.append("set-cookie", "b=2");
  const { handler } = await withApi({ onAuthorized: () => headers, allowedOrigins: ["https://listed.example"] });
  const response = await handler(post({ agent_id: "ag-1" }, { origin: "https://listed.example" }));
  expect(response.headers.getSetCookie()).toEqual(["a=1; HttpOnly", "b=2"]);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    "x-conversation": "1",
    "content-type": "application/json",
    "cache-control": "no-store",
    "access-control-allow-origin": "https://listed.example",
  });
  expect(response.headers.get("content-length")).toBeNull();
  expect(await response.json()).toMatchObject({ conversation_id: "lc_conv_new" });
});

test("is not called for what was refused, by anybody", async () => {
  const onAuthorized = vi.fn();
  const refusing = await withApi({ onAuthorized, authorize: ({ body }) => body.conversation_id === undefined });
  await refusing.handler(post({ agent_id: "ag-1", conversation_id: "lc_conv_7" }));
  await refusing.handler(post({ agent_id: "ag-2" }));
  await refusing.handler(post("{"));
  const { handler } = await withApi({ onAuthorized }, (_, response) => response.writeHead(402).end());
  await handler(post({ agent_id: "ag-1" }));
  expect(onAuthorized).not.toHaveBeenCalled();
});

test.each<[string, () => never | HeadersInit]>([
  [
    "throws",
    () => {
      throw new Error(`the store at 10.0.0.7 with ${apiKey} is gone`);
    },
  ],
  ["gives the key away", () => ({ "x-debug": `Bearer ${apiKey}` })],
  ["gives a header that is none", () => ({ "x y": "1" })],
])("one that %s is a 500 without a session, and onError is told why", async (_, onAuthorized) => {
  const onError = vi.fn();
  const { handler } = await withApi({ onAuthorized, onError });
  const response = await handler(post({ agent_id: "ag-1" }));
  expect(response.status).toBe(500);
  const shown = JSON.stringify([...response.headers]) + (await response.text());
  expect(shown).not.toMatch(/sesskey|10\.0\.0\.7/);
  expect(onError).toHaveBeenCalledOnce();
  expect(shown + onError.mock.calls[0]?.[0].message).not.toMatch(apiKey);
});

test.each([
  [402, "Payment Required", '{"error":"insufficient_balance"}', "insufficient_balance"],
  [402, "Payment Required", '{"error":{"code":"insufficient_balance"}}', "insufficient_balance"],
  [403, "Forbidden", '{"message":"Not in your plan"}', "Not in your plan"],
  [400, "Bad Request", "Invalid or missing bearer token", "Invalid or missing bearer token"],
  [500, "Boom", '{"error":"","message":null}', "Layercode answered with status 500 and no explanation."],
  [503, "Try Later", "<html>down</html>", "Layercode answered with status 503 and no explanation."],
  [500, "Boom", "lc_sesskey_1 is taken", "Layercode answered with status 500 and no explanation."],
])(
  "a refusal comes back with status, status text and words, as a hand-written route passes them on: %i %s %s",
  async (status, statusText, text, error) => {
    const { handler } = await withApi({}, (_, response) => response.writeHead(status, statusText).end(text));
    const response = await handler(post({ agent_id: "ag-1" }));
    expect([response.status, response.statusText, await response.json()]).toEqual([status, statusText, { error }]);
  },
);

test("the key is in no status text, and one of another status is not passed on", async () => {
  for (const [status, statusText] of [
    [400, ""],
    [302, "Found"],
  ] as const) {
    const { handler } = await withApi({}, (request, response) =>
      response.writeHead(status, statusText || `no ${request.headers.authorization}`).end(),
    );
    const response = await handler(post({ agent_id: "ag-1" }));
    expect(response.statusText).not.toMatch(new RegExp(`${apiKey}|Found`));
  }
});

test("a page of old, which says pipeline_id, is told what it is called now", async () => {
  const { handler, requests } = await withApi();
  expect(await read(await handler(post({ pipeline_id: "ag-1" })))).toEqual({
    status: 400,
    body: { error: expect.stringMatching('"pipeline_id", which is called "agent_id" now') },
  });
  expect(requests).toEqual([]);
});

test("any agent may be let in, as a hand-written route does", async () => {
  const { handler, requests } = await withApi({ agentId: undefined, allowedAgents: () => true } as never);
  expect((await handler(post({ agent_id: "ag-of-whoever" }))).status).toBe(200);
  expect(requests[0]?.body.agent_id).toBe("ag-of-whoever");
});
