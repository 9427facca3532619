// The frames that Layercode's own client 2.8.10 wrote; test/recorded/js-sdk-2.8.10.json says how they were recorded.
// The client itself runs against this server in apps/demo/e2e/js-sdk.spec.ts.
import { expect, test } from "vitest";
import { startServer, type TestClient } from "../../test/client.js";
import { converse, forms, said, settled } from "../../test/conformance.js";
import { type RecordedSession, recorded } from "../../test/recorded/js-sdk.js";
import type { MockServerOptions } from "../index.js";

test("between them the recorded sessions have every type a client writes", () => {
  const frames = [...recorded.automatic.frames, ...recorded.pushToTalk.frames];
  const types = new Set(frames.map((frame) => (JSON.parse(frame) as { type: string }).type));
  expect([...types].sort()).toEqual([
    "client.audio",
    "client.ready",
    "client.response.data",
    "client.response.text",
    "trigger.response.audio.replay_finished",
    "trigger.turn.end",
    "trigger.turn.start",
    "vad_events",
  ]);
});

test.each(Object.entries(recorded))("%s: what it posts is authorized", async (_, { request }) => {
  const server = await startServer();
  const headers = { "content-type": "application/json" };
  const response = await fetch(server.authorizeUrl, { method: "POST", headers, body: JSON.stringify(request) });
  expect(await response.json()).toMatchObject({ client_session_key: expect.any(String), config: expect.any(Object) });
});

test("a spoken, a typed and a data message: every frame is read, each is answered", async () => {
  const client = await replay(recorded.automatic, {});
  for (const text of [said.spoken, "And this?"])
    await client.next("user.transcript", ({ content }) => content === text);
  await client.next("response.end");
  expect((await client.next("response.data")).content).toEqual({ cart: [1, 2] });
  await settled(client);
  expect(forms(client).filter((form) => form === "turn.start user")).toHaveLength(1);
});

test("push-to-talk: every frame is read, the turn is answered", async () => {
  const client = await replay(recorded.pushToTalk, { trigger: "push_to_talk" });
  expect((await client.next("user.transcript")).content).toBe(said.spoken);
  await client.next("response.end");
  expect(
    forms(client)
      .filter((form) => form !== "response.data")
      .slice(0, 4),
  ).toEqual(["turn.start user", "user.transcript.interim_delta", "user.transcript.delta", "user.transcript"]);
});

/** Sends the recorded frames at once and checks that each arrived as it was. */
async function replay(session: RecordedSession, options: MockServerOptions): Promise<TestClient> {
  const client = await converse(options, { ready: false });
  for (const frame of session.frames) client.socket.send(frame);
  await settled(client);
  expect(client.session.received.faults).toEqual([]);
  const read = client.session.received.messages.slice(0, session.frames.length).map(({ message }) => message);
  expect(read).toEqual(session.frames.map((frame) => JSON.parse(frame)));
  return client;
}
