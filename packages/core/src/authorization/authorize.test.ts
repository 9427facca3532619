import { getEventListeners, once } from "node:events";
import type { RequestListener } from "node:http";
import { inspect } from "node:util";
import fc from "fast-check";
import { expect, onTestFinished, test, vi } from "vitest";
import { serve } from "../../test/http-server.js";
import { isLayercodeError, type LayercodeError } from "../errors.js";
import { type AuthorizeOptions, authorizeSession } from "./authorize.js";

const body = { agent_id: "ag-1", metadata: { plan: "free" }, sdk_version: "1.0.0" };
const session = { client_session_key: "lc_sesskey_1", conversation_id: "lc_conv_1" };

async function failure(options: Partial<AuthorizeOptions>): Promise<LayercodeError> {
  const error = await authorizeSession({ endpoint: "http://127.0.0.1:1/", body, ...options }).then(
    () => expect.unreachable("the authorization did not fail"),
    (reason: unknown) => reason,
  );
  if (!isLayercodeError(error)) throw error;
  return error;
}

function answering(status: number, text: string, headers: Record<string, string> = {}): Promise<string> {
  return serve((_, response) => response.writeHead(status, headers).end(text));
}

test("posts the body as JSON and reads the session", async () => {
  const seen: unknown[] = [];
  const endpoint = await serve(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    seen.push(request.method, request.url, request.headers["content-type"], JSON.parse(text));
    response.end(JSON.stringify({ ...session, config: { transcription: { trigger: "push_to_talk" } } }));
  });
  const authorization = await authorizeSession({ endpoint: `${endpoint}/api/authorize?x=1`, body });
  expect(authorization).toEqual({
    clientSessionKey: "lc_sesskey_1",
    conversationId: "lc_conv_1",
    config: { transcription: { trigger: "push_to_talk", can_interrupt: true, automatic: false } },
  });
  expect(seen).toEqual(["POST", "/api/authorize?x=1", "application/json", body]);
});

const automatic = { trigger: "automatic", can_interrupt: true, automatic: true };

test.each<[sent: object, read: object]>([
  [{}, { transcription: automatic }],
  [{ transcription: null }, { transcription: automatic }],
  [{ transcription: "automatic" }, { transcription: expect.objectContaining(automatic) }],
  [{ transcription: { trigger: null, can_interrupt: null, automatic: null } }, { transcription: automatic }],
  [{ transcription: { trigger: "by_a_nod", can_interrupt: "no" } }, { transcription: automatic }],
  [{ transcription: { can_interrupt: false } }, { transcription: { ...automatic, can_interrupt: false } }],
  [{ transcription: { automatic: false } }, { transcription: { ...automatic, automatic: false } }],
  [
    { vad: { enabled: false }, later: 1 },
    { transcription: automatic, vad: { enabled: false }, later: 1 },
  ],
  [{ transcription: { later: 1 } }, { transcription: { ...automatic, later: 1 } }],
])("a config of %j has all that its type promises", async (sent, read) => {
  const text = JSON.stringify({ ...session, config: sent });
  expect((await authorizeSession({ endpoint: await answering(200, text), body })).config).toEqual(read);
});

test.each(["null", '"automatic"', "7"])("a config of %s is none", async (config) => {
  const text = `{"client_session_key":"k","conversation_id":"c","config":${config}}`;
  expect(await authorizeSession({ endpoint: await answering(200, text), body })).toMatchObject({ config: undefined });
});

test("accepts the older session_id and a missing config", async () => {
  const endpoint = await answering(200, '{"client_session_key":"k","session_id":"s","config":null}');
  expect(await authorizeSession({ endpoint, body })).toEqual({
    clientSessionKey: "k",
    conversationId: "s",
    config: undefined,
  });
});

