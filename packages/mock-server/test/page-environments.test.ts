// Run in jsdom and in happy-dom, as tests of components are.
import { LayercodeClient } from "@layercode/core";
import { test as base, describe, expect, vi } from "vitest";
import { mockServer } from "../src/testing/index.js";

const test = base.extend(mockServer({ scenario: {} }));

const typing = (server: { authorizeUrl: string; wsUrl: string }) =>
  new LayercodeClient({
    agentId: "ag-123456",
    authorizeSessionEndpoint: server.authorizeUrl,
    url: server.wsUrl,
    audioInput: false,
    audioOutput: false,
  });

test("a client of a page talks with the mock server, and is told of its end", async ({ server }) => {
  expect(document.body.tagName).toBe("BODY");
  const client = typing(server);
  await client.connect();
  const session = await server.waitForSession();
  await session.expect("client.ready");
  await client.sendClientResponseText("hello");
  await session.expect("client.response.text", { content: "hello" });
  session.send({ type: "turn.start", role: "assistant", turn_id: "turn-1" });
  session.send({ type: "response.text", content: "Good day.", turn_id: "turn-1" });
  await vi.waitFor(() => expect(client.getSnapshot().messages.at(-1)?.text).toBe("Good day."));
  session.close();
  await vi.waitFor(() => expect(client.status).toBe("disconnected"));
  await client.dispose();
});

test("a client that is refused is told why", async ({ server }) => {
  server.faults.set({ authorize: { status: 402, error: "Insufficient balance." } });
  const client = typing(server);
  await expect(client.connect()).rejects.toMatchObject({ code: "insufficient-balance" });
  await client.dispose();
});

describe.concurrent("tests that run at once", () => {
  for (const name of ["one", "another"])
    test(`${name} has a server of its own`, async ({ server, expect }) => {
      const client = typing(server);
      await client.connect();
      expect(server.sessions).toHaveLength(1);
      await client.dispose();
    });
});

describe("a WebSocket of the test's own", () => {
  class Own {}
  const testWithOwn = base.extend({
    // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the fixtures that are wanted from it.
    own: async ({}, use: (own: typeof Own) => Promise<void>) => {
      vi.stubGlobal("WebSocket", Own);
      await use(Own);
      vi.unstubAllGlobals();
    },
  });
  testWithOwn.extend(mockServer())("stays", async ({ own, server }) => {
    expect(server.sessions).toEqual([]);
    expect(WebSocket).toBe(own);
  });
});
