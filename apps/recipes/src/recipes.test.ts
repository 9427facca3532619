import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { mockServer } from "@layercode/mock-server/testing";
import { test as base, describe, expect, onTestFinished, vi } from "vitest";
import { parse } from "yaml";
import { securityHeaders } from "./content-security-policy.js";
import cloudflare from "./deploy-cloudflare.js";
import { createAppServer } from "./deploy-node.js";
import { type Conversation, createBackendStore, resumeSaved } from "./save-a-transcript.js";
import { openShop } from "./tools.js";
import { createEndpoint } from "./who-is-the-user.js";

const folder = new URL("./", import.meta.url);
const test = base.extend(mockServer());

/** Options of a client that types, in a test that has a mock server. */
const typing = (server: { authorizeUrl: string; wsUrl: string }) => ({
  agentId: "ag-123456",
  authorizeSessionEndpoint: server.authorizeUrl,
  url: server.wsUrl,
  audioInput: false,
  audioOutput: false,
});

const request = (path: string, body: object, headers: Record<string, string> = {}) =>
  new Request(`https://app.test${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: "https://app.test", ...headers },
    body: JSON.stringify(body),
  });

test("each recipe is in the list, and the list has nothing else", () => {
  const recipes = readdirSync(folder).filter((file) => file !== "recipes.test.ts");
  const readme = readFileSync(new URL("../README.md", folder), "utf8");
  const listed = [...readme.matchAll(/\]\(src\/([\w.-]+)\)/g)].map(([, file]) => file);
  expect(listed.sort()).toEqual(recipes.sort());
});

test("the component's test is the one in the mock server's README", () => {
  const readme = readFileSync(new URL("../../../packages/mock-server/README.md", folder), "utf8");
  expect(readme).toContain(`\`\`\`tsx\n${readFileSync(new URL("component.test.tsx", folder), "utf8")}\`\`\``);
});

describe("save a transcript", () => {
  test("saves at the end, and goes on from it", async ({ server }) => {
    let kept: Conversation | null = null;
    const store = {
      load: async () => kept,
      save: async (conversation: Conversation) => {
        kept = conversation;
      },
    };
    const first = await resumeSaved(typing(server), store);
    await first.connect();
    await first.sendClientResponseText("What is 2 + 3?");
    await expect.poll(() => first.getSnapshot().messages.at(-1)?.text).toBe("That is 5.");
    await first.disconnect();
    const said = first.getSnapshot().messages.map(({ text }) => text);
    const second = await resumeSaved(typing(server), store);
    expect(second.getSnapshot().messages.map(({ text }) => text)).toEqual(said);
    await second.connect();
    expect(second.getSnapshot().conversationId).toBe(first.getSnapshot().conversationId);
    await second.dispose();
  });

  test("in a backend of one URL", async () => {
    const stored = new Map<string, string>();
    vi.stubGlobal("fetch", async (url: string, { method = "GET", body = "" } = {}) => {
      if (method === "PUT") stored.set(url, body);
      const found = stored.get(url);
      return found === undefined ? new Response(null, { status: 404 }) : new Response(found);
    });
    onTestFinished(() => void vi.unstubAllGlobals());
    const store = createBackendStore("/api/conversation");
    expect(await store.load()).toBeNull();
    await store.save({ conversationId: "lc_conv_1", messages: [] });
    expect(await store.load()).toEqual({ conversationId: "lc_conv_1", messages: [] });
    vi.unstubAllGlobals();
  });
});

test("who is the user: the page cannot forge it, and nobody resumes what is not theirs", async ({ server }) => {
  const owned = new Map<string, string>();
  const endpoint = createEndpoint(
    {
      find: async (cookie) => (cookie === "session=1" ? { id: "ada", plan: "free" } : null),
      owns: async (user, conversation) => owned.get(conversation) === user,
      addConversation: async (user, conversation) => void owned.set(conversation, user),
    },
    { apiKey: server.apiKey, agentId: "ag-123456", apiUrl: server.apiUrl },
  );
  const ask = async (more: object, cookie = "session=1") =>
    endpoint(request("/api/authorize", { agent_id: "ag-123456", ...more }, { cookie }));
  expect((await ask({}, "session=2")).status).toBe(401);
  const answer = await ask({ metadata: { user_id: "eve", language: "en" } });
  const { client_session_key: key, conversation_id: id } = await answer.json();
  expect([...owned]).toEqual([[id, "ada"]]);
  const socket = new WebSocket(`${server.wsUrl}?client_session_key=${key}`);
  await new Promise((resolve) => socket.addEventListener("open", resolve));
  expect((await server.waitForSession()).metadata).toEqual({ user_id: "ada", plan: "free", language: "en" });
  socket.close();
  expect((await ask({ conversation_id: id })).status).toBe(200);
  expect((await ask({ conversation_id: "lc_conv_00000000000000000000000000000000" })).status).toBe(403);
});

