import { readFile } from "node:fs/promises";
import { audibleSpans, readTap, synthesizeSpeech, tapReady, writeMicrophoneFile } from "@layercode/browser-testing";
import { expect, expectClean, test } from "./fixtures.js";

let wav: string;
let seconds: number;

test.beforeAll(async () => {
  const speech = await synthesizeSpeech("Stop, please. I have another question.");
  seconds = speech.samples.length / speech.sampleRate;
  wav = await writeMicrophoneFile(speech, { silenceBefore: 3.5 });
});

test("under script-src 'self' speech pauses the player while the page is blocked; it is reported, and the player goes on when it is told to", async ({
  open,
}) => {
  const page = await open({ microphone: { wav, loop: false }, policy: "script-src 'self'" });
  const talk = await page.evaluate(
    async ({ seconds, workletUrl, detectorUrl }) => {
      const engine = audio.createAudioEngine({ workletUrl });
      const speaker = audio.createSpeaker({ engine, sampleRate: 16000, playout: "plain" });
      const microphone = audio.createMicrophone({
        engine,
        audioConstraints: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
      });
      const speech: { type: string; time: number; held?: string | null; at: number }[] = [];
      const errors: string[] = [];
      let started = 0;
      let changed = () => {};
      const until = async (ready: () => boolean) => {
        while (!ready()) {
          await new Promise<void>((resolve) => {
            changed = resolve;
          });
        }
      };
      await speaker.start({
        onStarted: () => {
          started++;
          changed();
        },
        onUnderrun() {},
        onFinished() {},
        onInterrupted() {},
      });
      microphone.setDetection({
        ...{ vad: "silero", bargeIn: "pause", workletUrl: detectorUrl },
        ...{ positiveThreshold: 0.5, negativeThreshold: 0.2, hangOverMs: 400, minimumSpeechMs: 64 },
      });
      let heard = 0;
      await microphone.start({
        onFrame() {
          heard += 0.02;
          changed();
        },
        onEnded: ({ message }) => errors.push(message),
        onDetectorFailed: ({ message }) => errors.push(message),
        onSpeech(event) {
          speech.push({ ...event, at: microphone.now() });
          changed();
        },
      });
      // The agent speaks, for longer than all of this takes.
      const pcm = new Int16Array(30 * 16000).map((_, index) => 8000 * Math.sin((2 * Math.PI * 440 * index) / 16000));
      speaker.enqueue(new Uint8Array(pcm.buffer), { turnId: "a", deltaId: null });
      // The detector and its model load meanwhile, and warm up.
      await until(() => started > 0 && heard > 2.5);
      // The page does something else, from before the first word until after the last one.
      const end = performance.now() + (1 + seconds) * 1000;
      while (performance.now() < end);
      const reportedBefore = speech.length;
      await until(() => speech.some(({ type }) => type === "end"));
      speaker.resume();
      await until(() => started > 1);
      // A fifth of a second more, so that the agent is audible again in what the output tap recorded: it fades in.
      const rendered = async () => (await speaker.position())?.rendered.byteOffset ?? 0;
      const goal = (await rendered()) + 0.2 * 2 * 16000;
      while ((await rendered()) < goal);
      microphone.stop();
      await engine.close();
      return { speech, errors, started, reportedBefore };
    },
    { seconds, workletUrl: "/dist/worklet.js", detectorUrl: "/dist/detector.js" },
  );
  await tapReady(page);
  const tap = await readTap(page);

  await expectClean(page);

  expect(talk.errors).toEqual([]);
  expect(talk.reportedBefore).toBe(0);
  expect(talk.speech.map(({ type }) => type)).toEqual(["start", "end"]);
  const [start, end] = talk.speech;
  expect(start!.held).toBe("paused");
  // What was heard: the agent until the first word, nothing while the user spoke, the agent again.
  const spans = audibleSpans(tap.samples, tap.sampleRate, 0.01).map(({ start, end }) => [
    (start + tap.startFrame) / tap.sampleRate,
    (end + tap.startFrame) / tap.sampleRate,
  ]);
  expect(spans).toHaveLength(2);
  expect(spans[0]![1]! - start!.time).toBeLessThan(0.5);
  expect(spans[0]![1]!).toBeLessThan(start!.at);
  expect(spans[1]![0]!).toBeGreaterThan(end!.time);
  expect(end!.time - start!.time).toBeGreaterThan(seconds * 0.8);
});

test("a detector that throws on the audio thread ends alone: that is told once, and the microphone goes on", async ({
  open,
}) => {
  const detector = await readFile(new URL("../dist/detector.js", import.meta.url), "utf8");
  // It asks for the time once the model is warm.
  const broken = `{ const Date = { now() { throw new Error("no clock"); } }; ${detector} }`;
  const page = await open({ microphone: "device", files: { "/broken.js": broken } });
  const talk = await page.evaluate(async () => {
    const engine = audio.createAudioEngine();
    const microphone = audio.createMicrophone({ engine });
    const failures: string[] = [];
    let hasEnded = false;
    let frames = 0;
    let changed = () => {};
    const until = async (ready: () => boolean) => {
      while (!ready()) {
        await new Promise<void>((resolve) => {
          changed = resolve;
        });
      }
    };
    microphone.setDetection({
      ...{ vad: "silero", bargeIn: "pause", workletUrl: "/broken.js" },
      ...{ positiveThreshold: 0.5, negativeThreshold: 0.2, hangOverMs: 400, minimumSpeechMs: 64 },
    });
    await microphone.start({
      onFrame() {
        frames++;
        changed();
      },
      onEnded() {
        hasEnded = true;
        changed();
      },
      onDetectorFailed({ code, message }) {
        failures.push(`${code}: ${message}`);
        changed();
      },
    });
    await until(() => hasEnded || failures.length > 0);
    const goal = frames + 25;
    await until(() => hasEnded || frames >= goal);
    microphone.stop();
    await engine.close();
    return { failures, hasEnded };
  });
  expect(talk).toEqual({
    failures: [expect.stringMatching(/^detector-failed: .*no clock.*Loudness alone/)],
    hasEnded: false,
  });
  await expectClean(page);
});
