import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  assistantEnded,
  assistantText,
  emptyTranscript,
  type Transcript,
  trimmed,
  userFinal,
  userSpan,
  userTyped,
} from "./transcript.js";

const turnId = "user-7f3";
const text = (transcript: Transcript) => transcript.messages.at(-1)?.text;

describe("the user's transcript", () => {
  // The table of the protocol, row by row: kind, counter, content, text shown.
  const rows: [kind: "interim" | "delta", counter: number, content: string, shown: string][] = [
    ["interim", 6, "what", "what"],
    ["interim", 6, "what's the", "what's the"],
    ["delta", 6, "What's the weather ", "What's the weather "],
    ["interim", 7, "in lon", "What's the weather in lon"],
    ["interim", 6, "what's the", "What's the weather in lon"],
    ["delta", 7, "in London?", "What's the weather in London?"],
  ];

  it("merges spans as the protocol's table shows, then takes the final text", () => {
    let transcript = emptyTranscript;
    for (const [kind, counter, content, shown] of rows) {
      transcript = userSpan(transcript, { turnId, content, now: 1 }, counter, kind === "delta");
      expect(text(transcript)).toBe(shown);
      expect(transcript.messages).toHaveLength(1);
      expect(transcript.messages[0]?.status).toBe("interim");
    }
    transcript = userFinal(transcript, { turnId, content: "What's the weather in London?", now: 2 });
    expect(transcript.messages).toMatchObject([
      { text: "What's the weather in London?", status: "final", createdAt: 1 },
    ]);
    expect(transcript.spans).toEqual({});
  });

  it("ignores what comes after the final text", () => {
    const final = userFinal(emptyTranscript, { turnId, content: "Done.", now: 1 });
    expect(userSpan(final, { turnId, content: "late", now: 2 }, 0, true)).toBe(final);
  });

  it("joins frozen spans in counter order, whatever order they came in", () => {
    const spans = fc.uniqueArray(fc.record({ counter: fc.nat(50), content: fc.string() }), {
      selector: (span) => span.counter,
      minLength: 1,
    });
    fc.assert(
      fc.property(spans, (arrived) => {
        let transcript = emptyTranscript;
        for (const { counter, content } of arrived)
          transcript = userSpan(transcript, { turnId, content, now: 1 }, counter, true);
        for (const { counter } of arrived)
          transcript = userSpan(transcript, { turnId, content: "late", now: 1 }, counter, false);
        const ordered = [...arrived].sort((a, b) => a.counter - b.counter);
        expect(text(transcript)).toBe(ordered.map((span) => span.content).join(""));
      }),
    );
  });

  it("shows a typed message at once and gives it the turn of its echo", () => {
    const typed = userTyped(emptyTranscript, "hello", 5);
    const id = typed.messages[0]?.id;
    const echoed = userFinal(typed, { turnId, content: "hello", now: 6 });
    expect(echoed.messages).toEqual([{ id, turnId, role: "user", text: "hello", status: "final", createdAt: 5 }]);
    expect(userFinal(echoed, { turnId, content: "Hello!", now: 7 }).messages).toMatchObject([{ id, text: "Hello!" }]);
  });

  it("pairs two equal typed messages with two echoes", () => {
    let transcript = userTyped(userTyped(emptyTranscript, "yes", 1), "yes", 2);
    transcript = userFinal(transcript, { turnId: "a", content: "yes", now: 3 });
    transcript = userFinal(transcript, { turnId: "b", content: "yes", now: 4 });
    expect(transcript.messages.map((message) => message.turnId)).toEqual(["a", "b"]);
  });
});

describe("the agent's transcript", () => {
  const piece = (content: string) => ({ turnId: "assistant-1", content, now: 1 });

  it("appends deltas, and takes a text that follows them as the whole", () => {
    let transcript = assistantText(assistantText(emptyTranscript, piece("Hi, "), true), piece("how"), true);
    expect(text(transcript)).toBe("Hi, how");
    transcript = assistantText(transcript, piece("Hi, how can I help?"), false);
    expect(text(transcript)).toBe("Hi, how can I help?");
  });

  it("appends texts where no delta came", () => {
    expect(text(assistantText(assistantText(emptyTranscript, piece("Hi. "), false), piece("Yes?"), false))).toBe(
      "Hi. Yes?",
    );
  });

  it("knows a turn with and without its prefix as one", () => {
    const transcript = assistantText(
      assistantText(emptyTranscript, piece("a"), true),
      { ...piece("b"), turnId: "1" },
      true,
    );
    expect(transcript.messages).toHaveLength(1);
  });

  it("ends, or is interrupted and then takes no more text", () => {
    const said = assistantText(emptyTranscript, piece("Once upon"), false);
    expect(assistantEnded(said, "1").messages[0]?.status).toBe("final");
    const cut = assistantEnded(said, "1", "user");
    expect(cut.messages[0]?.status).toBe("interrupted");
    expect(assistantText(cut, piece(" a time"), false)).toBe(cut);
    expect(assistantText(cut, piece(" a time"), true)).toBe(cut);
    expect(assistantEnded(cut, "1")).toBe(cut);
  });
});

it("keeps the newest messages, and nothing of the others", () => {
  let transcript = emptyTranscript;
  for (let turn = 0; turn < 5; turn++) {
    transcript = userSpan(transcript, { turnId: `u${turn}`, content: "x", now: turn }, 0, false);
    transcript = assistantText(transcript, { turnId: `a${turn}`, content: "y", now: turn }, true);
  }
  const kept = trimmed(transcript, 3);
  expect(kept.messages.map((message) => message.id)).toEqual(["assistant:a3", "user:u4", "assistant:a4"]);
  expect(Object.keys(kept.spans)).toEqual(["user:u4"]);
  expect(kept.withDeltas).toEqual(["assistant:a3", "assistant:a4"]);
  expect(trimmed(kept, 3)).toBe(kept);
});
