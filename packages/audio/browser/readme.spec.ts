import { readFile } from "node:fs/promises";
import {
  decodeWav,
  isSpeechHeard,
  resample,
  synthesizeSpeech,
  toFloat,
  writeMicrophoneFile,
} from "@layercode/browser-testing";
import { expect, test } from "./fixtures.js";

/** The first example below a heading of the README, as it stands. */
async function example(heading: string): Promise<string> {
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  const section = readme.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0];
  const code = section?.match(/```js\n([\s\S]*?)```/)?.[1];
  if (code === undefined) throw new Error(`The README has no example below "${heading}".`);
  return code;
}

test("the example that records to a WAV file does", async ({ open, engine }) => {
  const code = await example("Record");
  const speech = await synthesizeSpeech("The quick brown fox jumps over the lazy dog.");
  const wav = await writeMicrophoneFile(speech, { silenceBefore: 0.3 });
  const html = `<!doctype html><title>record</title>
    <button id="record">Record</button> <button id="done">Done</button> <audio id="player" controls></audio>
    <script type="importmap">{ "imports": { "@layercode/audio": "/dist/index.js" } }</script>
    <script type="module" src="/record.js"></script>`;
  const page = await open({ microphone: { wav }, autoplay: false, files: { "/record": html, "/record.js": code } });
  await page.goto(new URL("/record", page.url()).href);
  await page.click("#record");
  const seconds = speech.samples.length / speech.sampleRate + 1;
  // As long as the speech, on the clock of the sound: the page shows nothing of it before the end.
  await page.evaluate(async (seconds) => {
    const context = new AudioContext();
    await context.resume();
    while (context.currentTime < seconds) await new Promise((resolve) => setTimeout(resolve, 50));
    await context.close();
  }, seconds);
  await page.click("#done");
  const bytes = await page.evaluate(async () => {
    const player = document.querySelector("audio");
    while (player?.duration === undefined || Number.isNaN(player.duration)) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return [...new Uint8Array(await (await fetch(player.src)).arrayBuffer())];
  });
  const { samples, sampleRate } = decodeWav(Uint8Array.from(bytes));
  expect(sampleRate).toBe(16000);
  expect(samples.length / sampleRate).toBeGreaterThan(seconds - 0.5);
  // The browser's own voice processing is on, as it is for every user.
  const spoken = resample(toFloat(speech.samples), speech.sampleRate, sampleRate);
  expect(isSpeechHeard(engine, spoken, toFloat(samples), sampleRate, { isProcessed: true })).toBe(true);
});
