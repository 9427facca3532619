// [docs/protocol.md](../../../../docs/protocol.md) §2: what the server writes, one test a row.
import { describe, expect, test } from "vitest";
import { converse, forms, obliging, pressAndRelease, said, settled, speak, wire } from "../../test/conformance.js";
import { hum } from "../speech/tone-voice.js";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe("server → client", () => {
  test("turn.start: role and turn_id, of the user when speech starts, of the assistant when it answers", async () => {
    const client = await converse();
    speak(client);
    await client.next("response.end");
    expect(wire(client, "turn.start")).toEqual([
      { type: "turn.start", role: "user", turn_id: expect.stringMatching(uuid) },
      { type: "turn.start", role: "assistant", turn_id: expect.stringMatching(uuid) },
    ]);
  });

  test("turn.end: role and turn_id, on older servers only", async () => {
    const newer = await converse();
    const older = await converse({ protocol: { turnEnd: true } });
    for (const client of [newer, older]) {
      pressAndRelease(client);
      await client.next("response.end");
      await settled(client);
    }
    expect(wire(newer, "turn.end")).toEqual([]);
    expect(wire(older, "turn.end")).toMatchObject([
      { role: "user", turn_id: older.messages[0] && "turn_id" in older.messages[0] && older.messages[0].turn_id },
      { role: "assistant", turn_id: (await older.next("response.end")).turn_id },
    ]);
  });

  test("response.audio: base64 PCM16 of 16000 Hz, turn_id, a delta_id of its own", async () => {
    const client = await converse();
    client.type("Hello");
    const { turn_id } = await client.next("response.end");
    const audio = wire(client, "response.audio");
    expect(audio.length).toBeGreaterThan(5);
    expect(new Set(audio.map(({ delta_id }) => delta_id)).size).toBe(audio.length);
    for (const message of audio) expect(message).toMatchObject({ turn_id, delta_id: expect.any(String) });
    expect([...client.audioOf(turn_id)]).toEqual([...hum(said.answer), ...hum(said.more)]);
  });

  test("response.audio: of any size, odd or empty, when a test says so", async () => {
    const client = await converse();
    for (const content of ["", "AA==", "AAAA"]) client.session.send({ type: "response.audio", turn_id: "x", content });
    await settled(client);
    expect(client.ofTurn("x").map((message) => "content" in message && message.content)).toEqual(["", "AA==", "AAAA"]);
  });

  test("response.text: content and turn_id", async () => {
    const client = await converse();
    client.type("Hello");
    const { turn_id } = await client.next("response.end");
    expect(wire(client, "response.text")).toEqual([
      { type: "response.text", turn_id, content: said.answer },
      { type: "response.text", turn_id, content: ` ${said.more}` },
    ]);
  });

  test("response.text.delta: content and turn_id, on newer servers", async () => {
    const client = await converse({ protocol: { responseText: "full", responseTextDeltas: true } });
    client.type("Hello");
    const { turn_id } = await client.next("response.end");
    const deltas = wire(client, "response.text.delta");
    expect(deltas[0]).toEqual({ type: "response.text.delta", turn_id, content: "It " });
    expect(deltas.map(({ content }) => content).join("")).toBe(`${said.answer} ${said.more}`);
  });

  test("response.data: content of any JSON, and turn_id", async () => {
    const contents = [{ a: [1] }, [], "text", 0, false, null];
    const client = await converse({
      scenario: { ...obliging, start: (turn) => contents.forEach((content) => void turn.data(content)) },
    });
    await settled(client);
    const data = wire(client, "response.data").slice(0, contents.length);
    expect(data.map(({ content }) => content)).toEqual(contents);
    for (const { turn_id } of data) expect(turn_id).toMatch(uuid);
  });

  test("response.end: turn_id, after all of the turn", async () => {
    const client = await converse();
    client.type("Hello");
    const { turn_id } = await client.next("response.end");
    await settled(client);
    expect(
      client
        .ofTurn(turn_id)
        .map(({ type }) => type)
        .indexOf("response.end"),
    ).toBe(client.ofTurn(turn_id).length - 1);
    expect(wire(client, "response.end")).toEqual([{ type: "response.end", turn_id }]);
  });

  test("user.transcript.interim_delta: content, turn_id and delta_counter, while the user speaks", async () => {
    const client = await converse();
    speak(client);
    const { turn_id } = await client.next("user.transcript");
    const interims = wire(client, "user.transcript.interim_delta");
    expect(interims.length).toBeGreaterThan(1);
    for (const interim of interims)
      expect(interim).toMatchObject({ turn_id, delta_counter: 0, content: expect.any(String) });
  });

  test("user.transcript.delta: content, turn_id and delta_counter", async () => {
    const client = await converse();
    pressAndRelease(client);
    const { turn_id } = await client.next("user.transcript");
    expect(wire(client, "user.transcript.delta")).toEqual([
      { type: "user.transcript.delta", turn_id, delta_counter: 0, content: said.spoken },
    ]);
  });

  test("user.transcript: content and turn_id, also for typed text", async () => {
    const client = await converse();
    pressAndRelease(client);
    await client.next("response.end");
    client.type("Hello");
    await client.next("user.transcript", ({ content }) => content === "Hello");
    expect(wire(client, "user.transcript")).toEqual([
      { type: "user.transcript", turn_id: expect.stringMatching(uuid), content: said.spoken },
      { type: "user.transcript", turn_id: expect.stringMatching(uuid), content: "Hello" },
    ]);
  });
});