test.each([
  [400, '{"error":"Invalid agent id"}', "authorization", /answered 400: Invalid agent id/],
  [401, '{"error":{"message":"Sign in first"}}', "authorization", /answered 401: Sign in first/],
  [403, '{"message":"Forbidden here"}', "authorization", /answered 403: Forbidden here/],
  [500, "the database is down", "authorization", /answered 500: the database is down/],
  [502, "<html><h1>Bad gateway</h1></html>", "authorization", /answered 502 without a reason/],
  [500, "", "authorization", /answered 500 without a reason/],
  [500, '"text"', "authorization", /answered 500 without a reason/],
  [402, "", "insufficient-balance", /no balance left/],
  [402, '{"error":"Pay first"}', "insufficient-balance", /Pay first/],
  [500, '{"error":"Insufficient balance"}', "insufficient-balance", /The server said: Insufficient balance/],
  [500, '{"error":"no","code":"insufficient_balance"}', "insufficient-balance", /no balance left/],
  [200, '{"error":"INSUFFICIENT_BALANCE"}', "insufficient-balance", /no balance left/],
  [200, '{"error":"Agent is asleep"}', "authorization", /answered 200: Agent is asleep/],
  [200, "{}", "authorization", /without client_session_key/],
  [200, "[]", "authorization", /without client_session_key/],
  [200, '{"client_session_key":"","conversation_id":"c"}', "authorization", /without client_session_key/],
  [200, '{"client_session_key":"secret"}', "authorization", /without conversation_id/],
  [200, "<html>sign in</html>", "authorization", /an HTML page: nothing there answers a POST/],
  [200, "", "authorization", /no JSON/],
  [200, '{"client_session_key":"secr', "authorization", /no JSON/],
])("%i %s is %s", async (status, text, code, message) => {
  const error = await failure({ endpoint: await answering(status, text) });
  expect(error).toMatchObject({ code, status, message: expect.stringMatching(message) });
  // What apps look for.
  expect(error.message).toMatch(/^Failed to authorize conversation: /);
  if (code === "insufficient-balance") expect(error.message).toMatch(`insufficient_balance (${status})`);
});

test("a message is cut at 500 characters and a body at 64 kB", async () => {
  const long = await failure({ endpoint: await answering(400, JSON.stringify({ error: "x".repeat(5000) })) });
  expect(long.message.length).toBeLessThan(650);

  const closed: Promise<unknown>[] = [];
  const endless = await serve((_, response) => {
    closed.push(once(response, "close"));
    const more = () => {
      while (response.write("x".repeat(16_384)));
      response.once("drain", more);
    };
    more();
  });
  expect(await failure({ endpoint: endless })).toMatchObject({
    code: "authorization",
    message: expect.stringMatching("64 kB"),
  });
  await Promise.all(closed);
});

test("names the endpoint without what may be secret in it", async () => {
  const endpoint = (await answering(400, "")).replace("//", "//user:hunter2@");
  const send = (url: string | URL | Request, init?: RequestInit) =>
    fetch(String(url).replace("user:hunter2@", ""), init);
  const error = await failure({ endpoint: `${endpoint}/authorize?token=hunter3#hunter4`, fetch: send });
  expect(error.message).toMatch("/authorize answered 400");
  expect(error.message).not.toMatch("hunter");
});

test("an endpoint that cannot be reached says what to check", async () => {
  const error = await failure({ endpoint: "http://127.0.0.1:1/api/authorize" });
  expect(error).toMatchObject({
    code: "connection",
    message: expect.stringMatching(/could not be reached.*allowedOrigins/),
  });
  expect(error.cause).toBeInstanceOf(TypeError);
});

test.each(["/api/authorize", "api/authorize", "http://[", ""])(
  "without a page, %j is an invalid option",
  async (endpoint) => {
    expect(await failure({ endpoint })).toMatchObject({
      code: "invalid-option",
      message: expect.stringMatching("full URL"),
    });
  },
);

test("a URL without http:// is an invalid option, in a page as well: its host would be its scheme", async () => {
  vi.stubGlobal("location", { href: "https://app.example/" });
  const send = vi.fn();
  vi.stubGlobal("fetch", send);
  onTestFinished(() => void vi.unstubAllGlobals());
  for (const endpoint of ["localhost:3000/api/authorize", "app.example:443/api/authorize"])
    expect(await failure({ endpoint })).toMatchObject({
      code: "invalid-option",
      message: `authorizeSessionEndpoint is "${endpoint}". Pass a path on the page's origin, or a full URL with its scheme, such as "https://app.example/api/authorize".`,
    });
  expect(send).not.toHaveBeenCalled();
});

test("in a page a path is the page's affair", async () => {
  vi.stubGlobal("location", { href: "https://app.example/" });
  const send = vi.fn(async () => Response.json(session));
  vi.stubGlobal("fetch", send);
  onTestFinished(() => void vi.unstubAllGlobals());
  await authorizeSession({ endpoint: "/api/authorize", body });
  expect(send).toHaveBeenCalledWith("/api/authorize", expect.anything());
});

