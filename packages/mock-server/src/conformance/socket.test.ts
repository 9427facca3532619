// [docs/protocol.md](../../../../docs/protocol.md) §2: the socket and what a client writes, one test a row.
import { once } from "node:events";
import { parseServerMessage } from "@layercode/core/protocol";
import { describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { authorize, connect, startServer } from "../../test/client.js";
import { converse, forms, obliging, pressAndRelease, said, settled, speak } from "../../test/conformance.js";
import { recordedSpeech } from "../../test/recorded/js-sdk.js";

describe("the socket", () => {
  test("is at /v1/agents/web/websocket, with the key URL-encoded, and has no subprotocol", async () => {
    const server = await startServer();
    expect(server.wsUrl).toBe(`ws://127.0.0.1:${server.port}/v1/agents/web/websocket`);
    const key = (await authorize(server)).body.client_session_key;
    const encoded = [...key].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join("");
    const socket = new WebSocket(`${server.wsUrl}?client_session_key=${encoded}`, ["any"]);
    await expect(once(socket, "open")).rejects.toThrow(/no subprotocol/);
    const plain = new WebSocket(`${server.wsUrl}?client_session_key=${encoded}`);
    await once(plain, "open");
    expect(plain.protocol).toBe("");
    plain.terminate();
  });

  test("carries JSON text frames only, each a message that is known", async () => {
    const client = await connect(await startServer({ scenario: obliging }));
    const frames: [string, boolean][] = [];
    client.socket.on("message", (data, isBinary) => frames.push([data.toString(), isBinary]));
    let pings = 0;
    client.socket.on("ping", () => pings++);
    client.type("Hello");
    await client.next("response.end");
    expect(frames.length).toBeGreaterThan(5);
    for (const [text, isBinary] of frames) {
      expect(isBinary).toBe(false);
      expect(parseServerMessage(text)).toMatchObject({
        ok: true,
        message: { type: expect.not.stringMatching(/^unknown$/) },
      });
    }
    expect(pings).toBe(0);
    client.socket.send(Buffer.from('{"type":"client.response.text","content":"binary"}'));
    await settled(client);
    expect(client.session.received.faults).toHaveLength(1);
  });

  test("any message may carry an event_id", async () => {
    const client = await converse();
    client.send({ type: "client.response.text", content: "Hello", event_id: "event-1" });
    expect((await client.session.waitFor("client.response.text")).event_id).toBe("event-1");
    client.session.send({ type: "response.data", turn_id: "x", content: 1, event_id: "event-2" });
    expect((await client.next("response.data")).event_id).toBe("event-2");
    expect(client.session.received.faults).toEqual([]);
  });
});

describe("client → server", () => {
  test("client.ready: the agent begins at it, once", async () => {
    const client = await converse({ scenario: { ...obliging, start: (turn) => turn.say("Hello.") } }, { ready: false });
    await settled(client);
    expect(forms(client)).toEqual(["response.data"]);
    client.send({ type: "client.ready" });
    client.send({ type: "client.ready" });
    await client.next("response.end");
    await settled(client);
    expect(forms(client).filter((form) => form === "turn.start assistant")).toHaveLength(1);
  });

  test("client.audio: base64 PCM16 of 8000 Hz, in frames of any size", async () => {
    const speech = recordedSpeech();
    for (const samples of [160, 896, 8000]) {
      const client = await converse();
      for (let at = 0; at < speech.length; at += samples) {
        const content = Buffer.from(speech.slice(at, at + samples).buffer).toString("base64");
        client.send({ type: "client.audio", content });
      }
      await settled(client);
      expect(client.session.received.audio).toEqual(speech);
      expect(forms(client)[0]).toBe("turn.start user");
    }
  });

  test("vad_events: vad_start opens no turn, vad_end ends one, vad_model_failed changes nothing", async () => {
    const client = await converse();
    client.send({ type: "vad_events", event: "vad_model_failed" });
    client.send({ type: "vad_events", event: "vad_start" });
    await settled(client);
    expect(forms(client)).toEqual(["response.data"]);
    client.speak(recordedSpeech());
    client.send({ type: "vad_events", event: "vad_end" });
    expect((await client.next("user.transcript")).content).toBe(said.spoken);
    expect(client.session.received.faults).toEqual([]);
  });

  test("trigger.turn.start: opens the user's turn and interrupts the agent", async () => {
    const client = await converse({ scenario: { ...obliging, start: (turn) => turn.say("On and on. ".repeat(200)) } });
    const { turn_id } = await client.next("response.audio");
    client.send({ type: "trigger.turn.start", role: "user" });
    await client.next("turn.start", ({ role }) => role === "user");
    await settled(client);
    expect(client.ofTurn(turn_id).at(-1)?.type).toBe("response.audio");
    expect(forms(client).slice(-2)).toEqual(["turn.start user", "response.data"]);
  });

  test("trigger.turn.end: the turn is answered", async () => {
    const client = await converse({ trigger: "push_to_talk" });
    pressAndRelease(client);
    expect((await client.next("user.transcript")).content).toBe(said.spoken);
    await client.next("response.end");
  });

  test.each([
    ["bare, as Layercode's own client sends it", false],
    ["with turn_id and last_delta_id_played", true],
  ])("trigger.response.audio.replay_finished: ends the agent's turn, %s; several are normal", async (_, complete) => {
    const client = await converse({ config: { transcription: { can_interrupt: false } } });
    client.type("Hello");
    const { turn_id } = await client.next("response.end");
    const last_delta_id_played = client
      .ofTurn(turn_id)
      .findLast((message) => message.type === "response.audio")?.delta_id;
    // As long as it has not come, the agent is heard and may not be interrupted.
    client.speak(recordedSpeech());
    await settled(client);
    expect(forms(client)).not.toContain("turn.start user");
    const report = { type: "trigger.response.audio.replay_finished", reason: "completed" };
    client.send({ ...report, ...(complete && { turn_id, last_delta_id_played }) });
    client.send(report);
    client.speak(recordedSpeech());
    await client.next("turn.start", ({ role }) => role === "user");
    expect(client.session.received.faults).toEqual([]);
  });

  test("client.response.text: is answered; blank text is not", async () => {
    const client = await converse();
    client.type("  ");
    await settled(client);
    client.type("Hello");
    await client.next("response.end");
    expect(forms(client)).toEqual([
      "response.data",
      "user.transcript",
      "turn.start assistant",
      "response.text",
      "response.audio",
      "response.text",
      "response.audio",
      "response.end",
    ]);
  });

  test("client.response.data: the field is data, an object", async () => {
    const client = await converse();
    client.send({ type: "client.response.data", data: { cart: [1, 2] } });
    expect((await client.next("response.data")).content).toEqual({ cart: [1, 2] });
    client.send({ type: "client.response.data", content: { cart: [] } });
    await settled(client);
    expect(client.session.received.faults).toHaveLength(1);
  });
});

test("speech is a turn without any push", async () => {
  const client = await converse();
  speak(client);
  await client.next("response.end");
  expect(forms(client)[0]).toBe("turn.start user");
});
