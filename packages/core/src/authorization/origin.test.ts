import { expect, test, vi } from "vitest";
import { createAuthorizeHandler } from "./server.js";
import type { AuthorizeHandlerOptions } from "./server-options.js";

const endpoint = "https://app.example/api/authorize";

async function call(
  headers: Record<string, string>,
  options: Pick<AuthorizeHandlerOptions, "allowedOrigins" | "trustProxy" | "fetch" | "onError"> = {},
  method = "POST",
  url = endpoint,
): Promise<Response> {
  const handler = createAuthorizeHandler({
    apiKey: "key",
    agentId: "ag-1",
    fetch: async () => Response.json({ client_session_key: "k", conversation_id: "c" }),
    ...options,
  });
  const body = method === "POST" ? JSON.stringify({ agent_id: "ag-1" }) : null;
  return handler(new Request(url, { method, headers, body }));
}

function cors(response: Response): (string | null)[] {
  return ["origin", "credentials"].map((name) => response.headers.get(`access-control-allow-${name}`));
}

test.each([
  ["the endpoint's own origin", { origin: "https://app.example" }],
  ["no origin at all: no browser", {}],
  [
    "what the browser calls same-origin, whatever a proxy made of the URL",
    {
      origin: "https://public.example",
      "sec-fetch-site": "same-origin",
    },
  ],
  ["an address typed by hand", { "sec-fetch-site": "none" }],
])("lets in %s, without CORS headers", async (_, headers) => {
  const response = await call(headers as Record<string, string>);
  expect(response.status).toBe(200);
  expect(cors(response)).toEqual([null, null]);
});

test.each([
  ["another origin", { origin: "https://evil.example" }],
  ["another port", { origin: "https://app.example:8443" }],
  ["another scheme", { origin: "http://app.example" }],
  ["a subdomain", { origin: "https://app.example.evil.example" }],
  ["a sandboxed frame", { origin: "null" }],
  ["an empty origin", { origin: "" }],
  ["a cross-site request without an origin", { "sec-fetch-site": "cross-site" }],
  ["a same-site request without an origin", { "sec-fetch-site": "same-site" }],
  ["a forwarded host nobody vouched for", { origin: "https://evil.example", "x-forwarded-host": "evil.example" }],
])("refuses %s with 403 and no CORS headers", async (_, headers) => {
  for (const method of ["POST", "OPTIONS", "GET"]) {
    const response = await call(headers as Record<string, string>, {}, method);
    expect(response.status).toBe(403);
    expect(cors(response)).toEqual([null, null]);
    expect(await response.json()).toEqual({ error: expect.stringMatching("allowedOrigins") });
  }
});

test("a refused caller's body is let go unread", async () => {
  let cancelled = false;
  const body = new ReadableStream({
    cancel() {
      cancelled = true;
    },
  });
  const handler = createAuthorizeHandler({ apiKey: "key", agentId: "ag-1" });
  await handler(
    new Request(endpoint, {
      method: "POST",
      body,
      duplex: "half",
      headers: { origin: "https://evil.example" },
    } as RequestInit),
  );
  expect(cancelled).toBe(true);
});

test("an allowed origin gets its own name back, with credentials, also on failures", async () => {
  const options = { allowedOrigins: ["https://other.example:443/", "http://localhost:5173"] };
  const response = await call({ origin: "https://other.example" }, options);
  expect(response.status).toBe(200);
  expect(cors(response)).toEqual(["https://other.example", "true"]);
  expect(cors(await call({ origin: "http://localhost:5173" }, options, "GET"))).toEqual([
    "http://localhost:5173",
    "true",
  ]);
  expect((await call({ origin: "http://localhost:5174" }, options)).status).toBe(403);
});

test("an app's own scheme is compared as it is written, so that it does not stand for every opaque origin", async () => {
  const options = { allowedOrigins: ["capacitor://localhost"] };
  expect((await call({ origin: "capacitor://localhost" }, options)).status).toBe(200);
  expect((await call({ origin: "null" }, options)).status).toBe(403);
  expect((await call({ origin: "capacitor://evil" }, options)).status).toBe(403);
});

test('"*" allows every origin, but none with cookies', async () => {
  const response = await call({ origin: "https://any.example" }, { allowedOrigins: "*" });
  expect(response.status).toBe(200);
  expect(cors(response)).toEqual(["*", null]);
});