test("in an about:srcdoc frame, too", async () => {
  vi.stubGlobal("location", { href: "about:srcdoc" });
  vi.stubGlobal("document", { baseURI: "https://app.example/" });
  const send = vi.fn(async () => Response.json(session));
  vi.stubGlobal("fetch", send);
  onTestFinished(() => void vi.unstubAllGlobals());
  await authorizeSession({ endpoint: "/api/authorize", body });
  expect(send).toHaveBeenCalledWith("/api/authorize", expect.anything());
});

test.each([
  [200, "<html>Sign in</html>", /, which answered 200 with something that is no JSON/],
  [405, "", /, which answered 405 with an empty body: nothing there answers a POST/],
])("a redirect is named, with where it went, when %i comes of it", async (status, text, answer) => {
  const login = await answering(status, text);
  const endpoint = await answering(302, "", { location: `${login}/login?returnTo=secret#secret` });
  const { message } = await failure({ endpoint: `${endpoint}/api/authorize` });
  expect(message).toMatch(`${endpoint}/api/authorize was redirected to ${login}/login (a login page?`);
  expect(message).toMatch(answer);
  expect(message).not.toMatch("secret");
});

test("credentials are passed on, and not mentioned otherwise", async () => {
  const send = vi.fn(async (_url: unknown, _init?: RequestInit) => Response.json(session));
  await authorizeSession({ endpoint: "/a", body, fetch: send, credentials: "include" });
  await authorizeSession({ endpoint: "/a", body, fetch: send });
  expect(send.mock.calls[0]?.[1]).toMatchObject({ credentials: "include" });
  expect(send.mock.calls[1]?.[1]).not.toHaveProperty("credentials");
});

test("authorizeSessionRequest takes the place of fetch, with the body as an object and the endpoint as it is", async () => {
  const request = vi.fn(async () => Response.json(session));
  const send = vi.fn();
  await authorizeSession({ endpoint: "api:authorize", body, request, fetch: send });
  expect(request).toHaveBeenCalledWith({ url: "api:authorize", body });
  expect(send).not.toHaveBeenCalled();
});

test.each([undefined, null, "text", {}, { data: session, status: 200 }, session])(
  "an authorizeSessionRequest that returns %j is told to return a Response",
  async (value) => {
    const error = await failure({ request: async () => value as never });
    expect(error).toMatchObject({ code: "authorization", message: expect.stringMatching("no Response") });
    expect(inspect(error)).not.toMatch("lc_sesskey");
  },
);

test("so is one that returns a Response it has read", async () => {
  const request = async () => {
    const response = Response.json(session);
    await response.json();
    return response;
  };
  expect((await failure({ request })).message).toMatch("clone()");
});

test("the Response of a polyfill does as well", async () => {
  const request = async () => ({ ok: true, status: 200, text: async () => JSON.stringify(session) }) as Response;
  expect(await authorizeSession({ endpoint: "/a", body, request })).toMatchObject({ conversationId: "lc_conv_1" });
  const large = async () => ({ ok: true, status: 200, text: async () => " ".repeat(70_000) }) as Response;
  expect((await failure({ request: large })).message).toMatch("64 kB");
});

test("an authorizeSessionRequest that throws is an authorization error with its words and cause", async () => {
  const cause = new Error("not signed in");
  const request = () => {
    throw cause;
  };
  const error = await failure({ request });
  expect(error).toMatchObject({ code: "authorization", cause, message: expect.stringMatching("not signed in") });
});

test("an aborted signal sends nothing", async () => {
  const send = vi.fn();
  const error = await failure({ fetch: send, signal: AbortSignal.abort("enough") });
  expect(error).toMatchObject({ code: "aborted", cause: "enough" });
  expect(send).not.toHaveBeenCalled();
});

const silent: RequestListener = () => {};
const stopsHalfway: RequestListener = (_, response) => void response.write('{"client_session_key":');

test.each([
  ["before the answer", silent],
  ["within the body", stopsHalfway],
])("an abort %s ends the request", async (_, listener) => {
  const controller = new AbortController();
  let closed: Promise<unknown> | undefined;
  const endpoint = await serve((request, response) => {
    closed = once(response, "close");
    listener(request, response);
    setImmediate(() => controller.abort());
  });
  expect(await failure({ endpoint, signal: controller.signal })).toMatchObject({ code: "aborted" });
  await closed;
  expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
});

test("a late answer to an app's own request is let go after an abort", async () => {
  const controller = new AbortController();
  let answer = (_: Response) => {};
  const request = () =>
    new Promise<Response>((resolve) => {
      answer = resolve;
    });
  const failed = failure({ request, signal: controller.signal });
  controller.abort();
  await new Promise<void>((resolve) => {
    answer(new Response(new ReadableStream({ cancel: () => resolve() })));
  });
  expect(await failed).toMatchObject({ code: "aborted" });
});

