import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clientMessages, serverMessages } from "../../test/messages.js";
import { isLayercodeError } from "../errors.js";
import { parseClientMessage } from "./client-fields.js";
import { parseServerMessage, readFrame, serialize } from "./codec.js";
import type { ParseResult } from "./parse.js";

function without(message: object, ...fields: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(message).filter(([field]) => !fields.includes(field)));
}

function expectFault(result: ParseResult<never>, ...texts: string[]): void {
  if (result.ok) return expect.unreachable(`accepted ${JSON.stringify(result.message)}`);
  expect(result.error).toMatchObject({ code: "protocol", fatal: false });
  for (const text of texts) expect(result.error.message).toContain(text);
}

for (const { direction, parse, cases } of [
  { direction: "server → client", parse: parseServerMessage, cases: Object.values(serverMessages) },
  { direction: "client → server", parse: parseClientMessage, cases: Object.values(clientMessages) },
]) {
  describe(direction, () => {
    test.each(cases.map((one) => [one.message.type, one] as const))(
      "%s",
      (type, { message, optional = [], refused }) => {
        // There and back again, with all fields and with those that must be.
        expect(parse(serialize(message as never))).toStrictEqual({ ok: true, message });
        const least = without(message, ...optional);
        expect(parse(JSON.stringify(least))).toStrictEqual({ ok: true, message: least });

        for (const field of optional)
          expect(parse(JSON.stringify({ ...message, [field]: null }))).toStrictEqual({
            ok: true,
            message: without(message, field),
          });

        for (const field of Object.keys(without(message, "type", ...optional)))
          expectFault(parse(JSON.stringify(without(message, field))) as never, `"${type}"`, `"${field}" is missing`);

        for (const [field, values] of Object.entries(refused))
          for (const value of values)
            expectFault(parse(JSON.stringify({ ...message, [field]: value })) as never, `"${type}"`, `"${field}" is `);

        // What nobody knows yet stays as it is.
        const later = { ...message, later: { a: 1 }, latest: null };
        expect(parse(JSON.stringify(later))).toStrictEqual({ ok: true, message: later });
      },
    );
  });
}

test("several faults are named together", () => {
  expectFault(
    parseServerMessage('{"type":"response.audio","content":1,"delta_id":[]}') as never,
    '"turn_id" is missing',
    '"content" is 1',
    '"delta_id" is an array',
  );
});

test("a fault says what was expected", () => {
  const faultOf = (frame: object) => {
    const result = parseServerMessage(JSON.stringify(frame));
    return result.ok ? "" : result.error.message;
  };
  expect(faultOf({ type: "turn.start", role: "agent" })).toBe(
    'A "turn.start" message is malformed: "role" is "agent", expected "user" or "assistant".',
  );
  expect(faultOf({ type: "response.text", turn_id: 7, content: "Hi" })).toBe(
    'A "response.text" message is malformed: "turn_id" is 7, expected string.',
  );
  expect(faultOf({ type: "user.transcript.delta", turn_id: "t", content: "a", delta_counter: "x" })).toMatch(
    '"delta_counter" is "x", expected a whole number from 0 on',
  );
  expect(faultOf({ type: "response.text", turn_id: null, event_id: 1, content: "Hi" })).toMatch(
    '"event_id" is 1, expected string; "turn_id" is null, expected string.',
  );
  expect(faultOf({ type: "response.data", turn_id: "t" })).toMatch('"content" is missing, expected a value.');
  expectFault(parseClientMessage('{"type":"client.response.data"}') as never, '"data" is missing, expected a value.');
});

test("an error repeats nothing of what was said", () => {
  const said = "my password is hunter2 and nobody must know it";
  for (const frame of [
    `{"type":"user.transcript","content":"${said}"`,
    `{"type":"user.transcript","content":"${said}"}`,
    JSON.stringify(said),
    `{"type":["${said}"]}`,
  ]) {
    const result = parseServerMessage(frame);
    expect(result.ok).toBe(false);
    if (!result.ok) expect(`${result.error.stack} ${JSON.stringify(result.error.cause)}`).not.toMatch("hunter2");
  }
});

test("content of response.data is any JSON, null included", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (content) => {
      const frame = JSON.stringify({ type: "response.data", turn_id: "t", content });
      expect(parseServerMessage(frame)).toEqual({ ok: true, message: JSON.parse(frame) });
    }),
  );
});

test("a counter written as a string is a number", () => {
  for (const type of ["user.transcript.delta", "user.transcript.interim_delta"] as const)
    for (const [written, read] of [
      ["0", 0],
      ["6", 6],
      ["007", 7],
      [12, 12],
      ["999999999999999", 999_999_999_999_999],
    ]) {
      const frame = JSON.stringify({ type, content: "a", turn_id: "t", delta_counter: written });
      expect(parseServerMessage(frame)).toMatchObject({ ok: true, message: { delta_counter: read } });
    }
});

