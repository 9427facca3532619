import { getEventListeners } from "node:events";
import { expect, onTestFinished, test, vi } from "vitest";
import { serve } from "../../test/http-server.js";
import { startLayercodeApi } from "../../test/layercode-api.js";
import { createAuthorizeHandler } from "./server.js";
import type { AuthorizeHandlerOptions } from "./server-options.js";

const apiKey = "lc_api_key_0123456789";
const endpoint = "https://app.example/api/authorize";

function post(body: unknown, headers: Record<string, string> = {}): Request {
  return new Request(endpoint, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

async function read(response: Response): Promise<{ status: number; body: Record<string, unknown> }> {
  expect(response.headers.get("content-type")).toMatch("application/json");
  return { status: response.status, body: await response.json() };
}

async function withApi(
  options: Partial<AuthorizeHandlerOptions> = {},
  answer?: Parameters<typeof startLayercodeApi>[1],
) {
  const api = await startLayercodeApi(apiKey, answer);
  const handler = createAuthorizeHandler({
    apiKey,
    agentId: "ag-1",
    apiUrl: api.url,
    ...options,
  } as AuthorizeHandlerOptions);
  return { handler, requests: api.requests };
}

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
  for (const request of [post({ agent_id: "ag-1" }), post("no JSON"), new Request(endpoint)]) {
    const { headers } = await handler(request);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("vary")).toMatch("Origin");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  }
});

test("takes from the browser four fields and nothing else", async () => {
  const { handler, requests } = await withApi();
  await handler(
    post({
      agent_id: "ag-1",
      conversation_id: "lc_conv_7",
      config: { voice: "expensive" },
      custom_metadata: { admin: true },
      custom_headers: { "x-admin": "1" },
      anything: 1,
    }),
  );
  expect(requests[0]?.body).toEqual({ agent_id: "ag-1", conversation_id: "lc_conv_7", metadata: {} });
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

test("null in an optional field counts as absent", async () => {
  const { handler, requests } = await withApi();
  await handler(post({ agent_id: "ag-1", conversation_id: null, metadata: null, sdk_version: null }));
  expect(requests[0]?.body).toEqual({ agent_id: "ag-1", metadata: {} });
});

test.each([
  ["no JSON", "{", /no JSON object/],
  ["an empty body", "", /no JSON object/],
  ["an array", [], /no JSON object/],
  ["a null", "null", /no JSON object/],
  ["no agent_id", {}, /"agent_id"/],
  ["an empty agent_id", { agent_id: "" }, /"agent_id"/],
  ["a numeric agent_id", { agent_id: 1 }, /"agent_id"/],
  ["an empty conversation_id", { agent_id: "ag-1", conversation_id: "" }, /"conversation_id"/],
  ["an object for a conversation_id", { agent_id: "ag-1", conversation_id: {} }, /"conversation_id"/],
  ["an array of metadata", { agent_id: "ag-1", metadata: [] }, /"metadata"/],
  ["a string of metadata", { agent_id: "ag-1", metadata: "x" }, /"metadata"/],
  ["a numeric sdk_version", { agent_id: "ag-1", sdk_version: 2 }, /"sdk_version"/],
])("refuses %s with 400 and names the field", async (_, body, error) => {
  const { handler, requests } = await withApi();
  expect(await read(await handler(post(body)))).toEqual({ status: 400, body: { error: expect.stringMatching(error) } });
  expect(requests).toHaveLength(0);
});

test("refuses a body that is not UTF-8", async () => {
  const { handler } = await withApi();
  const body = new Uint8Array([...Buffer.from('{"agent_id":"ag-1","metadata":{"x":"'), 0xff, ...Buffer.from('"}}')]);
  const request = new Request(endpoint, { method: "POST", body });
  expect((await handler(request)).status).toBe(400);
});

test("stops reading a body at 64 kB and cancels the rest", async () => {
  const { handler, requests } = await withApi();
  let sent = 0;
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 16_384;
      controller.enqueue(new Uint8Array(16_384).fill(0x20));
    },
    cancel() {
      cancelled = true;
    },
  });
  const request = new Request(endpoint, { method: "POST", body, duplex: "half" } as RequestInit);
  expect(await read(await handler(request))).toEqual({ status: 413, body: { error: expect.stringMatching("64 kB") } });
  expect(cancelled).toBe(true);
  expect(sent).toBeLessThan(200_000);
  expect(requests).toHaveLength(0);
});

