// What the page marks as heard, against what left its speaker: word by word, of the mock agent's voice.
import { readTap, synthesizeSpeech, type TapRecording, wordTimes } from "@layercode/browser-testing";
import type { MockSession } from "@layercode/mock-server";
import type { Page } from "@playwright/test";
import { stories } from "./agents.js";
import { expect, test } from "./fixtures.js";
import { findHeard, sentAudio } from "./sounds.js";
import { replayFinished } from "./wire.js";

/** What the second turn on has to keep, in ms: the median of how far off a word is. */
const limitMs = 150;

/** Frames that the audio thread renders at a time. */
const quantum = 128;

test("words are marked as heard when they are: the median of all words after one whole turn", async ({
  open,
  nextSession,
}) => {
  test.setTimeout(180_000);
  const demo = await open({ agent: "ag-parrot" });
  await demo.takePartBy("Typing only");
  await demo.button("Start conversation").click();
  const session = await nextSession();
  await session.waitFor("client.ready");
  const marks = await recordMarks(demo.page);

  const spoken: { turn: string; sentences: readonly string[]; from: number; to: number }[] = [];
  for (const sentences of stories) {
    const from = Date.now();
    await demo.write(sentences.join(" "));
    await expect.poll(() => turnsOf(session).length).toBe(spoken.length + 1);
    const turn = turnsOf(session).at(-1) ?? "";
    await replayFinished(session, turn);
    await expect(demo.messages.last()).toHaveText(`Agent${sentences.join(" ")}`);
    await expect(demo.messages.last().locator("[data-ahead]")).toHaveCount(0);
    spoken.push({ turn, sentences, from, to: Date.now() });
  }

  const tap = await readTap(demo.page);
  expect(tap.holes).toBe(0);
  const errors: number[][] = [];
  for (const { turn, sentences, from, to } of spoken) {
    const heardAt = await marks(sentences.join(" "));
    const [first, last] = [from, to].map((time) => quantum * tap.renderedAt.findIndex((at) => at >= time));
    const samples = tap.samples.subarray(first, last);
    const { likeness, start } = findHeard(sentAudio(session, turn), { ...tap, samples });
    expect(likeness).toBeGreaterThan(0.9);
    const sampleOf = (ms: number) => (first ?? 0) + start + (ms / 1000) * tap.sampleRate;
    const words = await endsOf(sentences);
    errors.push(words.map(({ end, ms }) => heardAt(end) - renderedAt(tap, sampleOf(ms))));
  }

  const [first = [], ...later] = errors;
  const figures = (all: readonly number[]) => {
    const off = all.map(Math.abs).sort((a, b) => a - b);
    const at = (share: number) => Math.round(off[Math.floor(off.length * share)] ?? NaN);
    const mean = Math.round(all.reduce((sum, one) => sum + one, 0) / all.length);
    return `${all.length} words, median ${at(0.5)} ms, 90 % within ${at(0.9)} ms, on the average ${mean} ms late`;
  };
  process.stdout.write(`  The first turn: ${figures(first)}\n  The turns after it: ${figures(later.flat())}\n`);
  for (const one of later) process.stdout.write(`    ${figures(one)}\n`);
  const off = later
    .flat()
    .map(Math.abs)
    .sort((a, b) => a - b);
  expect(off[Math.floor(off.length / 2)]).toBeLessThanOrEqual(limitMs);
});

/** The ids of the agent's turns. */
function turnsOf(session: MockSession): string[] {
  return session.sent.flatMap(({ message }) =>
    message.type === "turn.start" && message.role === "assistant" ? [String(message.turn_id)] : [],
  );
}

/** Where each word ends in the text of the sentences, and in ms of their speech. */
async function endsOf(sentences: readonly string[]): Promise<{ end: number; ms: number }[]> {
  const ends: { end: number; ms: number }[] = [];
  let [length, before] = [0, 0];
  for (const sentence of sentences) {
    for (const { word, endMs } of await wordTimes(sentence)) {
      length += word.length;
      ends.push({ end: length, ms: before + endMs });
      length++;
    }
    const { samples, sampleRate } = await synthesizeSpeech(sentence);
    before += (samples.length / sampleRate) * 1000;
  }
  return ends;
}

/** When a sample was rendered, in ms since the epoch. */
function renderedAt({ renderedAt }: TapRecording, sample: number): number {
  return renderedAt[Math.floor(sample / quantum)] ?? NaN;
}

/** Records from now on when how much of the agent's newest message was marked as heard. */
async function recordMarks(page: Page): Promise<(text: string) => Promise<(length: number) => number>> {
  await page.evaluate(() => {
    const marks: { text: string; heard: number; at: number }[] = [];
    const observer = new MutationObserver(() => {
      const place = [...document.querySelectorAll("[data-role=assistant] .text")].at(-1);
      if (!place) return;
      const text = place.textContent ?? "";
      const ahead = [...place.querySelectorAll("[data-ahead]")].map(({ textContent }) => textContent).join("");
      marks.push({ text, heard: text.length - ahead.length, at: Date.now() });
    });
    observer.observe(document.body, {
      subtree: true,
      childList: true,
      attributes: true,
      attributeFilter: ["data-ahead"],
    });
    Object.assign(globalThis, { readMarks: () => marks });
  });
  return async (text) => {
    const marks = await page.evaluate(() =>
      (globalThis as unknown as { readMarks(): { text: string; heard: number; at: number }[] }).readMarks(),
    );
    const ofText = marks.filter((mark) => mark.text === text);
    return (length) => ofText.find(({ heard }) => heard >= length)?.at ?? NaN;
  };
}
