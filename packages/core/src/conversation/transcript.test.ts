import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseServerMessage } from "../protocol/codec.js";
import { bareTurnId } from "../protocol/turn-id.js";
import { emptyTranscript, resumedTranscript, type Transcript, trimmed } from "./messages.js";
import {
  assistantEnded,
  assistantText,
  audioComplete,
  audioReceived,
  heardUntil,
  userFinal,
  userSpan,
  userTyped,
} from "./transcript.js";

/** A typed message under the id that it gets. */
function typed(transcript: Transcript, text: string, now: number): Transcript {
  return userTyped(transcript, `typed:${now}`, text, now);
}

const turnId = "user-7f3";
const text = (transcript: Transcript) => transcript.messages.at(-1)?.text;

describe("the user's transcript", () => {
  // The table of the protocol: kind, counter, content, text shown.
  const rows: [kind: "interim" | "delta" | "final", counter: number, content: string, shown: string][] = [
    ["interim", 6, "what", "what"],
    ["interim", 6, "what's the", "what's the"],
    ["delta", 6, "What's the weather ", "What's the weather "],
    ["interim", 7, "in lon", "What's the weather in lon"],
    ["interim", 6, "what's the", "What's the weather in lon"],
    ["delta", 7, "in London?", "What's the weather in London?"],
    ["final", NaN, "What's the weather in London?", "What's the weather in London?"],
  ];

  test.each(rows.map((row, index) => [index + 1, ...row] as const))(
    "row %i of the protocol's table: %s %d %j shows %j",
    (row, _kind, _counter, _content, shown) => {
      let transcript = emptyTranscript;
      for (const [kind, counter, content] of rows.slice(0, row)) {
        const piece = { turnId, content, time: transcript === emptyTranscript ? 1 : 2 };
        transcript =
          kind === "final" ? userFinal(transcript, piece) : userSpan(transcript, piece, counter, kind === "delta");
      }
      const status = row === rows.length ? "final" : "interim";
      expect(transcript.messages).toEqual([
        { id: "user:7f3", turnId, role: "user", text: shown, status, createdAt: 1 },
      ]);
      if (status === "final") expect(transcript.spans).toEqual({});
    },
  );

  test("ignores what comes after the final text", () => {
    const final = userFinal(emptyTranscript, { turnId, content: "Done.", time: 1 });
    expect(userSpan(final, { turnId, content: "late", time: 2 }, 0, true)).toBe(final);
  });

  // Late, twice, with gaps, from any number on, as a number or as its digits.
  const arrivals = fc.array(
    fc.record({
      frozen: fc.boolean(),
      counter: fc.oneof(fc.nat(4), fc.integer({ min: 1000, max: 1003 })),
      isString: fc.boolean(),
      content: fc.string(),
    }),
    { minLength: 1, maxLength: 30 },
  );

  test("shows of each span what froze it last, else its last interim, in the order of the counters", () => {
    fc.assert(
      fc.property(arrivals, (arrived) => {
        let transcript = emptyTranscript;
        for (const { frozen, counter, isString, content } of arrived) {
          const type = frozen ? "user.transcript.delta" : "user.transcript.interim_delta";
          const delta_counter = isString ? `${counter}` : counter;
          const parsed = parseServerMessage(JSON.stringify({ type, turn_id: turnId, content, delta_counter }));
          const message = parsed.ok && "delta_counter" in parsed.message ? parsed.message : expect.fail();
          transcript = userSpan(transcript, { turnId, content, time: 1 }, message.delta_counter, frozen);
        }
        const counters = [...new Set(arrived.map(({ counter }) => counter))].sort((a, b) => a - b);
        const shown = counters.map((counter) => {
          const ofSpan = arrived.filter((one) => one.counter === counter);
          return (ofSpan.findLast(({ frozen }) => frozen) ?? ofSpan.at(-1))?.content;
        });
        expect(text(transcript)).toBe(shown.join(""));
        expect(transcript.messages).toHaveLength(1);
      }),
    );
  });

  test("replaces the whole turn by the final text, whatever came before and comes after", () => {
    fc.assert(
      fc.property(arrivals, fc.string(), (arrived, final) => {
        const spans = (transcript: Transcript) =>
          arrived.reduce(
            (merged, { content, counter, frozen }) => userSpan(merged, { turnId, content, time: 1 }, counter, frozen),
            transcript,
          );
        const transcript = spans(userFinal(spans(emptyTranscript), { turnId, content: final, time: 1 }));
        expect(transcript.messages).toMatchObject([{ text: final, status: "final" }]);
        expect(transcript.spans).toEqual({});
      }),
    );
  });

  test("shows a typed message at once and gives it the turn of its echo", () => {
    const shown = typed(emptyTranscript, "hello", 5);
    const id = shown.messages[0]?.id;
    const echoed = userFinal(shown, { turnId, content: "hello", time: 6 });
    expect(echoed.messages).toEqual([{ id, turnId, role: "user", text: "hello", status: "final", createdAt: 5 }]);
    expect(userFinal(echoed, { turnId, content: "Hello!", time: 7 }).messages).toMatchObject([{ id, text: "Hello!" }]);
  });

  test("shows once what was typed while the server heard the turn, if it makes one of both", () => {
    const spoken = userSpan(emptyTranscript, { turnId, content: "hel", time: 4 }, 0, false);
    const shown = typed(spoken, "hello", 5);
    const id = shown.messages[1]?.id;
    const echoed = userFinal(shown, { turnId, content: "hello", time: 6 });
    expect(echoed).toMatchObject({ messages: [{ id, turnId, text: "hello", status: "final" }], spans: {} });
    expect(echoed.messages).toHaveLength(1);
  });

  test("shows both where the turn became something else than what was typed, or was final already", () => {
    const spoken = userSpan(emptyTranscript, { turnId, content: "hel", time: 4 }, 0, false);
    const final = userFinal(typed(spoken, "hello", 5), { turnId, content: "Help!", time: 6 });
    expect(final.messages).toMatchObject([
      { turnId, text: "Help!" },
      { turnId: null, text: "hello" },
    ]);
    const said = userFinal(emptyTranscript, { turnId, content: "hello", time: 4 });
    const again = userFinal(typed(said, "hello", 5), { turnId, content: "hello", time: 6 });
    expect(again.messages).toMatchObject([{ turnId }, { turnId: null }]);
  });

  test("pairs two equal typed messages with two echoes", () => {
    let transcript = typed(typed(emptyTranscript, "yes", 1), "yes", 2);
    transcript = userFinal(transcript, { turnId: "a", content: "yes", time: 3 });
    transcript = userFinal(transcript, { turnId: "b", content: "yes", time: 4 });
    expect(transcript.messages.map((message) => message.turnId)).toEqual(["a", "b"]);
  });
});

