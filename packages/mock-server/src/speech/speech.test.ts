import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { cachedVoice } from "./cached-voice.js";
import { createVoice } from "./create-voice.js";
import { createFliteVoice, findFlite } from "./flite-voice.js";
import { splitSentences } from "./sentences.js";
import { hum } from "./tone-voice.js";
import type { Voice } from "./voice.js";

describe("sentences", () => {
  test.each([
    ["One. Two! Three?", ["One.", "Two!", "Three?"]],
    ["It is 3.14, e.g. here", ["It is 3.14, e.g.", "here"]],
    ['He said "stop." Then', ['He said "stop."', "Then"]],
    ["  no\n end ", ["no end"]],
    ["", []],
  ])("%j", (text, sentences) => {
    expect(splitSentences(text)).toEqual(sentences);
  });

  test("together they are the text, and none is long", () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]{1,12}[.,!?]?$/), { maxLength: 200 }), (words) => {
        const sentences = splitSentences(words.join(" "));
        expect(sentences.join(" ")).toBe(words.join(" "));
        expect(Math.max(0, ...sentences.map((sentence) => sentence.length))).toBeLessThanOrEqual(220);
      }),
    );
  });

  test("a word without end is cut as well", () => {
    expect(splitSentences("x".repeat(1000)).join("")).toBe("x".repeat(1000));
  });
});

function countingVoice(): Voice & { asked: string[] } {
  const asked: string[] = [];
  return {
    name: "tone",
    asked,
    async synthesize(sentence) {
      asked.push(sentence);
      if (sentence === "fail") throw new Error("no");
      return new Int16Array(100);
    },
    close: async () => {},
  };
}

describe("the cache", () => {
  test("asks once for what is said twice, also at the same time", async () => {
    const voice = countingVoice();
    const cached = cachedVoice(voice);
    await Promise.all([cached.synthesize("a"), cached.synthesize("a")]);
    await cached.synthesize("a");
    expect(voice.asked).toEqual(["a"]);
  });

  test("drops what was not said for longest", async () => {
    const voice = countingVoice();
    const cached = cachedVoice(voice, 250);
    for (const sentence of ["a", "b", "a", "c", "a", "b"]) await cached.synthesize(sentence);
    expect(voice.asked).toEqual(["a", "b", "c", "b"]);
  });

  test("does not remember a failure", async () => {
    const voice = countingVoice();
    const cached = cachedVoice(voice);
    await expect(cached.synthesize("fail")).rejects.toThrow();
    await expect(cached.synthesize("fail")).rejects.toThrow();
    expect(voice.asked).toEqual(["fail", "fail"]);
  });
});

describe("flite", () => {
  test("speaks at 16 kHz, longer texts longer, accents and symbols included", async () => {
    const voice = createFliteVoice(findFlite()!);
    const [short, long, accented, nothing] = await Promise.all(
      ["Hello.", "Hello there, how are you this evening?", "Déjà vu – “naïve”", "…!"].map((text) =>
        voice.synthesize(text),
      ),
    );
    expect(short!.length).toBeGreaterThan(4000);
    expect(long!.length).toBeGreaterThan(1.5 * short!.length);
    expect(Math.max(...accented!)).toBeGreaterThan(3000);
    expect(nothing).toHaveLength(0);
    await voice.close();
    await expect(voice.synthesize("Hello again.")).rejects.toThrow(/closed/);
  });

  test("a sentence that waits when the voice closes is rejected, not forgotten", async () => {
    const voice = createFliteVoice(findFlite()!);
    const waiting = voice.synthesize("This will not be heard.");
    const rejected = expect(waiting).rejects.toThrow(/ended/);
    await voice.close();
    await rejected;
  });

  test("leaves nothing in the folder for temporary files, whatever ends the process", async () => {
    const folder = await mkdtemp(join(tmpdir(), "speech-"));
    vi.stubEnv("TMPDIR", folder);
    onTestFinished(async () => {
      vi.unstubAllEnvs();
      await rm(folder, { recursive: true });
    });
    const voice = createFliteVoice(findFlite()!);
    await voice.synthesize("One sentence.");
    expect(await readdir(folder)).toEqual([]);
    const interrupted = expect(voice.synthesize("Another one, ".repeat(70))).rejects.toThrow(/ended/);
    await vi.waitFor(async () => expect(await readdir(folder)).not.toEqual([]));
    await voice.close();
    await interrupted;
    expect(await readdir(folder)).toEqual([]);
  });

  test("a module that does not load leaves tones, and one line", async () => {
    const voice = createFliteVoice("/no/such/module.wasm");
    await expect(voice.synthesize("Hello.")).rejects.toThrow(/module.wasm/);
    await voice.close();
  });
});

test("tones are as long as the words, and the same every time", () => {
  expect(hum("hello")).toEqual(hum("hello"));
  expect(hum("hello hello").length).toBe(2 * hum("hello").length);
  expect(hum("banana").length).toBeGreaterThan(hum("ban").length);
  expect(Math.max(...hum("hello"))).toBeGreaterThan(3000);
  expect(hum("…")).toHaveLength(0);
});

test("the voice asked for is the voice that speaks", async () => {
  const lines: string[] = [];
  const voices = (["tone", "flite", "auto"] as const).map((name) => createVoice(name, (line) => lines.push(line)));
  expect(voices.map(({ name }) => name)).toEqual(["tone", "flite", "flite"]);
  expect(lines).toEqual([]);
  await Promise.all(voices.map((voice) => voice.close()));
});
