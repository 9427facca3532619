import { inspect } from "node:util";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test, vi } from "vitest";
import { apiKey, post, read, withApi } from "../../test/authorize-handler.js";
import { serve } from "../../test/http-server.js";
import { toNodeHandler } from "./node-handler.js";
import { createAuthorizeHandler } from "./server.js";
import type { AuthorizedContext } from "./server-options.js";

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

test.each([
  ["authorize", (answer: () => Promise<Response>) => withApi({ authorize: answer }).then(({ handler }) => handler)],
  ["a handler of the app's own", async (answer: () => Promise<Response>) => answer],
])("a Response that %s has from another service says what that said, decoded", async (_, handlerOf) => {
  const service = await serve((_, response) => {
    const body = gzipSync('{"error":"Your plan has no voice."}');
    response.writeHead(402, "Kein Kaffee übrig", {
      "content-type": "application/json",
      "content-encoding": "gzip",
      "x-plan": "free",
    });
    response.end(body);
  });
  const url = await serve(toNodeHandler(await handlerOf(() => fetch(service))));
  const answer = await fetch(url, { method: "POST", body: '{"agent_id":"ag-1"}' });
  expect([answer.status, answer.headers.get("x-plan"), await answer.text()]).toEqual([
    402,
    "free",
    '{"error":"Your plan has no voice."}',
  ]);
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

test("not even what is deep inside of that body: it is a copy", async () => {
  const { handler, requests } = await withApi({
    authorize: ({ body }) => {
      body.metadata.plan = "paid";
      (body.metadata.cart as { items: unknown[] }).items.push("gold");
      return true;
    },
  });
  await handler(post({ agent_id: "ag-1", metadata: { plan: "free", cart: { items: [] } } }));
  expect(requests[0]?.body.metadata).toEqual({ plan: "free", cart: { items: [] } });
});

test("config, customMetadata and customHeaders are made for each request, of what authorize answered", async () => {
  const ofTenant = ({ request, body, authorized }: AuthorizedContext) => ({
    tenant: authorized.metadata.tenant,
    agent: body.agent_id,
    path: new URL(request.url).pathname,
  });
  const { handler, requests } = await withApi({
    authorize: ({ request }) => ({ metadata: { tenant: request.headers.get("x-tenant") } }),
    config: async (context) => ({
      language: "en",
      session_webhook: {
        url: "https://app.example/hook",
        custom_metadata: ofTenant(context),
        custom_headers: { "x-t": "1" },
      },
    }),
    customMetadata: ofTenant,
    customHeaders: ({ authorized }) => (authorized.metadata.tenant === "b" ? undefined : { "x-tenant": "a" }),
  });
  for (const tenant of ["a", "b"]) await handler(post({ agent_id: "ag-1" }, { "x-tenant": tenant }));
  const custom = (tenant: string) => ({ tenant, agent: "ag-1", path: "/api/authorize" });
  const webhook = (tenant: string) => ({
    language: "en",
    session_webhook: {
      url: "https://app.example/hook",
      custom_metadata: custom(tenant),
      custom_headers: { "x-t": "1" },
    },
  });
  expect(requests.map(({ body }) => body)).toEqual([
    {
      agent_id: "ag-1",
      metadata: { tenant: "a" },
      config: webhook("a"),
      custom_metadata: custom("a"),
      custom_headers: { "x-tenant": "a" },
    },
    { agent_id: "ag-1", metadata: { tenant: "b" }, config: webhook("b"), custom_metadata: custom("b") },
  ]);
});

test("without authorize, and when it answers true, such a function is given no metadata", async () => {
  const seen: unknown[] = [];
  const config = ({ authorized }: AuthorizedContext) => {
    seen.push(authorized);
    return {};
  };
  for (const options of [{ config }, { config, authorize: () => true as const }])
    await (await withApi(options)).handler(post({ agent_id: "ag-1" }));
  expect(seen).toEqual([{ metadata: {} }, { metadata: {} }]);
});

const circle: Record<string, unknown> = {};
circle.self = circle;

test.each(
  ["metadata", "config", "customMetadata", "customHeaders"].flatMap((name) =>
    ["text", 1, [], true, circle, { big: 1n }].map((value) => [name, value] as const),
  ),
)("a %s that is no JSON object (%o) opens nothing, and onError is told", async (name, value) => {
  for (const option of [value, () => value, async () => value]) {
    const onError = vi.fn();
    const { handler, requests } = await withApi({ [name]: option, onError });
    expect((await handler(post({ agent_id: "ag-1" }))).status).toBe(500);
    expect(requests).toHaveLength(0);
    expect(onError.mock.calls).toEqual([
      [expect.objectContaining({ code: "invalid-option", message: expect.stringMatching(name) })],
    ]);
  }
});

test.each([undefined, null, [], [undefined], [""]] as never[])(
  "allowedOrigins: %j, as an environment that is not set leaves it, lets no foreign page in",
  async (allowedOrigins) => {
    const { handler } = await withApi({ allowedOrigins });
    expect((await handler(post({ agent_id: "ag-1" }, { origin: "https://page.example" }))).status).toBe(403);
  },
);

test.each([
  "https://page.example",
  "https://page.example:8443/",
  "http://[::1]:5173",
  "capacitor://localhost",
  "file://",
  "null",
])("%s is an origin", (origin) => {
  expect(() => createAuthorizeHandler({ apiKey, agentId: "ag-1", allowedOrigins: [origin] })).not.toThrow();
});

test.each<[wrong: unknown, says: string]>([
  [undefined, "was given no options. Pass { apiKey, agentId }."],
  [{ apikey: "key" }, 'has no option "apikey". Did you mean "apiKey"?'],
  [{ AllowedOrigins: [] }, 'has no option "AllowedOrigins". Did you mean "allowedOrigins"?'],
  // Each of these would let in whom the app wanted to keep out.
  [{ authorise: () => false }, 'createAuthorizeHandler() has no option "authorise". Did you mean "authorize"?'],
  [{ authorization: undefined }, 'has no option "authorization". Pass apiKey, agentId, allowedAgents, '],
  [{ onauthorised: () => {} }, 'Did you mean "onAuthorized"?'],
  [{ apiKey: { key: "secret" } }, 'Option "apiKey" of createAuthorizeHandler() is no key. Pass the API key as text'],
  [{ allowedOrigins: "https://page.example" }, 'is "https://page.example". Pass a list of origins'],
  [{ allowedOrigins: ["page.example"] }, 'is ["page.example"]. Pass a list of origins with their scheme'],
  [{ allowedOrigins: ["*"] }, 'or "*" for all, without the list.'],
  [{ allowedOrigins: ["https://*.page.example"] }, "Pass a list of origins"],
  [{ allowedOrigins: {} }, "is {}. Pass a list of origins"],
  [{ allowedAgents: "ag-1" }, 'is "ag-1". Pass a list of ids, or a function.'],
  [{ authorize: true }, 'Option "authorize" of createAuthorizeHandler() is true. Pass a function.'],
  [{ timeoutMs: 0 }, "is 0. Pass a number of milliseconds above 0."],
  [{ apiUrl: "localhost:4000" }, 'is "localhost:4000". Pass a full URL'],
  [{ trustProxy: "true" }, 'is "true". Pass true or false.'],
])("%j is refused when the handler is made: %s", (wrong, says) => {
  const make = () => createAuthorizeHandler(wrong as never);
  expect(make).toThrow(expect.objectContaining({ code: "invalid-option" }));
  expect(make).toThrow(says);
  expect(make).not.toThrow("secret");
});

const ownCause = new Error("its own cause");
ownCause.cause = ownCause;
const untold = Object.create(null);
const proxy = new Proxy(new Error("x"), {
  get() {
    throw new Error("no");
  },
  ownKeys() {
    throw new Error("no");
  },
});

test.each([
  ["an error that is its own cause", ownCause],
  ["a thing without a prototype", untold],
  ["a proxy", proxy],
  ["undefined", undefined],
  ["a symbol", Symbol("s")],
  ["a text", `with ${apiKey}`],
  ["a used Response", await usedResponse()],
  ["a Response that is a network error", Response.error()],
])("whatever authorize throws (%s), the handler answers 500 and tells onError an Error", async (_, thrown) => {
  const onError = vi.fn();
  const { handler } = await withApi({
    onError,
    authorize: () => {
      throw thrown;
    },
  });
  expect((await handler(post({ agent_id: "ag-1" }))).status).toBe(500);
  expect(onError.mock.calls).toEqual([[expect.any(Error)]]);
  expect(inspect(onError.mock.calls)).not.toMatch(apiKey);
});

async function usedResponse(): Promise<Response> {
  const response = new Response("read");
  await response.text();
  return response;
}

test("an onError that rejects ends no process", async () => {
  const unhandled = vi.fn();
  process.on("unhandledRejection", unhandled);
  onTestFinished(() => void process.off("unhandledRejection", unhandled));
  const { handler } = await withApi({
    apiKey: "",
    onError: async () => Promise.reject(new Error("also the reporter")),
  });
  expect((await handler(post({ agent_id: "ag-1" }))).status).toBe(500);
  await new Promise((resolve) => setImmediate(resolve));
  expect(unhandled).not.toHaveBeenCalled();
});

const axiosError = (key: string) =>
  Object.assign(new TypeError("Request failed"), { config: { headers: { Authorization: `Bearer ${key}` } } });

test.each([
  ["in its message", (key: string) => new TypeError(`Bad token ${key}`)],
  ["in its cause", (key: string) => new TypeError("Failed", { cause: new Error(`Bad token ${key}`) })],
  ["in its fields", axiosError],
  ["in a field's name", (key: string) => Object.assign(new TypeError("x"), { [key]: 1 })],
  ["in Headers", (key: string) => Object.assign(new TypeError("x"), { headers: new Headers({ authorization: key }) })],
  ["in a Map", (key: string) => Object.assign(new TypeError("x"), { seen: new Map([["a", { key }]]) })],
  ["in bytes", (key: string) => Object.assign(new TypeError("x"), { bytes: new TextEncoder().encode(key) })],
  ["among several", (key: string) => new AggregateError([axiosError(key)], "several")],
  ["in a URL", (key: string) => new TypeError(`GET https://x.example/?key=${encodeURIComponent(key)}`)],
  ["in a URL's object", (key: string) => Object.assign(new TypeError("x"), { url: addressWith(key) })],
  ["in a query", (key: string) => Object.assign(new TypeError("x"), { query: new URLSearchParams({ key }) })],
  ["in a request", (key: string) => Object.assign(new TypeError("x"), { request: new Request(addressWith(key)) })],
  [
    "in a request's headers",
    (key: string) =>
      Object.assign(new TypeError("x"), {
        request: new Request("https://x.example", { headers: { authorization: `Bearer ${key}` } }),
      }),
  ],
])("the key is taken out of an app's own error: %s", async (_, error) => {
  const key = "lc/api+key=0123456789";
  for (const name of ["authorize", "metadata", "config", "customMetadata", "customHeaders"]) {
    const log = vi.spyOn(console, "error").mockReturnValue();
    const fail = () => {
      throw error(key);
    };
    for (const onError of [vi.fn(), undefined]) {
      const { handler } = await withApi({ apiKey: async () => key, [name]: fail, onError });
      await handler(post({ agent_id: "ag-1" }));
      const told: unknown = (onError ?? log).mock.calls[0]?.at(-1);
      expect(told).toBeInstanceOf(Error);
      expect(inspect(told, { depth: 10, showHidden: true })).not.toMatch(/0123456789/);
    }
    log.mockRestore();
  }
});

function addressWith(key: string): URL {
  return new URL(`https://x.example/?key=${encodeURIComponent(key)}`);
}

test("without an onError the server's log has the reason, in production too; with one it has nothing", async () => {
  vi.stubEnv("NODE_ENV", "production");
  const log = vi.spyOn(console, "error").mockReturnValue();
  onTestFinished(() => {
    vi.unstubAllEnvs();
    log.mockRestore();
  });
  const error = new RangeError("no database");
  const authorize = () => {
    throw error;
  };
  for (const onError of [() => {}, undefined]) {
    const { handler } = await withApi({ authorize, onError });
    const { body } = await read(await handler(post({ agent_id: "ag-1" })));
    expect(body.error).toBe("The authorize endpoint failed; the server's log, or its onError option, says why.");
  }
  const refusing = await withApi({ onError: undefined }, (_, response) => response.writeHead(401).end());
  await refusing.handler(post({ agent_id: "ag-1" }));
  // A caller's own mistake is for the caller: strangers could fill the log with theirs.
  await refusing.handler(post({ agent_id: "ag-9" }));
  expect(log.mock.calls).toEqual([
    ["createAuthorizeHandler():", error],
    ["createAuthorizeHandler():", expect.objectContaining({ code: "authorization", status: 401 })],
  ]);
});

test("an app's own error without the key is told as it is", async () => {
  const onError = vi.fn();
  const error = new RangeError("mine");
  const authorize = () => {
    throw error;
  };
  await (await withApi({ authorize, onError })).handler(post({ agent_id: "ag-1" }));
  expect(onError.mock.calls[0]?.[0]).toBe(error);
});

test("nor is it in the words with which authorize refuses", async () => {
  const { handler } = await withApi({ authorize: () => ({ error: `Wrong: ${apiKey}` }) });
  expect(await (await handler(post({ agent_id: "ag-1" }))).text()).not.toMatch(apiKey);
});
