import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type Conversation, emptyConversation } from "./conversation.js";
import type { Message } from "./messages.js";
import type { Speech } from "./speech.js";
import { type SpokenText, spokenText } from "./spoken-text.js";

const story = "Once upon a time there was a fox.";

interface Scene {
  text?: string;
  message?: Partial<Message>;
  speech?: Partial<Speech>;
  /** Whether its audio is in the player. Default: yes. */
  isQueued?: boolean;
  /** More messages of the agent, behind it, in the player. */
  behind?: readonly string[];
}

/** A conversation in which the agent speaks turn a1: 2 s of it have come, and all the text, unless said otherwise. */
function speaking({ text = story, message, speech, isQueued = true, behind = [] }: Scene = {}): Conversation {
  const messageOf = (turnId: string): Message => ({
    id: `assistant:${turnId}`,
    turnId,
    role: "assistant",
    text,
    status: "final",
    createdAt: 0,
  });
  const spoken = { turnId: "a1", bytes: 64_000, heardMs: 0, complete: true, awaitsHeardPosition: false, ...speech };
  return {
    ...emptyConversation,
    playback: {
      ...emptyConversation.playback,
      queuedTurnIds: [...(isQueued ? ["a1"] : []), ...behind],
      isPlaying: true,
    },
    transcript: {
      ...emptyConversation.transcript,
      messages: [{ ...messageOf("a1"), ...message }, ...behind.map(messageOf)],
      speeches: [spoken],
    },
  };
}

const at = (ms: number, turnId = "a1") => ({ turnId, deltaId: null, ms });
const heardAt = (ms: number | null, scene?: Scene, before: SpokenText | null = null) =>
  spokenText(speaking(scene), true, ms === null ? null : at(ms), before);

describe("what of a message has been heard by now", () => {
  test.each<[string, number | null, Scene, string, boolean]>([
    ["its share of the speech, where all of it has come", 1000, {}, "Once upon a time", false],
    ["nothing, before its first sample", 0, {}, "", false],
    ["nothing, where the player does not tell", null, {}, "", false],
    [
      "what the player has reported, where it does not tell more",
      null,
      { speech: { heardMs: 1000 } },
      "Once upon a time",
      false,
    ],
    ["all, at its end", 2000, {}, story, false],
    ["all, once it has left the player", null, { isQueued: false, speech: { heardMs: 2000 } }, story, false],
    [
      "what the usual rate makes of the time, where more will come",
      850,
      { speech: { complete: false } },
      "Once upon",
      true,
    ],
    [
      "never the last word of a text that grows",
      9000,
      { text: "Once upo", message: { status: "interim" }, speech: { complete: false } },
      "Once",
      true,
    ],
    [
      "nor a word with its mark, until there is more",
      9000,
      { text: "Once.", message: { status: "interim" }, speech: { complete: false } },
      "Once",
      true,
    ],
    [
      "nothing, where the text comes after the sound",
      1000,
      { text: "", message: { status: "interim" }, speech: { complete: false } },
      "",
      true,
    ],
    [
      "the words of a language without spaces",
      1400,
      { text: "我们明天去北京旅游", speech: { bytes: 96_000 } },
      "我们明天",
      false,
    ],
    [
      "what was heard of an interrupted one",
      null,
      { isQueued: false, message: { status: "interrupted", heardText: "Once", heardTextIsEstimate: true } },
      "Once",
      false,
    ],
    [
      "the same as an estimate, where more would have come",
      null,
      {
        isQueued: false,
        speech: { complete: false },
        message: { status: "interrupted", heardText: "Once", heardTextIsEstimate: true },
      },
      "Once",
      true,
    ],
    [
      "nothing, where an interrupted one waits for its answer",
      null,
      { isQueued: false, speech: { awaitsHeardPosition: true }, message: { status: "interrupted" } },
      "",
      false,
    ],
    [
      "all that was read, where one was interrupted with the sound off",
      null,
      { isQueued: false, message: { status: "interrupted" } },
      story,
      false,
    ],
  ])("is %s", (_, ms, scene, text, isEstimate) => {
    expect(heardAt(ms, scene)).toMatchObject({ messageId: "assistant:a1", text, isEstimate });
  });

  test("is that of the first turn in the player, and nothing of those behind it", () => {
    expect(heardAt(1000, { behind: ["a2", "a3"] })).toEqual({
      messageId: "assistant:a1",
      text: "Once upon a time",
      isEstimate: false,
      unheardIds: ["assistant:a2", "assistant:a3"],
    });
    // A position of a turn that has left the player says nothing of the next.
    expect(heardAt(2000, { isQueued: false, behind: ["a2"] })).toMatchObject({ messageId: "assistant:a2", text: "" });
  });

  test("is nothing of a message whose sound has still to come, and all of one that is read", () => {
    const conversation = speaking({ isQueued: false, message: { status: "interim" } });
    const current = { turnId: "a1", ended: false, hasAudio: false, acknowledged: false };
    const awaited = { ...conversation, replies: { ...conversation.replies, current } };
    expect(spokenText(awaited, true, null, null)?.text).toBe("");
    expect(spokenText(awaited, false, null, null)?.text).toBe("Once upon a time there was a fox");
    const silent = { ...awaited, replies: { ...awaited.replies, current: { ...current, acknowledged: true } } };
    expect(spokenText(silent, true, null, null)?.text).toBe("Once upon a time there was a fox");
  });

  test("is nobody's, before the agent has said something", () => {
    expect(spokenText(emptyConversation, true, at(1000), null)).toBeNull();
  });

  test("stays where the player is asked for its heard position, and becomes that", () => {
    const before = heardAt(1000);
    const scene = { isQueued: false, message: { status: "interrupted" as const } };
    expect(heardAt(null, { ...scene, speech: { awaitsHeardPosition: true } }, before)).toBe(before);
    const message = { ...scene.message, heardText: "Once upon a", heardTextIsEstimate: true };
    expect(heardAt(null, { ...scene, message }, before)?.text).toBe("Once upon a");
  });

  test("is the same object until something in it changes", () => {
    const before = heardAt(1000);
    expect(heardAt(1010, {}, before)).toBe(before);
    expect(heardAt(1400, {}, before)).not.toBe(before);
  });

  test("asks for the speaking rate where speech has still to come, and nowhere else: to learn it takes long", () => {
    const rateFor = vi.fn(() => 1.5);
    spokenText(speaking(), true, at(1000), null, rateFor);
    spokenText(speaking({ speech: { complete: false } }), true, null, null, rateFor);
    expect(rateFor).not.toHaveBeenCalled();
    const early = speaking({ speech: { complete: false } });
    expect(spokenText(early, true, at(850), null, rateFor)?.text).toBe("Once upon a time");
    expect(rateFor.mock.calls).toEqual([[early.transcript, "a1"]]);
  });

  test("does not go back where the whole speech is longer than the rate had promised", () => {
    const early = { complete: false, bytes: 64_000 };
    const before = heardAt(1400, { speech: early });
    expect(before?.text).toBe("Once upon a time");
    const after = heardAt(1450, { speech: { bytes: 192_000 } }, before);
    expect(after).toMatchObject({ text: "Once upon a time", isEstimate: false });
  });
});