describe("the agent's transcript", () => {
  const piece = (content: string) => ({ turnId: "assistant-1", content, time: 1 });

  test("appends deltas, and takes a text that follows them as the whole", () => {
    let transcript = assistantText(assistantText(emptyTranscript, piece("Hi, "), true), piece("how"), true);
    expect(text(transcript)).toBe("Hi, how");
    transcript = assistantText(transcript, piece("Hi, how can I help?"), false);
    expect(text(transcript)).toBe("Hi, how can I help?");
  });

  test("appends texts where no delta came", () => {
    expect(text(assistantText(assistantText(emptyTranscript, piece("Hi. "), false), piece("Yes?"), false))).toBe(
      "Hi. Yes?",
    );
  });

  test("knows a turn with and without its prefix as one", () => {
    const transcript = assistantText(
      assistantText(emptyTranscript, piece("a"), true),
      { ...piece("b"), turnId: "1" },
      true,
    );
    expect(transcript.messages).toHaveLength(1);
  });

  test("ends, or is interrupted and then takes no more text", () => {
    const said = assistantText(emptyTranscript, piece("Once upon"), false);
    expect(assistantEnded(said, "1").messages[0]?.status).toBe("final");
    const cut = assistantEnded(said, "1", "user");
    expect(cut.messages[0]?.status).toBe("interrupted");
    expect(assistantText(cut, piece(" a time"), false)).toBe(cut);
    expect(assistantText(cut, piece(" a time"), true)).toBe(cut);
    expect(assistantEnded(cut, "1")).toBe(cut);
  });
});

test("keeps the newest messages, and nothing of the others", () => {
  let transcript = emptyTranscript;
  for (let turn = 0; turn < 5; turn++) {
    transcript = userSpan(transcript, { turnId: `u${turn}`, content: "x", time: turn }, 0, false);
    transcript = assistantText(transcript, { turnId: `a${turn}`, content: "y", time: turn }, true);
  }
  const kept = trimmed(transcript, 3);
  expect(kept.messages.map((message) => message.id)).toEqual(["assistant:a3", "user:u4", "assistant:a4"]);
  expect(Object.keys(kept.spans)).toEqual(["user:u4"]);
  expect(kept.withDeltas).toEqual(["assistant:a3", "assistant:a4"]);
  expect(trimmed(kept, 3)).toBe(kept);
});