test("takes a body of exactly 64 kB and refuses one byte more", async () => {
  const { handler } = await withApi();
  const filled = (length: number) => {
    const frame = JSON.stringify({ agent_id: "ag-1", metadata: { text: "" } });
    return frame.replace('""', JSON.stringify("x".repeat(length - frame.length)));
  };
  expect((await handler(post(filled(65_536)))).status).toBe(200);
  expect((await handler(post(filled(65_537)))).status).toBe(413);
});

test("a body that breaks off is a 400, one that was read before is a 500 that says so", async () => {
  const { handler } = await withApi();
  const broken = new ReadableStream({ pull: (controller) => controller.error(new Error("gone")) });
  const request = new Request(endpoint, { method: "POST", body: broken, duplex: "half" } as RequestInit);
  expect((await handler(request)).status).toBe(400);
  const consumed = post({ agent_id: "ag-1" });
  await consumed.text();
  expect(await read(await handler(consumed))).toEqual({
    status: 500,
    body: { error: expect.stringMatching("already read") },
  });
});

test.each(["GET", "HEAD", "PUT", "DELETE", "PATCH"])(
  "refuses %s with 405 and names the allowed methods",
  async (method) => {
    const { handler } = await withApi();
    const response = await handler(new Request(endpoint, { method }));
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("POST, OPTIONS");
  },
);

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

test("authorize sees request and body, and adds metadata the browser cannot forge", async () => {
  const { handler, requests } = await withApi({
    authorize: ({ request, body }) => {
      expect(body).toEqual({ agent_id: "ag-1", conversation_id: "lc_conv_7", metadata: { user: "admin", page: 1 } });
      return { metadata: { user: request.headers.get("x-user") } };
    },
    metadata: { region: "eu" },
  });
  await handler(
    post({ agent_id: "ag-1", conversation_id: "lc_conv_7", metadata: { user: "admin", page: 1 } }, { "x-user": "u-1" }),
  );
  expect(requests[0]?.body.metadata).toEqual({ user: "u-1", page: 1, region: "eu" });
});

test("the metadata option wins over the browser and over authorize, as a function too", async () => {
  const { handler, requests } = await withApi({
    authorize: () => ({ metadata: { tenant: 1, user: 2 } }),
    metadata: async ({ body }) => ({ tenant: body.agent_id }),
  });
  await handler(post('{"agent_id":"ag-1","metadata":{"tenant":"x","__proto__":{"admin":true}}}'));
  expect(requests[0]?.body.metadata).toMatchObject({ tenant: "ag-1", user: 2 });
  expect(requests[0]?.body.metadata).not.toHaveProperty("admin");
});

test("authorize cannot change what is asked by changing the body it was shown", async () => {
  const { handler, requests } = await withApi({
    authorize: ({ body }) => {
      body.agent_id = "ag-9";
      body.conversation_id = "lc_conv_9";
      return true;
    },
  });
  await handler(post({ agent_id: "ag-1" }));
  expect(requests[0]?.body).toEqual({ agent_id: "ag-1", metadata: {} });
});

test.each([
  ["false", false, 403, /may not talk/],
  ["an error", { error: "Please sign in." }, 403, /Please sign in/],
  ["an error with a status", { error: "Please sign in.", status: 401 }, 401, /Please sign in/],
  ["an error with a status that is none", { error: "No.", status: 200 }, 403, /No\./],
  ["a Response", Response.json({ error: "Not yours." }, { status: 401 }), 401, /Not yours/],
])("authorize refuses with %s", async (_, decision, status, error) => {
  const { handler, requests } = await withApi({ authorize: () => decision });
  expect(await read(await handler(post({ agent_id: "ag-1", conversation_id: "lc_conv_7" })))).toEqual({
    status,
    body: { error: expect.stringMatching(error) },
  });
  expect(requests).toHaveLength(0);
});

test("a Response that authorize throws is the answer, headers included", async () => {
  const { handler } = await withApi({
    allowedOrigins: ["https://page.example"],
    authorize: () => {
      throw new Response('{"error":"Sign in."}', {
        status: 401,
        headers: { "content-type": "application/json", "set-cookie": "a=1" },
      });
    },
  });
  const response = await handler(post({ agent_id: "ag-1" }, { origin: "https://page.example" }));
  expect(response.status).toBe(401);
  expect(response.headers.getSetCookie()).toEqual(["a=1"]);
  expect(response.headers.get("access-control-allow-origin")).toBe("https://page.example");
});

