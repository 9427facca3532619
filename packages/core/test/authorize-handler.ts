import { expect } from "vitest";
import { createAuthorizeHandler } from "../src/authorization/server.js";
import type { AuthorizeHandlerOptions } from "../src/authorization/server-options.js";
import { startLayercodeApi } from "./layercode-api.js";

export const apiKey = "lc_api_key_0123456789";
export const endpoint = "https://app.example/api/authorize";

export function post(body: unknown, headers: Record<string, string> = {}): Request {
  return new Request(endpoint, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

export async function read(response: Response): Promise<{ status: number; body: Record<string, unknown> }> {
  expect(response.headers.get("content-type")).toMatch("application/json");
  return { status: response.status, body: await response.json() };
}

export async function withApi(
  options: Partial<AuthorizeHandlerOptions> = {},
  answer?: Parameters<typeof startLayercodeApi>[1],
) {
  const api = await startLayercodeApi(apiKey, answer);
  const handler = createAuthorizeHandler({
    apiKey,
    agentId: "ag-1",
    apiUrl: api.url,
    // What a test provokes is not written to its console.
    onError: () => {},
    ...options,
  } as AuthorizeHandlerOptions);
  return { handler, requests: api.requests };
}