test("leaves no listener on the signal, whatever the outcome", async () => {
  const { signal } = new AbortController();
  const common = { endpoint: "/a", body, signal };
  await authorizeSession({ ...common, fetch: async () => Response.json(session) });
  await failure({ ...common, fetch: async () => Response.json({}, { status: 500 }) });
  await failure({ ...common, fetch: () => Promise.reject(new TypeError("refused")) });
  expect(getEventListeners(signal, "abort")).toHaveLength(0);
});

test("the session key is in no error, whatever the server answers", async () => {
  const key = fc.stringMatching(/^lc_sesskey_[a-zA-Z0-9_-]{8,40}$/);
  const around = fc.string({ maxLength: 20 });
  const answers = fc.tuple(key, around, around).chain(([key, before, after]) =>
    fc.record({
      key: fc.constant(key),
      status: fc.constantFrom(200, 201, 400, 402, 403, 500, 502),
      text: fc.oneof(
        fc.constant(before + key + after),
        fc.constantFrom(
          JSON.stringify({ client_session_key: key }),
          JSON.stringify({ client_session_key: key, conversation_id: 1 }),
          JSON.stringify({ client_session_key: key, error: before + key + after }),
          JSON.stringify({ error: { message: before + key, key } }),
          JSON.stringify({ message: `${key}${after}`, insufficient_balance: key }),
          JSON.stringify({ error: "x".repeat(490) + key }),
          JSON.stringify(key),
          JSON.stringify([key]),
          `{"client_session_key":"${key}","conversation_id":`,
          `${key}${"x".repeat(70_000)}`,
        ),
      ),
    }),
  );
  await fc.assert(
    fc.asyncProperty(answers, async ({ key, status, text }) => {
      const error = await failure({ fetch: async () => new Response(text, { status }) });
      const serialized = [
        error.message,
        error.stack,
        JSON.stringify(error),
        inspect(error, { depth: 10, showHidden: true }),
      ];
      expect(serialized.join()).not.toContain(key.slice(0, 19));
    }),
    { numRuns: 300 },
  );
}, 60_000);

test("a key that does not look like one is not in an error either", async () => {
  const text = JSON.stringify({ client_session_key: "s3cret-k3y", error: "bad s3cret-k3y" });
  const error = await failure({ fetch: async () => new Response(text, { status: 500 }) });
  expect(inspect(error)).not.toMatch("s3cret");
  const cut = '{"client_session_key":"s3cret-k3y","conv';
  expect(inspect(await failure({ fetch: async () => new Response(cut, { status: 500 }) }))).not.toMatch("s3cret");
});

const now = Date.UTC(2026, 0, 1, 12);
const date = (ms: number) => new Date(now + ms).toUTCString();

test.each<[what: string, headers: Record<string, string>, ms: number | undefined]>([
  ["seconds", { "retry-after": "7" }, 7000],
  ["a date, by the server's own clock", { "retry-after": date(90_000), date: date(30_000) }, 60_000],
  ["a date in the past", { "retry-after": date(0), date: date(1000) }, undefined],
  ["more than a day, which no timer is set for", { "retry-after": "9999999999" }, 86_400_000],
  ["no time", { "retry-after": "soon" }, undefined],
  ["0", { "retry-after": "0" }, undefined],
  ["nothing", {}, undefined],
])("a refusal asks to wait: %s", async (_, headers, retryAfterMs) => {
  const request = async () => Response.json({ error: "Slow down." }, { status: 429, headers });
  expect(await failure({ request })).toMatchObject({ status: 429, message: expect.stringContaining("Slow down.") });
  expect((await failure({ request })).retryAfterMs).toBe(retryAfterMs);
});

test("a date without a clock of the server's is read by the device's, and a polyfill may have no headers", async () => {
  const headers = { "retry-after": new Date(Date.now() + 60_000).toUTCString() };
  const request = async () => Response.json({ error: "Slow down." }, { status: 503, headers });
  const { retryAfterMs = 0 } = await failure({ request });
  expect(Math.abs(retryAfterMs - 60_000)).toBeLessThan(5000);
  const bare = async () => ({ ok: false, status: 503, text: async () => "Later." }) as Response;
  expect((await failure({ request: bare })).retryAfterMs).toBeUndefined();
});