test.each([undefined, null, 1, "yes", [], {}, { metadata: 1 }, { id: "user" }])(
  "an authorize that answers %j lets nobody in",
  async (decision) => {
    const onError = vi.fn();
    const { handler, requests } = await withApi({ authorize: () => decision as never, onError });
    expect((await handler(post({ agent_id: "ag-1" }))).status).toBe(500);
    expect(requests).toHaveLength(0);
    expect(String(onError.mock.calls[0]?.[0])).toMatch("authorize answered neither");
  },
);

test.each(["authorize", "metadata", "apiKey", "allowedAgents"])(
  "a %s function that throws is a 500 without its words",
  async (name) => {
    const onError = vi.fn(() => {
      throw new Error("also the reporter");
    });
    const { handler } = await withApi({
      ...(name === "allowedAgents" && { agentId: undefined }),
      [name]: () => {
        throw new Error("database password is hunter2");
      },
      onError,
    });
    const { status, body } = await read(await handler(post({ agent_id: "ag-1" })));
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toMatch("hunter2");
    expect(onError).toHaveBeenCalledOnce();
  },
);

test.each([400, 402, 404, 429, 500, 503])("Layercode's %s is passed on with its own words", async (status) => {
  const { handler } = await withApi({}, (_, response) => {
    response.writeHead(status, { "content-type": "application/json", "retry-after": "7", "x-internal": "1" });
    response.end(JSON.stringify({ error: "insufficient_balance", internal: "stack" }));
  });
  const response = await handler(post({ agent_id: "ag-1" }));
  expect(response.headers.get("retry-after")).toBe("7");
  expect(response.headers.get("x-internal")).toBeNull();
  expect(await read(response)).toEqual({ status, body: { error: "insufficient_balance" } });
});

test.each([
  ["an HTML failure", 500, "<html>stack trace</html>", 500, /status 500 and no explanation/],
  ["a redirect", 302, "", 502, /status 302/],
  ["no JSON", 200, "hello", 502, /without a session key/],
  ["an empty answer", 200, "", 502, /without a session key/],
  ["an array", 200, "[]", 502, /without a session key/],
  ["an error in a success", 200, '{"error":"Agent is asleep"}', 502, /Agent is asleep/],
  ["a key that is no string", 200, '{"client_session_key":1}', 502, /without a session key/],
  ["an endless answer", 200, `{"client_session_key":"k","x":"${"x".repeat(70_000)}"}`, 502, /without a session key/],
])("%s of Layercode is a clear failure", async (_, status, text, expected, error) => {
  const { handler } = await withApi({}, (_request, response) => {
    response.writeHead(status, { location: "http://127.0.0.1:1/" });
    response.end(text);
  });
  expect(await read(await handler(post({ agent_id: "ag-1" })))).toEqual({
    status: expected,
    body: { error: expect.stringMatching(error) },
  });
});

test("the older session_id is passed on too", async () => {
  const { handler } = await withApi({}, (_, response) => {
    response.end(JSON.stringify({ client_session_key: "k", session_id: "lc_conv_1" }));
  });
  const { body } = await read(await handler(post({ agent_id: "ag-1" })));
  expect(body).toEqual({ client_session_key: "k", session_id: "lc_conv_1" });
});

test("the API key never comes back, whatever Layercode repeats of it", async () => {
  for (const status of [200, 400]) {
    const { handler } = await withApi({}, (request, response) => {
      response.statusCode = status;
      const { authorization } = request.headers;
      response.end(
        JSON.stringify({
          error: `Bad token: ${authorization}`,
          ...(status === 200 && { client_session_key: "k" }),
          conversation_id: "lc_conv_1",
          config: { note: authorization, vad: { model: "v5" } },
          headers: request.headers,
        }),
      );
    });
    const response = await handler(post({ agent_id: "ag-1" }));
    expect(response.status).toBe(status);
    expect(JSON.stringify([[...response.headers], await response.text()])).not.toMatch(apiKey);
  }
});

test("an unreachable Layercode is a 502 that names no key, and onError is told why", async () => {
  const onError = vi.fn();
  const { handler } = await withApi({
    onError,
    fetch: async () => {
      throw new TypeError("fetch failed", { cause: new Error(`connect ECONNREFUSED with Bearer ${apiKey}`) });
    },
  });
  const { status, body } = await read(await handler(post({ agent_id: "ag-1" })));
  expect(status).toBe(502);
  const [error] = onError.mock.calls[0] as [Error];
  expect(error.message).toMatch("ECONNREFUSED");
  expect(JSON.stringify(body) + error.message + error.stack).not.toMatch(apiKey);
});