const testTools = base.extend(
  mockServer({
    scenario: {
      async start(turn) {
        await turn.say(JSON.stringify(await turn.callTool("goTo", { page: "orders" })));
      },
    },
  }),
);
testTools("tools: the agent goes to a page of the shop, and is answered", async ({ server }) => {
  const pushState = vi.fn();
  vi.stubGlobal("history", { pushState });
  const client = openShop(typing(server));
  await client.connect();
  await expect.poll(() => client.getSnapshot().messages.at(-1)?.text).toBe('{"output":{"shown":"orders"}}');
  expect(pushState.mock.calls).toEqual([[null, "", "/orders"]]);
  await client.dispose();
  vi.unstubAllGlobals();
});

describe("deploy", () => {
  const asked = { agent_id: "ag-123456" };

  test("Vercel", async ({ server }) => {
    vi.stubEnv("LAYERCODE_API_KEY", server.apiKey);
    vi.stubEnv("LAYERCODE_AGENT_ID", "ag-123456");
    const { POST } = await import("./deploy-vercel.js");
    const toLayercode = vi.fn(async () => Response.json({ client_session_key: "k", conversation_id: "lc_conv_1" }));
    vi.stubGlobal("fetch", toLayercode);
    const proxied = { "x-forwarded-host": "shop.test", "x-forwarded-proto": "https" };
    expect((await POST(request("/api/authorize", asked, { ...proxied, origin: "https://shop.test" }))).status).toBe(
      200,
    );
    expect((await POST(request("/api/authorize", asked, { ...proxied, origin: "https://evil.test" }))).status).toBe(
      403,
    );
    expect(toLayercode).toHaveBeenCalledOnce();
    vi.unstubAllGlobals();
    vi.unstubAllEnvs();
  });

  test("Cloudflare", async ({ server }) => {
    const environment = {
      LAYERCODE_API_KEY: server.apiKey,
      LAYERCODE_AGENT_ID: "ag-123456",
      LAYERCODE_API_URL: server.apiUrl,
      ASSETS: { fetch: async () => new Response("the page") },
    };
    const answer = await cloudflare.fetch(request("/api/authorize", asked), environment);
    expect(await answer.json()).toMatchObject({ client_session_key: expect.any(String) });
    expect(await (await cloudflare.fetch(new Request("https://app.test/"), environment)).text()).toBe("the page");
  });

  test("Node", async ({ server }) => {
    const options = { apiKey: server.apiKey, agentId: "ag-123456", apiUrl: server.apiUrl };
    const app = createAppServer(options, (_, response) => response.end("the page")).listen(0, "127.0.0.1");
    onTestFinished(() => void app.close());
    await once(app, "listening");
    const origin = `http://127.0.0.1:${(app.address() as AddressInfo).port}`;
    const init = { method: "POST", headers: { "content-type": "application/json", origin } };
    const answer = await fetch(`${origin}/api/authorize`, { ...init, body: JSON.stringify(asked) });
    expect(await answer.json()).toMatchObject({ client_session_key: expect.any(String) });
    expect(await (await fetch(origin)).text()).toBe("the page");
    app.closeAllConnections();
  });
});

test("the policy has nothing that lets foreign or inline scripts in", () => {
  const policy = securityHeaders()["content-security-policy"];
  expect(policy).not.toMatch(/unsafe|blob:|\*/);
  expect(policy).toContain("connect-src 'self' wss://api.layercode.com;");
});

test("the workflow runs the tests, with the least rights", () => {
  const workflow = parse(readFileSync(new URL("in-ci.yml", folder), "utf8"));
  expect(workflow.permissions).toEqual({ contents: "read" });
  const runs = workflow.jobs.test.steps.flatMap(({ run }: { run?: string }) => run ?? []);
  expect(runs).toEqual(expect.arrayContaining(["npm ci", "npx vitest run", "npx playwright test"]));
});
