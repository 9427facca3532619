import type { ServerMessage } from "@layercode/core/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { finalTranscripts } from "../conversation/transcripts.js";
import { documentedProtocol, type ProtocolSettings } from "../protocol/settings.js";
import { createDialect } from "./dialect.js";
import { words } from "./words.js";

function written(settings: Partial<ProtocolSettings>, messages: readonly ServerMessage[]) {
  return messages.flatMap(createDialect({ ...documentedProtocol, ...settings }));
}

const spoken: ServerMessage[] = [
  { type: "turn.start", role: "user", turn_id: "u" },
  ...finalTranscripts("u", 0, "What's the weather in London?"),
];
const reply: ServerMessage[] = [
  { type: "turn.start", role: "assistant", turn_id: "a" },
  { type: "response.text", turn_id: "a", content: "It is raining." },
  { type: "response.audio", turn_id: "a", delta_id: "a:1", content: "AAA=" },
  { type: "response.text", turn_id: "a", content: " As always." },
  { type: "response.end", turn_id: "a" },
];

const form = (message: { type: string; role?: unknown }) => [message.type, message.role].filter(Boolean).join(" ");

test("the documented form is what the conversation wrote", () => {
  const all = [...spoken, ...reply, { type: "response.data", turn_id: "d", content: null } as const];
  expect(written({}, all)).toEqual(all);
});

test("a reply that was interrupted leaves nothing of its text to the next", () => {
  const [start, chunk] = reply as [ServerMessage, ServerMessage];
  const next = reply.map((message) => ({ ...message, turn_id: "b" }) as ServerMessage);
  const texts = written({ responseText: "full" }, [start, chunk, ...next]).filter(
    ({ type }) => type === "response.text",
  );
  expect(texts).toEqual([{ type: "response.text", turn_id: "b", content: "It is raining. As always." }]);
});

describe("a user's turn that is told of at its first transcript", () => {
  test("begins with the interim, once, and only if something was said", () => {
    const settings = { userTurnStart: "first-transcript", turnEnd: true } as const;
    expect(written(settings, spoken.slice(0, 1))).toEqual([]);
    expect(written(settings, spoken).map(form)).toEqual([
      "turn.start user",
      "user.transcript.interim_delta",
      "user.transcript.delta",
      "user.transcript",
      "turn.end user",
    ]);
  });

  test("two turns whose transcripts come in the other order", () => {
    const second = spoken.map((message) => ({ ...message, turn_id: "v" }) as ServerMessage);
    const both = [...spoken.slice(0, 1), ...second, ...spoken.slice(1)];
    const starts = written({ userTurnStart: "first-transcript" }, both).filter(({ type }) => type === "turn.start");
    expect(starts.map(({ turn_id }) => turn_id)).toEqual(["v", "u"]);
  });
});

test("a typed message in mid-speech takes over the turn: no second start, one end", () => {
  const typed: ServerMessage = { type: "user.transcript", turn_id: "u", content: "typed" };
  const settings = { typedTurnStart: true, turnEnd: true };
  expect(written(settings, [spoken[0]!, typed]).map(form)).toEqual([
    "turn.start user",
    "user.transcript",
    "turn.end user",
  ]);
  expect(written({ turnEnd: true }, [typed]).map(form)).toEqual(["user.transcript"]);
});

test("whatever the settings, a reply's text and a transcript's spans join to what was said", () => {
  const text = fc
    .array(fc.constantFrom("a", "bc", " ", "\n", "ü", "."), { minLength: 1 })
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(
      text,
      text,
      fc.integer({ min: 1, max: 9 }),
      fc.boolean(),
      (first, said, transcriptSpans, lateInterims) => {
        const messages: ServerMessage[] = [
          { type: "response.text", turn_id: "a", content: first },
          { type: "response.text", turn_id: "a", content: said },
          { type: "response.end", turn_id: "a" },
          { type: "user.transcript.delta", turn_id: "u", content: said, delta_counter: 0 },
          { type: "user.transcript.delta", turn_id: "u", content: said, delta_counter: 1 },
        ];
        const settings = { transcriptSpans, lateInterims, responseTextDeltas: true, responseText: "full" } as const;
        const wire = written(settings, messages);
        const joined = (type: string) =>
          wire.flatMap((m) => (m.type === type && "content" in m ? [String(m.content)] : [])).join("");
        expect(joined("response.text")).toBe(first + said);
        expect(joined("response.text.delta")).toBe(first + said);
        expect(joined("user.transcript.delta")).toBe(said + said);
        const frozen = wire.flatMap((m) =>
          m.type === "user.transcript.delta" && "delta_counter" in m ? [Number(m.delta_counter)] : [],
        );
        expect(frozen).toEqual([...new Set(frozen)].sort((a, b) => a - b));
      },
    ),
  );
});

test("words joined are the text", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(words(text).join("")).toBe(text);
    }),
  );
  expect(words(" As always. ")).toEqual([" As ", "always. "]);
});
