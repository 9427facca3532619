import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { heardOf, noteSpeech, type Speech, speakingRate, speechOf, wholeWords } from "./speech.js";

const text = "Once upon a time there was a fox.";
const speech = (ms: number, heardMs: number, complete: boolean): Speech => ({
  turnId: "1",
  bytes: ms * 32,
  heardMs,
  complete,
  awaitsHeardPosition: false,
});

describe("what was heard of a text", () => {
  test("is its share of the speech where that has come whole, in whole words", () => {
    const half = heardOf(text, speech(2000, 1000, true), 1);
    expect(half).toEqual({ heardText: "Once upon a time", heardTextIsEstimate: true });
    expect(heardOf(text, speech(2000, 900, true), 1).heardText).toBe("Once upon a");
  });

  test("is what the rate makes of the time where more may come", () => {
    expect(heardOf(text, speech(600, 600, false), 4 / 3)).toEqual({
      heardText: "Once upon",
      heardTextIsEstimate: true,
    });
    expect(heardOf(text, speech(600, 600, false), 5)).toEqual({ heardText: text, heardTextIsEstimate: true });
  });

  test.each([
    ["English", "Once upon a time there was a fox.", 1150, "Once upon a"],
    // At the rate of English it would be all of it.
    ["Chinese", "从前有一只狐狸住在森林里。", 1150, "从前有一只"],
    ["Japanese", "昔々あるところに狐がいました。", 1150, "昔々ある"],
    ["Korean", "옛날 옛적에 여우가 살았습니다.", 1150, "옛날"],
    ["Thai", "กาลครั้งหนึ่งนานมาแล้วมีสุนัขจิ้งจอก", 1650, "กาลครั้งหนึ่ง"],
    ["Chinese with English in it", "打开 Settings 然后点保存按钮", 1150, "打开 Settings"],
  ])("is what usual speech of its language makes of the time: %s", (_, said, ms, heard) => {
    expect(heardOf(said, speech(ms, ms, false), 1).heardText).toBe(heard);
  });

  test("is known where it is nothing, or all", () => {
    expect(heardOf(text, speech(2000, 0, false), 1)).toEqual({ heardText: "", heardTextIsEstimate: false });
    expect(heardOf(text, speech(2000, 1999.4, true), 1)).toEqual({ heardText: text, heardTextIsEstimate: false });
  });

  test("ends between words also where no spaces stand between them", () => {
    const { heardText } = heardOf("我们明天去北京旅游", speech(900, 410, true), 1);
    expect(heardText).toBe("我们明天");
  });

  // Firefox has no Intl.Segmenter before 125.
  describe("without Intl.Segmenter", () => {
    beforeEach(() => void vi.stubGlobal("Intl", { ...Intl, Segmenter: undefined }));
    afterEach(() => void vi.unstubAllGlobals());

    test.each([
      ["我们明天去北京旅游", 4, "我们明天"],
      ["我们明天，去北京", 5, "我们明天，"],
      ["東京タワーへ", 5, "東京タワー"],
      ["𠮷野家で会う", 1, ""],
      // A vowel sign stays with its consonant.
      ["ที่นี่ดีมาก", 4, "ที่"],
      ["hello 世界 again", 7, "hello 世"],
      ["hello 世界 again", 10, "hello 世界"],
      ["안녕하세요 여러분", 7, "안녕하세요"],
      ["Once upon a time", 9, "Once upon"],
      ["Once upon a time", 8, "Once"],
    ])("%j, %i characters of it: %j", (said, characters, heard) => {
      expect(wholeWords(said, characters)).toBe(heard);
    });
  });

  test("is a beginning of the text that ends between words, and never less for more time", () => {
    const spoken = fc.array(fc.stringMatching(/^[a-z]{1,8}$/), { maxLength: 20 }).map((words) => words.join(" "));
    const ms = fc.integer({ min: 0, max: 3000 });
    fc.assert(
      fc.property(
        spoken,
        ms,
        ms,
        fc.boolean(),
        fc.double({ min: 0.05, max: 7, noNaN: true }),
        (said, a, b, ...rest) => {
          const [complete, rate] = rest;
          const heard = (heardMs: number) => heardOf(said, speech(3000, heardMs, complete), rate).heardText;
          const [less, more] = [heard(Math.min(a, b)), heard(Math.max(a, b))];
          expect(said.startsWith(more) && more.startsWith(less)).toBe(true);
          expect(["", " ", undefined]).toContain(more === "" ? "" : said[more.length]);
        },
      ),
    );
  });

  test("never parts what is one character to a reader, nor fails, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.nat(1000), fc.boolean(), (said, heardMs, complete) => {
        const { heardText } = heardOf(said, speech(1000, heardMs, complete), 0.7);
        expect(said.startsWith(heardText)).toBe(true);
        expect(heardText).not.toMatch(/\p{Surrogate}/u);
      }),
    );
  });
});

describe("the speaking rate", () => {
  const texts: Record<string, string> = { a: "x".repeat(30), b: "x".repeat(10), c: "", d: "x".repeat(99) };
  const spoken = (turnId: string, ms: number, heardMs = ms): Speech => ({ ...speech(ms, heardMs, true), turnId });
  const rate = (...speeches: Speech[]) => speakingRate(speeches, (turnId) => texts[turnId] ?? "");

  test("is learned from the turns that were heard to their end", () => {
    // Thirtieths of a second: two for each of 30 and of 10 letters, and twelve of silence around each text.
    expect(rate(spoken("a", 1000), spoken("b", 1000), spoken("d", 1000, 500))).toBeCloseTo((72 + 32) / 60, 9);
  });

  test("is that of usual speech until there is one with a text", () => {
    expect(rate()).toBe(1);
    expect(rate(spoken("c", 1000), spoken("d", 1000, 0))).toBe(1);
  });
});

test("remembers the newest turns, each once, by their bare ids", () => {
  let speeches: readonly Speech[] = [];
  for (let turn = 0; turn < 100; turn++) {
    speeches = noteSpeech(speeches, `assistant-${turn}`, ({ bytes }) => ({ bytes: bytes + 1 }));
    speeches = noteSpeech(speeches, `${turn}`, ({ bytes }) => ({ bytes: bytes + 1 }));
  }
  expect(speeches).toHaveLength(64);
  expect(speeches.at(-1)).toEqual({ turnId: "99", bytes: 2, heardMs: 0, complete: false, awaitsHeardPosition: false });
  expect(speechOf(speeches, "1").bytes).toBe(0);
});
