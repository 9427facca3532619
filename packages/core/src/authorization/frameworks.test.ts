import { Hono } from "hono";
import { expect, test } from "vitest";
import { startLayercodeApi } from "../../test/layercode-api.js";
import { createAuthorizeHandler } from "../server.js";

const apiKey = "lc_api_key_0123456789";
const session = { client_session_key: "lc_sesskey_1", conversation_id: "lc_conv_new" };

function post(url: string, headers: Record<string, string> = {}): Request {
  return new Request(url, {
    method: "POST",
    body: JSON.stringify({ agent_id: "ag-1" }),
    headers: { "content-type": "application/json", ...headers },
  });
}

test("is a Next.js route handler as it stands", async () => {
  const api = await startLayercodeApi(apiKey);
  const handler = createAuthorizeHandler({ apiKey, agentId: "ag-1", apiUrl: api.url });
  // What app/api/authorize/route.ts exports, typed and called as Next does.
  type RouteHandler = (request: Request, context: { params: Promise<object> }) => Promise<Response>;
  const route: Record<"POST" | "OPTIONS", RouteHandler> = { POST: handler, OPTIONS: handler };
  const context = { params: Promise.resolve({}) };
  const response = await route.POST(
    post("https://app.example/api/authorize", { origin: "https://app.example" }),
    context,
  );
  expect([response.status, await response.json()]).toEqual([200, expect.objectContaining(session)]);
  const preflight = new Request("https://app.example/api/authorize", { method: "OPTIONS" });
  expect((await route.OPTIONS(preflight, context)).status).toBe(204);
});

test("is one line in Hono", async () => {
  const api = await startLayercodeApi(apiKey);
  const handler = createAuthorizeHandler({
    apiKey,
    agentId: "ag-1",
    apiUrl: api.url,
    allowedOrigins: ["https://page.example"],
  });
  const app = new Hono();
  app.all("/api/authorize", (context) => handler(context.req.raw));

  const url = "http://localhost/api/authorize";
  const response = await app.request(post(url, { origin: "https://page.example" }));
  expect([response.status, await response.json()]).toEqual([200, expect.objectContaining(session)]);
  expect(response.headers.get("access-control-allow-origin")).toBe("https://page.example");
  expect((await app.request(post(url, { origin: "https://evil.example" }))).status).toBe(403);
  const preflight = await app.request(url, { method: "OPTIONS", headers: { origin: "https://page.example" } });
  expect(preflight.status).toBe(204);
});
