import { describe, expect, test } from "vitest";
import { contextOf, initial, namesOf, phases } from "../../../test/slices.js";
import { type Outbox, outboxHandlers } from "./outbox.js";

const { sendTextAccepted: sendText, sendDataAccepted: sendData, send, connected, unsent } = outboxHandlers;

const empty: Outbox = initial.outbox;
const up = contextOf();
const away = contextOf({ phase: phases.waiting });
const over = contextOf({ phase: phases.idle });
const text = (content: string) => ({ type: "client.response.text", content }) as const;
const data = { type: "client.response.data", data: { a: 1 } } as const;

describe("a typed message", () => {
  test("has its id from the start, and is written before what it interrupts", () => {
    const { state, effects } = sendText(empty, { text: "hello", call: 4 }, up);
    expect(effects).toEqual([
      { signal: "textTyped", messageId: "typed:1:1700000000000", text: "hello" },
      { type: "send", message: text("hello"), messageId: "typed:1:1700000000000" },
      { type: "settle", calls: [4], error: undefined },
      { signal: "textWritten" },
      { signal: "delivery", messageIds: ["typed:1:1700000000000"], delivery: undefined },
    ]);
    expect(state).toEqual({
      waiting: [],
      written: [{ messageId: "typed:1:1700000000000", at: 100_000 }],
      typedCount: 1,
    });
    expect(sendText(state, { text: "hello", call: 5 }, up).state.written[1]?.messageId).toBe("typed:2:1700000000000");
  });

  test("waits for the connection, marked as queued", () => {
    const { state, effects } = sendText(empty, { text: "hello", call: 4 }, away);
    expect(namesOf(effects)).toEqual(["→ textTyped", "→ delivery"]);
    expect(effects.at(-1)).toMatchObject({ delivery: "queued" });
    expect(state.waiting).toEqual([{ message: text("hello"), call: 4, messageId: "typed:1:1700000000000" }]);
  });
});

test("data interrupts nobody, and is no entry of the transcript", () => {
  expect(namesOf(sendData(empty, { data: { a: 1 }, call: 4 }, up).effects)).toEqual(["send", "settle"]);
  const { state } = sendData(empty, { data: { a: 1 }, call: 4 }, away);
  expect(state.waiting).toEqual([{ message: data, call: 4 }]);
});

test("50 messages wait, and the next one is refused; nothing is shown of it", () => {
  let outbox = empty;
  for (let call = 1; call <= 50; call++) outbox = sendData(outbox, { data: {}, call }, away).state;
  const { state, effects } = sendText(outbox, { text: "one more", call: 51 }, away);
  expect(state.waiting).toHaveLength(50);
  expect(namesOf(effects)).toEqual(["→ showError", "settle", "emit error"]);
  expect(effects[1]).toMatchObject({ calls: [51], error: { code: "not-connected" } });
});

describe("the client's own messages", () => {
  test.each([
    ["connected", ["send"], 0],
    ["open", [], 1],
    ["opening", [], 0],
    ["waiting", [], 0],
    ["idle", [], 0],
  ] as const)("while %s", (phase, expected, waiting) => {
    const message = { type: "trigger.turn.end", role: "user" } as const;
    const { state, effects } = send(empty, { message }, contextOf({ phase: phases[phase] }));
    expect(namesOf(effects)).toEqual(expected);
    expect(state.waiting).toHaveLength(waiting);
  });
});

test("connected: what waited is written in its order, and each call is told", () => {
  const first = sendText(empty, { text: "one", call: 1 }, away).state;
  const { state, effects } = connected(sendData(first, { data: { a: 1 }, call: 2 }, away).state, null, up);
  expect(effects.filter((effect) => "type" in effect && effect.type === "send")).toMatchObject([
    { message: text("one") },
    { message: data },
  ]);
  expect(effects.flatMap((effect) => ("calls" in effect ? effect.calls : []))).toEqual([1, 2]);
  expect(state).toMatchObject({ waiting: [], written: [{ messageId: "typed:1:1700000000000" }] });
});

describe("the socket took a message no more", () => {
  const written = sendText(empty, { text: "hello", call: 1 }, up).state;
  const outgoing = { message: text("hello"), messageId: "typed:1:1700000000000" };

  test.each([
    ["and a connection may come back", up, "queued", 1],
    ["and the session is over", over, "failed", 0],
  ])("%s", (_, context, delivery, waiting) => {
    const { state, effects } = unsent(written, outgoing, context);
    expect(state.waiting).toHaveLength(waiting);
    expect(state.written).toEqual([]);
    expect(effects).toMatchObject([{ signal: "delivery", messageIds: ["typed:1:1700000000000"], delivery }]);
  });

  test("one of the client's own is not said again", () => {
    const own = { message: { type: "client.audio", content: "" } as const };
    expect(unsent(written, own, up)).toEqual({ state: written, effects: [] });
  });
});

describe("the connection is lost", () => {
  const outbox: Outbox = {
    waiting: [{ message: data, call: 1 }, { message: { type: "trigger.turn.start", role: "user" } }],
    written: [
      { messageId: "old", at: 1000 },
      { messageId: "new", at: 2000 },
    ],
    typedCount: 2,
  };

  test.each([
    [1500, ["new"]],
    [1000, ["old", "new"]],
    [3000, []],
    [null, []],
  ])("in doubt since %s: %s", (doubtfulSince, messageIds) => {
    const { state, effects } = outboxHandlers.connectionLost(outbox, { doubtfulSince });
    expect(effects).toEqual([{ signal: "delivery", messageIds, delivery: "unknown" }]);
    // What the app sent waits for the next connection; what belonged to this one does not.
    expect(state).toEqual({ waiting: [{ message: data, call: 1 }], written: [], typedCount: 2 });
  });

  test("the session ends: what waited was never written, and says so", () => {
    const waiting = sendText(empty, { text: "hello", call: 4 }, away).state;
    const { state, effects } = outboxHandlers.sessionEnding(waiting);
    expect(state).toMatchObject({ waiting: [], written: [], typedCount: 1 });
    expect(effects).toMatchObject([
      { type: "settle", calls: [4], error: { code: "not-connected" } },
      { signal: "delivery", messageIds: ["typed:1:1700000000000"], delivery: "failed" },
    ]);
  });
});
