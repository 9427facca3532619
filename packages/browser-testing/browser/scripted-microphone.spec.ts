import {
  answerMicrophone,
  installScriptedMicrophone,
  isSpeechHeard,
  resample,
  rms,
  speak,
  synthesizeSpeech,
  toFloat,
} from "../dist/index.js";
import { expect, test } from "./fixtures.js";
import { recordMicrophone } from "./record-microphone.js";
import { servePage } from "./serve-page.js";

test("is silent, and speaks what it is told", async ({ newPage, engine }) => {
  await using server = await servePage();
  const page = await newPage({ autoplay: true });
  await installScriptedMicrophone(page);
  await page.goto(server.url);
  expect(rms((await recordMicrophone(page, 0.5)).samples)).toBe(0);

  const speech = await synthesizeSpeech("Now I am speaking to you.");
  const recording = recordMicrophone(page, speech.samples.length / speech.sampleRate + 2);
  await page.waitForFunction(() => globalThis.__instruments?.tracks.size === 2);
  // Right after a worklet was loaded, Chromium leaves out frames.
  await page.waitForFunction(() => globalThis.recordedSeconds > 0.5);
  await speak(page, speech);
  const heard = await recording;
  const spoken = resample(toFloat(speech.samples), speech.sampleRate, 8000);
  expect(isSpeechHeard(engine, spoken, resample(heard.samples, heard.sampleRate, 8000), 8000)).toBe(true);
});

test("denies, and hangs until it is told otherwise", async ({ newPage }) => {
  await using server = await servePage();
  const page = await newPage({ autoplay: true });
  await installScriptedMicrophone(page, { answer: "deny", delayMs: 1 });
  await page.goto(server.url);
  const ask = () =>
    page.evaluate(() =>
      navigator.mediaDevices.getUserMedia({ audio: true }).then(
        (stream) => stream.getTracks().map((track) => track.readyState),
        (error: DOMException) => error.name,
      ),
    );
  expect(await ask()).toBe("NotAllowedError");

  await answerMicrophone(page, { answer: "hang" });
  let answered = false;
  const asked = ask().finally(() => {
    answered = true;
  });
  // The page answers in order: had the question been answered, this would come behind it.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  expect(answered).toBe(false);
  await answerMicrophone(page, { answer: "grant" });
  expect(await asked).toEqual(["live"]);
});