test("empty content is legal", () => {
  for (const type of ["response.audio", "response.text", "response.text.delta", "user.transcript"])
    expect(parseServerMessage(JSON.stringify({ type, content: "", turn_id: "t" })).ok).toBe(true);
});

test.each(["speech.new", "", "unknown", "constructor", "__proto__", "toString", "hasOwnProperty", "client.ready"])(
  "the unknown type %j comes back as it was received",
  (type) => {
    const raw = { type, turn_id: null, nested: { a: [1, null] } };
    const text = JSON.stringify(raw);
    expect(parseServerMessage(text)).toStrictEqual({ ok: true, message: { type: "unknown", raw } });
  },
);

test.each([
  ["", "not valid JSON (0 characters)"],
  ["{", "not valid JSON (1 characters)"],
  ["undefined", "not valid JSON"],
  ["[]", "an array"],
  ["null", "null"],
  ["1", "1"],
  ['"turn.start"', '"turn.start"'],
  ["{}", '"type" is missing'],
  ['{"type":null}', '"type" is null'],
  ['{"type":1}', '"type" is 1'],
  ['{"type":{}}', '"type" is an object'],
  ['{"type":["turn.start"]}', '"type" is an array'],
])("the frame %s is a fault", (frame, text) => {
  expectFault(parseServerMessage(frame) as never, text);
  expectFault(parseClientMessage(frame) as never, text);
});

test("a field named __proto__ neither lends fields nor comes along", () => {
  const lent = '{"type":"response.text","content":"Hi","__proto__":{"turn_id":"t"}}';
  expectFault(parseServerMessage(lent) as never, '"turn_id" is missing');
  const borrowed = '{"type":"response.end","turn_id":"t","__proto__":{"polluted":true}}';
  const result = parseServerMessage(borrowed);
  expect(result).toStrictEqual({ ok: true, message: { type: "response.end", turn_id: "t" } });
  if (result.ok) expect(Object.assign({}, result.message)).not.toHaveProperty("polluted");
  expect(parseServerMessage('{"__proto__":{"type":"response.end"}}').ok).toBe(false);
  expect({}).not.toHaveProperty("polluted");
});

// Frames that are nearly right find more than noise does.
const types = [...Object.keys(serverMessages), ...Object.keys(clientMessages), "constructor", "__proto__", "toString"];
const fields = [
  "type",
  "role",
  "content",
  "turn_id",
  "delta_id",
  "delta_counter",
  "event_id",
  "data",
  "event",
  "__proto__",
];
const almostMessage = fc
  .tuple(fc.constantFrom(...types), fc.dictionary(fc.constantFrom(...fields), fc.jsonValue()))
  .map(([type, rest]) => JSON.stringify({ ...rest, type }));
const frame = fc.oneof(
  fc.string(),
  fc.json(),
  almostMessage,
  fc.tuple(almostMessage, fc.nat(200)).map(([text, end]) => text.slice(0, end)),
);

test("whatever arrives, reading it is a value and never an exception", () => {
  fc.assert(
    fc.property(frame, (text) => {
      for (const result of [parseServerMessage(text), parseClientMessage(text)]) {
        if (result.ok) expect(typeof result.message.type).toBe("string");
        else expect(isLayercodeError(result.error) && result.error.code === "protocol").toBe(true);
      }
    }),
    { numRuns: 2000 },
  );
}, 60_000);

test("what was read can be written and read again, the same", () => {
  fc.assert(
    fc.property(almostMessage, (text) => {
      for (const parse of [parseServerMessage, parseClientMessage]) {
        const first = parse(text);
        if (!first.ok || first.message.type === "unknown") continue;
        expect(parse(serialize(first.message as never))).toEqual(first);
      }
    }),
    { numRuns: 2000 },
  );
}, 60_000);

test("a very deep and a very long frame are read", () => {
  const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  expect(parseServerMessage(`{"type":"response.data","turn_id":"t","content":${deep}}`).ok).toBe(true);
  const content = "A".repeat(4_000_000);
  const result = parseServerMessage(JSON.stringify({ type: "response.audio", turn_id: "t", content }));
  expect(result).toMatchObject({ ok: true, message: { content } });
});

describe("a binary frame", () => {
  test.each([
    ["a Blob, as in browsers", new Blob(["abc"])],
    ["an ArrayBuffer", new ArrayBuffer(3)],
    ["a Buffer, as of ws", Buffer.from("abc")],
  ])("%s, is told as one", (_, data) => {
    const { frame, pcm } = readFrame(data);
    expectFault(frame as never, "A frame is binary (3 bytes)", "text frames only");
    expect(pcm).toBe(null);
  });

  test.each([null, undefined, {}, 7])("%j is nothing to fail at", (data) => {
    expectFault(readFrame(data).frame as never, "unknown bytes");
  });
});