test("a Layercode that does not answer, or not to the end, is a 504", async () => {
  const gone: Promise<void>[] = [];
  for (const start of [() => {}, (response: { write(text: string): void }) => response.write('{"client')]) {
    const { handler } = await withApi({ timeoutMs: 40 }, (_, response) => {
      gone.push(new Promise((resolve) => response.on("close", resolve)));
      start(response);
    });
    expect((await handler(post({ agent_id: "ag-1" }))).status).toBe(504);
  }
  // The connections are given up, too.
  await Promise.all(gone);
});

test("a fetch that heeds no signal is timed out as well, and its late answer is let go", async () => {
  let answer = (_: Response) => {};
  const { handler } = await withApi({ timeoutMs: 20, fetch: () => new Promise((resolve) => (answer = resolve)) });
  expect((await handler(post({ agent_id: "ag-1" }))).status).toBe(504);
  const cancelled = new Promise<void>((resolve) =>
    answer(new Response(new ReadableStream({ cancel: () => resolve() }))),
  );
  await cancelled;
});

test("so is an answer whose body never ends, whatever it is made of", async () => {
  let cancelled = false;
  const body = new ReadableStream({
    cancel() {
      cancelled = true;
    },
  });
  const { handler } = await withApi({ timeoutMs: 20, fetch: async () => new Response(body) });
  expect((await handler(post({ agent_id: "ag-1" }))).status).toBe(504);
  expect(cancelled).toBe(true);
});

test("nothing is waited for when the caller has gone already, and nothing stays on its signal", async () => {
  const { handler } = await withApi({ fetch: () => new Promise(() => {}) });
  const request = new Request(endpoint, {
    method: "POST",
    body: JSON.stringify({ agent_id: "ag-1" }),
    signal: AbortSignal.abort(),
  });
  await handler(request);

  const { handler: answering } = await withApi();
  const open = post({ agent_id: "ag-1" });
  await answering(open);
  expect(getEventListeners(open.signal, "abort")).toHaveLength(0);
});

test("a caller that goes away ends the request to Layercode and is no error", async () => {
  const onError = vi.fn();
  const caller = new AbortController();
  let closed = new Promise<void>(() => {});
  const { handler } = await withApi({ onError }, (_, response) => {
    closed = new Promise((resolve) => response.on("close", resolve));
    caller.abort();
  });
  const request = new Request(endpoint, {
    method: "POST",
    body: JSON.stringify({ agent_id: "ag-1" }),
    signal: caller.signal,
  });
  await handler(request);
  await closed;
  expect(onError).not.toHaveBeenCalled();
});

test("apiUrl is a base, with or without a slash and a path", async () => {
  const paths: (string | undefined)[] = [];
  const base = await serve((request, response) => {
    paths.push(request.url);
    response.end(JSON.stringify({ client_session_key: "k", conversation_id: "c" }));
  });
  for (const apiUrl of [base, `${base}/`, `${base}/proxy/`]) {
    const handler = createAuthorizeHandler({ apiKey, agentId: "ag-1", apiUrl });
    expect((await handler(post({ agent_id: "ag-1" }))).status).toBe(200);
  }
  const path = "/v1/agents/web/authorize_session";
  expect(paths).toEqual([path, path, `/proxy${path}`]);
});

test("asks api.layercode.com by default, and never follows a redirect with the key", async () => {
  const send = vi.fn(async (_url: string, _init: RequestInit) => Response.json({ client_session_key: "k" }));
  const handler = createAuthorizeHandler({ apiKey, agentId: "ag-1", fetch: send });
  await handler(post({ agent_id: "ag-1" }));
  expect(send.mock.calls[0]?.[0]).toBe("https://api.layercode.com/v1/agents/web/authorize_session");
  expect(send.mock.calls[0]?.[1]).toMatchObject({ redirect: "manual" });
});

test("leaves no timer behind", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const handler = createAuthorizeHandler({
    apiKey,
    agentId: "ag-1",
    fetch: async () => Response.json({ client_session_key: "k" }),
  });
  await handler(post({ agent_id: "ag-1" }));
  expect(vi.getTimerCount()).toBe(0);
});