describe("whatever comes in a turn", () => {
  afterEach(() => void vi.unstubAllGlobals());

  const words = fc.array(fc.constantFrom("one ", "two, ", "three. ", "我们明天", "ที่นี่ดีมาก", "a ", "\u{20bb7}野家"), {
    maxLength: 12,
  });
  /** What happens: so many more words of text, so many ms more of sound, so many heard; the end of it. */
  const step = fc.record({ text: words, arrives: fc.nat(900), plays: fc.nat(400), ends: fc.boolean() });

  test.each([
    ["with", Intl.Segmenter],
    ["without", undefined],
  ])("it grows by whole words, %s Intl.Segmenter", (_, Segmenter) => {
    vi.stubGlobal("Intl", { ...Intl, Segmenter });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 20 }), (steps) => {
        let [text, arrived, heard, complete] = ["", 0, 0, false];
        let before: SpokenText | null = null;
        for (const { text: more, arrives, plays, ends } of steps) {
          if (!complete) {
            text += more.join("");
            arrived += arrives;
          }
          complete ||= ends;
          heard = Math.min(arrived, heard + plays);
          const status = complete ? "final" : "interim";
          const scene = { text, message: { status }, speech: { bytes: arrived * 32, complete } } as const;
          const now: SpokenText | null = heardAt(heard, scene, before);
          if (!now) throw new Error("The message is there.");
          expect(text.startsWith(now.text)).toBe(true);
          expect(now.text.startsWith(before?.text ?? "")).toBe(true);
          // A space, a mark, or a script without spaces follows.
          const next = text.slice(now.text.length, now.text.length + 1);
          expect(/[a-z]$/.test(now.text) && /^[a-z]/.test(next)).toBe(false);
          if (heard === 0) expect(now.text).toBe("");
          before = now;
        }
      }),
    );
  });

  test("it is never more than what the sound that was heard can say", () => {
    fc.assert(
      fc.property(fc.nat(2000), fc.nat(2000), (a, b) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        // What is shown at `less` is what is shown of a turn in which nothing was rendered behind it.
        const shown = heardAt(less)?.text ?? "";
        expect((heardAt(more)?.text ?? "").startsWith(shown)).toBe(true);
        // In proportion: no word ends later than its share of the time.
        if (shown !== story) expect(shown.length / story.length).toBeLessThanOrEqual(less / 2000 + 0.1);
      }),
    );
  });
});