test("the preflight is answered with what the page asks for", async () => {
  const headers = { origin: "https://other.example", "access-control-request-headers": "authorization,content-type" };
  const response = await call(headers, { allowedOrigins: ["https://other.example"] }, "OPTIONS");
  expect(response.status).toBe(204);
  expect(cors(response)).toEqual(["https://other.example", "true"]);
  expect(response.headers.get("access-control-allow-methods")).toBe("POST, OPTIONS");
  expect(response.headers.get("access-control-allow-headers")).toBe("authorization,content-type");
  expect(response.headers.get("access-control-max-age")).toBe("600");
  expect(response.headers.get("vary")).toMatch("Origin");
});

test("a preflight that asks for no sane list of headers gets the one that is needed", async () => {
  const headers = { origin: "https://other.example", "access-control-request-headers": "a;b" };
  const response = await call(headers, { allowedOrigins: ["https://other.example"] }, "OPTIONS");
  expect(response.headers.get("access-control-allow-headers")).toBe("content-type");
});

test("behind a trusted proxy the forwarded host and protocol are the endpoint's own", async () => {
  const url = "http://10.0.0.7:3000/api/authorize";
  const forwarded = { "x-forwarded-host": "app.example, inner", "x-forwarded-proto": "https,http" };
  const headers = { origin: "https://app.example", ...forwarded };
  expect((await call(headers, { trustProxy: true }, "POST", url)).status).toBe(200);
  expect((await call(headers, {}, "POST", url)).status).toBe(403);
  expect((await call({ ...headers, origin: "http://10.0.0.7:3000" }, { trustProxy: true }, "POST", url)).status).toBe(
    403,
  );
  const ported = { origin: "https://app.example", "x-forwarded-host": "app.example:443", "x-forwarded-proto": "https" };
  expect((await call(ported, { trustProxy: true }, "POST", url)).status).toBe(200);
  const broken = { origin: "https://app.example", "x-forwarded-host": "a b", "x-forwarded-proto": "https" };
  expect((await call(broken, { trustProxy: true }, "POST", url)).status).toBe(403);
});

// Where the browser says so, what it says counts, and not what the endpoint takes for its own origin.
test.each([
  [
    "a plain-http page of the same host, endpoint behind a TLS proxy",
    "http://app.example/api/authorize",
    "http://app.example",
    "cross-site",
  ],
  [
    "a page on localhost:3000, which Next takes for itself",
    "http://localhost:3000/api/authorize",
    "http://localhost:3000",
    "cross-site",
  ],
  [
    "a sibling that has the endpoint's own name inside",
    "http://app.example/api/authorize",
    "http://app.example",
    "same-site",
  ],
  ["an address typed by hand with an origin", "http://app.example/api/authorize", "http://app.example", "none"],
  ["a word that no browser says", "http://app.example/api/authorize", "http://app.example", "same-origin, cross-site"],
])("refuses %s", async (_, url, origin, site) => {
  const response = await call({ origin, "sec-fetch-site": site }, {}, "POST", url);
  expect(response.status).toBe(403);
  const forwarded = { "x-forwarded-host": new URL(origin).host, "x-forwarded-proto": "http" };
  const trusting = await call({ origin, "sec-fetch-site": site, ...forwarded }, { trustProxy: true }, "POST", url);
  expect(trusting.status).toBe(403);
});

test("a listed origin passes, whatever Sec-Fetch-Site says", async () => {
  const options = { allowedOrigins: ["https://other.example"] };
  for (const site of ["cross-site", "same-site"])
    expect((await call({ origin: "https://other.example", "sec-fetch-site": site }, options)).status).toBe(200);
});

test("the origin is judged before the body is read, and before anything is asked of the app", async () => {
  let read = false;
  const body = new ReadableStream(
    {
      pull() {
        read = true;
      },
    },
    { highWaterMark: 0 },
  );
  const asked = vi.fn();
  const handler = createAuthorizeHandler({ apiKey: asked, allowedAgents: asked, authorize: asked });
  const request = { method: "POST", body, duplex: "half", headers: { origin: "https://evil.example" } };
  expect((await handler(new Request(endpoint, request as RequestInit))).status).toBe(403);
  expect(read).toBe(false);
  expect(asked).not.toHaveBeenCalled();
});

test("a page of another origin may read how long to wait", async () => {
  const slowDown = async () => Response.json({ error: "Slow down." }, { status: 429, headers: { "retry-after": "7" } });
  for (const allowedOrigins of [["https://other.example"], "*"] as const) {
    const response = await call(
      { origin: "https://other.example" },
      {
        allowedOrigins,
        fetch: slowDown,
        onError: () => {},
      },
    );
    expect([response.status, response.headers.get("retry-after")]).toEqual([429, "7"]);
    expect(response.headers.get("access-control-expose-headers")).toBe("Retry-After, Date");
  }
});
