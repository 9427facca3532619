import { getEventListeners } from "node:events";
import { inspect } from "node:util";
import { expect, test, vi } from "vitest";
import { apiKey, endpoint, post, read, withApi } from "../../test/authorize-handler.js";
import { serve } from "../../test/http-server.js";
import { createAuthorizeHandler } from "./server.js";

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

test("a status text that no Response may have is left out, and the failure passed on", async () => {
  const url = await serve((_, response) => {
    const { socket } = response;
    socket?.end('HTTP/1.1 402 余额不足\r\nConnection: close\r\n\r\n{"error":"insufficient_balance"}');
  });
  const { handler } = await withApi({ apiUrl: url });
  const response = await handler(post({ agent_id: "ag-1" }));
  expect(response.statusText).toBe("");
  expect(await read(response)).toEqual({ status: 402, body: { error: "insufficient_balance" } });
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
  const send = vi.fn(async (_url: string, _init: RequestInit) => Response.json({}));
  const handler = createAuthorizeHandler({ apiKey, agentId: "ag-1", fetch: send, onError: () => {} });
  await handler(post({ agent_id: "ag-1" }));
  expect(send.mock.calls[0]?.[0]).toBe("https://api.layercode.com/v1/agents/web/authorize_session");
  expect(send.mock.calls[0]?.[1]).toMatchObject({ redirect: "manual" });
});

test.each([
  ["a 401", 401, '{"error":"Invalid API key"}', /401: Invalid API key/],
  ["a 402", 402, '{"error":"insufficient_balance"}', /402: insufficient_balance/],
  ["a 500 of HTML", 500, "<html>stack trace of a proxy</html>", /500.*stack trace of a proxy/],
  ["a 429 without a word", 429, "", /429/],
  ["a redirect", 302, "", /302/],
  ["a success without a key", 200, '{"conversation_id":"c"}', /200.*without a session key/],
  ["a success without a conversation", 200, '{"client_session_key":"lc_sesskey_9"}', /200.*without a conversation id/],
  ["an error in a success", 200, '{"error":"Agent is asleep"}', /200: Agent is asleep/],
  ["a success that is no JSON", 200, "lc_sesskey_9", /200/],
  [
    "an answer that is too deep",
    200,
    `{"client_session_key":"lc_sesskey_9","conversation_id":"c","config":${"[".repeat(30_000)}${"]".repeat(30_000)}}`,
    /200/,
  ],
  ["an error that repeats keys", 400, `{"error":"${apiKey} for lc_sesskey_9"}`, /400/],
])("onError is told of %s, with its status and without any key", async (_, status, text, message) => {
  const onError = vi.fn();
  const { handler } = await withApi({ onError }, (_request, response) => {
    response.writeHead(status, { location: "http://127.0.0.1:1/" });
    response.end(text);
  });
  const response = await handler(post({ agent_id: "ag-1" }));
  expect(response.ok).toBe(false);
  expect(onError.mock.calls).toEqual([[expect.objectContaining({ status, message: expect.stringMatching(message) })]]);
  expect(onError.mock.calls[0]?.[0].code).toBe(status === 402 ? "insufficient-balance" : "authorization");
  expect(inspect(onError.mock.calls)).not.toMatch(new RegExp(`${apiKey}|lc_sesskey_9`));
});

test.each([{}, { conversation_id: "" }, { conversation_id: 7 }, { session_id: null }])(
  "a session without a conversation's id (%j) is none: 502",
  async (ids) => {
    const { handler } = await withApi({ fetch: async () => Response.json({ client_session_key: "k", ...ids }) });
    expect(await read(await handler(post({ agent_id: "ag-1" })))).toEqual({
      status: 502,
      body: { error: expect.stringMatching("without a conversation id") },
    });
  },
);

test("the key is in no name of config either, in no id, and not in a header", async () => {
  for (const answer of [
    () =>
      Response.json({
        client_session_key: "k",
        conversation_id: `c-${apiKey}`,
        config: { [apiKey]: { deep: [{ [`x${apiKey}`]: 1 }] } },
      }),
    () => Response.json({ client_session_key: "k", session_id: apiKey }),
    () => Response.json({ client_session_key: apiKey, conversation_id: "c" }),
    () => Response.json({ error: `${"x".repeat(495)}${apiKey}` }, { status: 500, headers: { "retry-after": apiKey } }),
  ]) {
    const onError = vi.fn();
    const { handler } = await withApi({ fetch: async () => answer(), onError });
    const response = await handler(post({ agent_id: "ag-1" }));
    expect(inspect([[...response.headers], await response.text(), onError.mock.calls])).not.toMatch(/lc_ap/);
  }
});

test("a session key that is the API key is none: 502", async () => {
  const { handler } = await withApi({
    fetch: async () => Response.json({ client_session_key: apiKey, conversation_id: "c" }),
  });
  expect((await handler(post({ agent_id: "ag-1" }))).status).toBe(502);
});

test("__proto__ in a config does not reach the browser", async () => {
  const text = '{"client_session_key":"k","conversation_id":"c","config":{"__proto__":{"x":1},"vad":{}}}';
  const { handler } = await withApi({ fetch: async () => new Response(text) });
  expect(await (await handler(post({ agent_id: "ag-1" }))).text()).toBe(
    '{"client_session_key":"k","conversation_id":"c","config":{"vad":{}}}',
  );
});

const ownCause = new Error("its own cause");
ownCause.cause = ownCause;

test.each([
  ["rejects with an error that is its own cause", async () => Promise.reject(ownCause)],
  ["rejects with nothing", async () => Promise.reject(undefined)],
  [
    "throws at once",
    () => {
      throw new Error("at once");
    },
  ],
  ["answers nothing", async () => undefined],
  [
    "answers a body that was read",
    async () => {
      const response = new Response("{}");
      await response.text();
      return response;
    },
  ],
  ["answers an error of the network", async () => Response.error()],
  [
    "answers a body that breaks off",
    async () => new Response(new ReadableStream({ pull: (controller) => controller.error(ownCause) })),
  ],
])("a fetch that %s is a 502, and onError is told", async (_, send) => {
  const onError = vi.fn();
  const { handler } = await withApi({ fetch: send as never, onError });
  expect((await handler(post({ agent_id: "ag-1" }))).status).toBe(502);
  expect(onError.mock.calls).toEqual([[expect.any(Error)]]);
});