test("unknown types and fields go out when a test says so", async () => {
  const client = await converse();
  const arrived = new Promise((resolve) =>
    client.session.waitForSent((m) => m.type === "from.the.future").then(resolve),
  );
  client.socket.removeAllListeners("message");
  client.session.send({ type: "from.the.future", field: 1 });
  expect(await arrived).toEqual({ type: "from.the.future", field: 1 });
});

test("no error message exists on the socket", async () => {
  const client = await converse();
  for (const frame of ["{", "null", '{"type":"client.audio"}', '{"type":"unheard.of"}']) client.socket.send(frame);
  await settled(client);
  expect(forms(client)).toEqual(["response.data"]);
  expect(client.session.closed).toBe(false);
});

test("after an interruption nothing more of that turn; a new turn has a new id", async () => {
  const client = await converse({ scenario: { ...obliging, start: (turn) => turn.say("On and on. ".repeat(200)) } });
  const first = await client.next("response.audio");
  speak(client);
  const answer = await client.next("response.end");
  expect(answer.turn_id).not.toBe(first.turn_id);
  const types = client.messages.map((m) => ("turn_id" in m && m.turn_id === first.turn_id ? "interrupted" : m.type));
  expect(types.lastIndexOf("interrupted")).toBeLessThan(types.indexOf("user.transcript.interim_delta"));
  expect(client.ofTurn(first.turn_id).at(-1)?.type).toBe("response.audio");
});

describe("the user's transcript, from a counter of 6, in two spans, with late interims", () => {
  test.each([
    [1, "interim_delta", 6, /^\(0\.\d seconds of speech …\)$/, /^\(0\./],
    [2, "interim_delta, which replaces it", 6, /^\(1\.\d seconds? of speech …\)$/, /^\(1\./],
    [3, "delta, which freezes the span", 6, /^What's the $/, /^What's the $/],
    [4, "interim_delta of the next span", 7, /^weather$/, /^What's the weather$/],
    [5, "interim_delta, late", 6, /^What's$/, /^What's the weather$/],
    [6, "delta", 7, /^weather in London\?$/, /^What's the weather in London\?$/],
    [7, "user.transcript, final", undefined, /^What's the weather in London\?$/, /^What's the weather in London\?$/],
  ])("%i: %s", async (row, form, counter, content, shown) => {
    const client = await converse({ protocol: { firstDeltaCounter: 6, transcriptSpans: 2, lateInterims: true } });
    speak(client);
    await client.next("user.transcript");
    const all = client.session.sent
      .map(({ message }) => message)
      .filter(({ type }) => type.startsWith("user.transcript"));
    // Interims of the first span come for as long as the user speaks, and one late interim is behind the last delta.
    const rows = [0, 1, all.length - 6, all.length - 5, all.length - 4, all.length - 3, all.length - 1];
    const at = rows[row - 1] ?? -1;
    expect(all[at]).toMatchObject({
      type: row === 7 ? "user.transcript" : `user.transcript.${form.split(",")[0]?.split(" ")[0]}`,
      content: expect.stringMatching(content),
      ...(counter !== undefined && { delta_counter: counter }),
    });
    expect(textShown(all.slice(0, at + 1) as unknown as TranscriptMessage[])).toMatch(shown);
  });
});

interface TranscriptMessage {
  type: string;
  content: string;
  delta_counter?: number;
}

/** The rules of protocol.md, written out. */
function textShown(messages: readonly TranscriptMessage[]): string {
  const spans = new Map<number, { content: string; frozen: boolean }>();
  for (const { type, content, delta_counter: counter = 0 } of messages) {
    if (type === "user.transcript") return content;
    const frozen = type === "user.transcript.delta";
    if (frozen || !spans.get(counter)?.frozen) spans.set(counter, { content, frozen });
  }
  return [...spans]
    .sort(([a], [b]) => a - b)
    .map(([, { content }]) => content)
    .join("");
}