describe("whatever is said in a conversation", () => {
  const turn = fc.constantFrom("a", "assistant-a", "user-a", "b", "c", "__proto__");
  // Often the same, so that what was typed meets its echo.
  const content = fc.oneof(fc.constantFrom("", "yes"), fc.string({ maxLength: 8 }));
  type Change = (transcript: Transcript, time: number) => Transcript;
  const change: fc.Arbitrary<Change> = fc.oneof(
    fc.tuple(turn, content, fc.nat(3), fc.boolean()).map(
      ([turnId, content, counter, frozen]): Change =>
        (transcript, time) =>
          userSpan(transcript, { turnId, content, time }, counter, frozen),
    ),
    fc.tuple(turn, content).map(
      ([turnId, content]): Change =>
        (transcript, time) =>
          userFinal(transcript, { turnId, content, time }),
    ),
    content.map(
      (text): Change =>
        (transcript, time) =>
          typed(transcript, text, time),
    ),
    fc.tuple(turn, content, fc.boolean()).map(
      ([turnId, content, isDelta]): Change =>
        (transcript, time) =>
          assistantText(transcript, { turnId, content, time }, isDelta),
    ),
    fc.tuple(turn, fc.constantFrom("user", "connection", undefined)).map(
      ([turnId, by]): Change =>
        (transcript) =>
          assistantEnded(transcript, turnId, by),
    ),
    fc.tuple(turn, fc.nat(40_000)).map(
      ([turnId, bytes]): Change =>
        (transcript) =>
          audioReceived(transcript, turnId, bytes),
    ),
    turn.map(
      (turnId): Change =>
        (transcript) =>
          audioComplete(transcript, turnId),
    ),
    fc.tuple(turn, fc.nat(2000)).map(
      ([turnId, ms]): Change =>
        (transcript) =>
          heardUntil(transcript, turnId, ms),
    ),
  );
  const conversation = fc
    .array(change, { maxLength: 40 })
    .map((changes) => changes.reduce((transcript, apply, now) => trimmed(apply(transcript, now), 20), emptyTranscript));

  test("the messages survive JSON, and a transcript goes on from them", () => {
    fc.assert(
      fc.property(conversation, ({ messages }) => {
        const stored = JSON.parse(JSON.stringify(messages));
        expect(stored).toStrictEqual(messages);
        const resumed = resumedTranscript(stored).messages;
        expect(resumed.filter(({ status }) => status === "interim")).toEqual([]);
        expect(resumed.map(({ id, text }) => [id, text])).toEqual(messages.map(({ id, text }) => [id, text]));
      }),
    );
  });

  test("each message keeps an id of its own, and the place where it came", () => {
    fc.assert(
      fc.property(conversation, change, (before, apply) => {
        const after = apply(before, 100);
        const ids = after.messages.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        const kept = before.messages.filter(({ id }) => ids.includes(id));
        expect(ids.slice(0, kept.length)).toEqual(kept.map(({ id }) => id));
        // The one exception: the user typed while speaking, and the server made one turn of both.
        const merged = before.messages.filter(({ id }) => !ids.includes(id));
        expect(merged.length).toBeLessThanOrEqual(1);
        for (const { role, status, turnId } of merged) {
          expect([role, status]).toEqual(["user", "interim"]);
          const isMerged = after.messages.some(
            (one) =>
              one.id.startsWith("typed:") &&
              one.turnId !== null &&
              bareTurnId(one.turnId) === bareTurnId(String(turnId)),
          );
          expect(isMerged).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("an interrupted one stays as it was cut; only such a one tells what was heard, a beginning of its text", () => {
    fc.assert(
      fc.property(conversation, change, (before, apply) => {
        for (const message of before.messages) {
          const { id, text, status, heardText } = message;
          expect("interruptedBy" in message).toBe(status === "interrupted");
          if (heardText !== undefined) expect(status === "interrupted" && text.startsWith(heardText)).toBe(true);
          expect("heardTextIsEstimate" in message).toBe(heardText !== undefined);
          if (status !== "interrupted") continue;
          const after = apply(before, 100).messages.find((one) => one.id === id);
          expect(after).toMatchObject({ text, status, interruptedBy: message.interruptedBy });
        }
      }),
    );
  });

  test("there never are more messages than are to be kept, and nothing of the others is", () => {
    fc.assert(
      fc.property(conversation, fc.integer({ min: 1, max: 20 }), (transcript, limit) => {
        const kept = trimmed(transcript, limit);
        expect(kept.messages).toEqual(transcript.messages.slice(-limit));
        const ids = kept.messages.map(({ id }) => id);
        expect(ids).toEqual(expect.arrayContaining([...Object.keys(kept.spans), ...kept.withDeltas]));
      }),
    );
  });
});
