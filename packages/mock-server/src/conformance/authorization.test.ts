// [docs/protocol.md](../../../../docs/protocol.md) §1, one test a row.
import { describe, expect, test } from "vitest";
import { authorize, connect, startServer, tryToConnect } from "../../test/client.js";
import type { AgentConfig } from "../index.js";

const conversation = "lc_conv_0123456789abcdef";

describe("browser → authorizeSessionEndpoint", () => {
  test("POST, JSON: agent_id, metadata, sdk_version, conversation_id when resuming", async () => {
    const server = await startServer();
    const response = await fetch(server.authorizeUrl, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ agent_id: "ag-1", metadata: {}, sdk_version: "1.0.0", conversation_id: conversation }),
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      client_session_key: expect.stringMatching(/^lc_sesskey_/),
      conversation_id: conversation,
    });
  });
});

describe("request field", () => {
  test("agent_id: required", async () => {
    const server = await startServer();
    expect((await authorize(server, { agent_id: "ag-1" })).status).toBe(200);
    expect((await authorize(server, { agent_id: undefined })).status).toBe(400);
  });

  test.each([[undefined], [null]])("conversation_id %s: a new conversation", async (conversation_id) => {
    const server = await startServer();
    const ids = [await authorize(server, { conversation_id }), await authorize(server, { conversation_id })];
    expect(new Set(ids.map(({ body }) => body.conversation_id)).size).toBe(2);
  });

  test("metadata: known to the session", async () => {
    const client = await connect(await startServer(), { metadata: { user: "Ada" } });
    expect(client.session.metadata).toEqual({ user: "Ada" });
  });

  test.each([
    ["sdk_version", "2.8.10"],
    ["config", { transcription: { trigger: "push_to_talk" } }],
    ["custom_metadata", { tenant: 1 }],
    ["custom_headers", { "x-tenant": "1" }],
    ["unknown_field", [1]],
  ])("%s: optional, taken as it is", async (field, value) => {
    expect((await authorize(await startServer(), { [field]: value })).status).toBe(200);
  });
});

describe("response field", () => {
  test("client_session_key: lc_sesskey_…, opens the socket", async () => {
    const server = await startServer();
    const { client_session_key } = (await authorize(server)).body;
    expect(client_session_key).toMatch(/^lc_sesskey_/);
    expect(await tryToConnect(server, client_session_key)).toBe("open");
  });

  test("client_session_key: lives one hour", async () => {
    const server = await startServer({ keyLifetimeMs: 0 });
    expect(await tryToConnect(server, (await authorize(server)).body.client_session_key)).toBe(401);
    // The hour itself is tested with a clock of its own, in rest/authorize-session.test.ts.
    const patient = await startServer();
    expect(await tryToConnect(patient, (await authorize(patient)).body.client_session_key)).toBe("open");
  });

  test("conversation_id: lc_conv_…, echoed on resume", async () => {
    const server = await startServer();
    expect((await authorize(server)).body.conversation_id).toMatch(/^lc_conv_/);
    expect((await authorize(server, { conversation_id: conversation })).body.conversation_id).toBe(conversation);
  });

  test("config: automatic turns that can be interrupted, unless the agent has another", async () => {
    const server = await startServer();
    expect((await authorize(server)).body).toMatchObject({
      config: {
        transcription: { trigger: "automatic", can_interrupt: true, automatic: true },
        vad: { enabled: true, gate_audio: true, buffer_frames: 10 },
      },
    });
    const config: AgentConfig = {
      transcription: { trigger: "push_to_talk", can_interrupt: false, automatic: false },
      vad: {
        enabled: false,
        gate_audio: false,
        buffer_frames: 5,
        model: "v5",
        positive_speech_threshold: 0.15,
        negative_speech_threshold: 0.05,
        redemption_frames: 4,
        min_speech_frames: 2,
        pre_speech_pad_frames: 0,
        frame_samples: 512,
      },
    };
    expect((await authorize(await startServer({ config }))).body).toMatchObject({ config });
  });
});

describe("errors are { error }", () => {
  test.each([
    ["a missing bearer token: 400, not 401", {}, {}, 400],
    ["a bad bearer token: 400, not 401", {}, { authorization: "Bearer wrong" }, 400],
    ["a bad agent id: 400", { agent_id: "no agent!" }, undefined, 400],
    ["a bad conversation id: 400", { conversation_id: "wrong" }, undefined, 400],
    ["no balance: 402", { agent_id: "ag-no-balance" }, undefined, 402],
  ])("%s", async (_, body, headers, status) => {
    const answer = await authorize(await startServer(), body, headers);
    expect(answer).toEqual({ status, body: { error: expect.any(String) } });
    if (status === 402) expect(answer.body.error).toMatch(/insufficient[ _]balance/i);
  });
});

test("re-authorizing a conversation rotates its key", async () => {
  const server = await startServer();
  const keys = [
    await authorize(server, { conversation_id: conversation }),
    await authorize(server, { conversation_id: conversation }),
  ];
  const [first, second] = keys.map(({ body }) => body.client_session_key);
  expect(first).not.toBe(second);
  expect(await tryToConnect(server, first ?? null)).toBe(401);
  expect(await tryToConnect(server, second ?? null)).toBe("open");
});

test("conversation_id is stable over reconnects; the connection's own id is new each time", async () => {
  const server = await startServer();
  const first = await connect(server);
  const second = await connect(server, { conversationId: first.conversationId });
  expect(second.session.conversationId).toBe(first.session.conversationId);
  expect(second.session.connectionId).not.toBe(first.session.connectionId);
});
