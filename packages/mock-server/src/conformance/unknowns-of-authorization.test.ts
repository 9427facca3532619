// [docs/protocol.md](../../../../docs/protocol.md) §7: what nobody knows of keys and of what authorization answers.
import { describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { authorize, startServer, tryToConnect } from "../../test/client.js";
import type { MockServer } from "../index.js";

const conversation = "lc_conv_0123456789abcdef";

describe("the status or close code for a rejected or expired key", () => {
  test.each([
    ["401", {}, 401, 401],
    ["another status", { rejectedKey: 403, expiredKey: 410 }, 403, 410],
    ["a close code", { rejectedKey: 4001, expiredKey: 1008 }, 4001, 1008],
  ])("%s", async (_, protocol, rejected, expired) => {
    const server = await startServer({ protocol, keyLifetimeMs: 0 });
    const { client_session_key } = (await authorize(server)).body;
    expect(await ending(server, client_session_key)).toBe(expired);
    expect(await ending(server, "lc_sesskey_unknown")).toBe(rejected);
    expect(await ending(server, "")).toBe(rejected);
    expect(server.sessions).toEqual([]);
  });

  test("one agent's expired keys may differ from the others'", async () => {
    const server = await startServer({
      agents: { "ag-1": {}, "ag-2": { protocol: { expiredKey: 4002 } } },
      protocol: { expiredKey: 403 },
      keyLifetimeMs: 0,
    });
    const keyOf = async (agent_id: string) => (await authorize(server, { agent_id })).body.client_session_key;
    expect(await ending(server, await keyOf("ag-1"))).toBe(403);
    expect(await ending(server, await keyOf("ag-2"))).toBe(4002);
  });
});

test.each([
  ["refused", "refused", 401],
  ["valid", "valid", "open"],
] as const)("old keys after re-authorizing: %s", async (_, oldKeys, outcome) => {
  const server = await startServer({ protocol: { oldKeys } });
  const old = (await authorize(server, { conversation_id: conversation })).body.client_session_key;
  const young = (await authorize(server, { conversation_id: conversation })).body.client_session_key;
  expect(await tryToConnect(server, old)).toBe(outcome);
  expect(await tryToConnect(server, young)).toBe("open");
});

test.each([
  ["conversation_id", "session_id"],
  ["session_id", "conversation_id"],
] as const)("the conversation's id as %s", async (conversationIdField, other) => {
  const server = await startServer({ protocol: { conversationIdField } });
  const { body } = await authorize(server, { conversation_id: conversation });
  expect(body).toHaveProperty(conversationIdField, conversation);
  expect(body).not.toHaveProperty(other);
});

test.each(["present", "absent"] as const)("config %s", async (config) => {
  const server = await startServer({ protocol: { config } });
  const { body } = await authorize(server);
  expect(Object.hasOwn(body, "config")).toBe(config === "present");
});

/** How a connection with this key ends: the HTTP status of its handshake, or its close code; `"open"` when it is served. */
async function ending(server: MockServer, key: string): Promise<number | "open"> {
  const refused = await tryToConnect(server, key);
  if (refused !== "open") return refused;
  const socket = new WebSocket(`${server.wsUrl}?client_session_key=${key}`);
  return new Promise((resolve) => {
    socket.on("close", (code) => resolve(code));
    socket.on("open", () => socket.send('{"type":"client.response.data","data":{}}'));
    socket.on("message", () => {
      resolve("open");
      socket.terminate();
    });
  });
}
