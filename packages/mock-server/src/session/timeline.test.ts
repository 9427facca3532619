import { once } from "node:events";
import { decodeWav } from "@layercode/browser-testing/wav";
import { expect, test } from "vitest";
import { connect, startServer } from "../../test/client.js";
import { noise } from "../../test/speech.js";
import type { Scenario, TimelineEntry } from "../index.js";
import { audioDuration } from "./timeline-entry.js";
import { TimelineWriter, timelineText } from "./timeline-text.js";

const answerInWriting: Scenario = { userTyped: (turn, text) => turn.text(`You wrote ${text}.`) };

test("a session's timeline has both directions, faults and the end, in order", async () => {
  const server = await startServer({ scenario: answerInWriting });
  const told: TimelineEntry[] = [];
  server.on("timeline", (_, entry) => told.push(entry));
  const client = await connect(server);
  client.type("a letter");
  await client.next("response.end");
  client.socket.send("{");
  client.speak(noise(100, -60));
  const ended = new Promise((resolve) => server.on("session-closed", resolve));
  client.socket.close(4001, "bye");
  await ended;

  const { timeline } = client.session;
  expect(timeline.entries).toHaveLength(told.length);
  expect(timeline.entries.map(({ type }) => type)).toEqual(told.map(({ type }) => type));
  const times = timeline.entries.map(({ ms }) => ms);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(times[0]).toBeGreaterThanOrEqual(0);
  const text = timeline.toString().replace(/[0-9a-f]{8}\b/g, "12345678");
  expect(text.split("\n").map((line) => line.replace(/^ *\d+ ms /, "").replace(/in \d+ ms/, "in N ms"))).toEqual([
    "← client.ready",
    '← client.response.text: content "a letter"',
    '→ user.transcript: content "a letter", turn 12345678',
    '→ turn.start: role "assistant", turn 12345678',
    '→ response.text: content "You wrote a letter.", turn 12345678',
    "→ response.end: turn 12345678",
    expect.stringMatching(/^! a fault: A frame is not valid JSON/),
    "← client.audio × 5, 100 ms of sound in N ms",
    '× closed with 4001 "bye"',
  ]);
});

test("what a client wrote stands in one line, and moves no terminal", () => {
  const hostile = "\u001b]0;a\u0007\u009b2J\n   12 ms ← client.ready\u202e\u007f";
  const message = { type: hostile, turn_id: hostile, [hostile]: { [hostile]: hostile } };
  const unknown = { type: "unknown", raw: message } as const;
  const entries = [
    { ms: 1, type: "received", message: unknown },
    { ms: 2, type: "sent", message },
    { ms: 3, type: "fault", error: new Error(hostile) },
    { ms: 4, type: "closed", code: 1000, reason: hostile },
  ] as const;
  for (const entry of entries) expect(timelineText([entry])).not.toMatch(/\p{Cc}|\p{Bidi_Control}/u);
});

test("audio of both directions at once is one line each, told when something else happens", () => {
  const writer = new TimelineWriter();
  const audio = Buffer.alloc(320).toString("base64");
  for (let ms = 0; ms < 100; ms += 20) {
    expect(writer.push({ ms, type: "received", message: { type: "client.audio", content: audio } })).toEqual([]);
    const message = { type: "response.audio", content: audio, turn_id: "t" };
    expect(writer.push({ ms: ms + 5, type: "sent", message })).toEqual([]);
  }
  expect(writer.push({ ms: 1234.5, type: "closed", code: 1000, reason: "" })).toEqual([
    "      0 ms ← client.audio × 5, 100 ms of sound in 80 ms",
    "      5 ms → response.audio × 5, 50 ms of sound in 80 ms",
    "   1235 ms × closed with 1000",
  ]);
  expect(writer.flush()).toEqual([]);
});

test("any message has a line of its own, and a short one", () => {
  const raw = { type: "later", text: "x".repeat(5000), list: [null] };
  const text = timelineText([
    { ms: 0, type: "received", message: { type: "unknown", raw } },
    { ms: 1, type: "sent", message: { type: "response.audio", content: 7 } },
  ]);
  const lines = text.split("\n");
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/← unknown type "later": text "xxx.*, list \[null\]$/);
  expect(lines[0]!.length).toBeLessThan(250);
  expect(lines[1]).toMatch(/→ response.audio: content 7$/);
});

test.each([0, 1, 2, 3, 160])("%i samples of base64 last as long as they do", (samples) => {
  expect(audioDuration(Buffer.alloc(samples * 2).toString("base64"), 8000)).toBe(samples / 8);
});

test("received.wav() holds what was received", async () => {
  const client = await connect(await startServer({ scenario: {} }));
  const pcm = noise(500, -20);
  client.speak(pcm);
  client.type("done");
  await client.session.waitFor("client.response.text");
  expect(decodeWav(client.session.received.wav())).toEqual({ sampleRate: 8000, samples: pcm });
});

test("expect finds a message that is like it, waits for one, and shows the nearest", async () => {
  const { session, socket } = await connect(await startServer({ scenario: {} }));
  const write = (content: string) => socket.send(JSON.stringify({ type: "client.response.text", content }));
  write("good night");
  const night = await session.expect("client.response.text", { content: /night/ });
  expect(night.content).toBe("good night");
  const coming = session.expect("client.response.text", { content: "goodbye" });
  write("good day");
  write("goodbye");
  expect((await coming).content).toBe("goodbye");
  expect(await session.expect("client.response.text")).toBe(night);
  await expect(session.expect("client.response.text", { content: "hello" }, { timeoutMs: 1 })).rejects.toThrow(
    '"client.response.text" like {"content":"hello"} did not come: 1 ms have passed. ' +
      "There were: 1 × client.ready, 3 × client.response.text.\n" +
      'The nearest was {"type":"client.response.text","content":"goodbye"}:\n' +
      '  content is "goodbye", expected "hello"',
  );
  socket.send('{"type":"client.response.data","data":{"cart":[1,2],"user":"Ada"}}');
  socket.send('{"type":"client.response.data","data":{}}');
  await session.expect("client.response.data", { data: { user: "Ada" } });
  const closed = once(socket, "close");
  const never = session.expect("client.response.data", { data: { user: "Ada", cart: [1, 3] } });
  socket.close();
  await expect(never).rejects.toThrow(
    /session closed.*\nThe nearest was .*"Ada".*\n {2}data.cart\[1\] is 2, expected 3$/,
  );
  await closed;
});
