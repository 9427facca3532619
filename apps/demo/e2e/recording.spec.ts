import { readFile } from "node:fs/promises";
import {
  bestCorrelation,
  isSpeechHeard,
  type MonoAudio,
  readTap,
  resample,
  shareHeard,
  speak,
  toFloat,
} from "@layercode/browser-testing";
import type { Page } from "@playwright/test";
import type { DemoPage } from "./demo-page.js";
import { expect, test } from "./fixtures.js";
import { installMicrophoneTap, readMicrophoneTap } from "./microphone-tap.js";
import { audibleMs, sentence } from "./sounds.js";
import { agentTurn, replayFinished, userTurnOpened } from "./wire.js";
import "./contract/change-options.js";

const rate = 16_000;

/** The file that the page offers, as its user gets it. */
async function download(demo: DemoPage) {
  const downloading = demo.page.waitForEvent("download");
  await demo.panel.getByRole("link", { name: "Download the recording" }).click();
  return stereo(await readFile(await (await downloading).path()));
}

/** Both channels of a WAV file. */
function stereo(bytes: Buffer): { left: Float32Array; right: Float32Array } {
  expect([bytes.toString("latin1", 0, 4), bytes.readUInt16LE(22), bytes.readUInt32LE(24)]).toEqual(["RIFF", 2, rate]);
  expect(bytes.readUInt32LE(40)).toBe(bytes.length - 44);
  const channel = (offset: number) =>
    toFloat(Int16Array.from({ length: (bytes.length - 44) / 4 }, (_, i) => bytes.readInt16LE(44 + 4 * i + offset)));
  return { left: channel(0), right: channel(2) };
}

const atRate = ({ samples, sampleRate }: MonoAudio) => resample(toFloat(samples), sampleRate, rate);

test("a conversation with a barge-in: the user left, the agent right as it was heard, at their times", async ({
  openScripted,
  nextSession,
}) => {
  const spoken = await sentence("Excuse me, I have to interrupt you here for a moment.");
  const demo = await openScripted({ agent: "ag-talkative", hears: true, prepare: installMicrophoneTap });
  // Before there is sound: it waits for it.
  await demo.button("Record").click();
  await demo.volume.fill("0.6");
  await demo.button("Start conversation").click();
  const session = await nextSession();
  const story = await agentTurn(session);
  await expect(demo.words("The agent is speaking")).toBeVisible();
  const speaking = speak(demo.page, spoken);
  const interruption = await userTurnOpened(session);
  await speaking;
  await replayFinished(session, story);
  await replayFinished(session, await agentTurn(session, interruption));
  const [rendered, captured] = await Promise.all([readTap(demo.page), readMicrophoneTap(demo.page)]);
  await demo.button("End").click();
  const { left, right } = await download(demo);
  await expect(demo.button("Record")).toBeVisible();

  expect(isSpeechHeard("chromium", atRate(spoken), left, rate)).toBe(true);
  // All that came out of the loudspeaker: ducked, paused, cut, and at that volume.
  expect(rendered.holes).toBe(0);
  const ofAgent = bestCorrelation(resample(rendered.samples, rendered.sampleRate, rate), right);
  expect(ofAgent.correlation).toBeGreaterThan(0.95);
  expect(audibleMs(right, rate)).toBeGreaterThan(1000);
  // Both begin at the same moment of the audio clock, by the two taps of the test.
  const ofUser = bestCorrelation(resample(captured.samples, captured.sampleRate, rate), left);
  expect(ofUser.correlation).toBeGreaterThan(0.95);
  const beginning = (tap: { startFrame: number; sampleRate: number }, lag: number) =>
    tap.startFrame / tap.sampleRate - lag / rate;
  const apart = Math.abs(beginning(rendered, ofAgent.lag) - beginning(captured, ofUser.lag)) * 1000;
  expect(apart).toBeLessThanOrEqual(5);
  test
    .info()
    .annotations.push({ type: "measured", description: `${ofAgent.correlation} ${ofUser.correlation} ${apart} ms` });
});

test("muted, without a microphone, and over a lost connection: the same file goes on, silent on the left", async ({
  openScripted,
  nextSession,
}) => {
  test.slow();
  const unheard = await sentence("Can you hear me now?");
  const spoken = await sentence("I am back again, and there is more to say.");
  const demo = await openScripted({ agent: "ag-reserved" });
  await demo.button("Start conversation").click();
  const session = await nextSession();
  await expect(demo.status).toHaveText("Connected");
  await demo.button("Record").click();
  await expect(demo.button("Stop recording")).toBeVisible();
  await demo.button("Mute").click();
  await speak(demo.page, unheard);
  await demo.button("Mute").click();
  await demo.takePartBy("Typing only");
  session.faults.drop({ how: "reset" });
  const next = await nextSession();
  await expect(demo.status).toHaveText("Connected");
  await demo.write("Hello.");
  await replayFinished(next, await agentTurn(next));
  await demo.takePartBy("Talking");
  await next.waitFor("client.audio");
  await speak(demo.page, spoken);
  await demo.button("Stop recording").click();
  const { left, right } = await download(demo);

  test.info().annotations.push({ type: "measured", description: `${shareHeard(atRate(spoken), left, rate / 4)}` });
  const { lag } = bestCorrelation(atRate(spoken), left);
  expect(isSpeechHeard("chromium", atRate(spoken), left, rate)).toBe(true);
  // Said while muted, it is not there; its time is.
  expect(lag / rate).toBeGreaterThan(unheard.samples.length / unheard.sampleRate);
  expect(audibleMs(left.subarray(0, Math.floor(lag) - rate / 10), rate)).toBe(0);
  expect(audibleMs(right, rate)).toBeGreaterThan(300);
  expect(audibleMs(right.subarray(Math.floor(lag)), rate)).toBe(0);
  await expect(demo.status).toHaveText("Connected");
});

test("muted with a hint the page hears the user, and the recording nothing", async ({ openScripted, nextSession }) => {
  test.slow();
  const unheard = await sentence("This is between me and my neighbour, and nobody else is to hear any of it later.");
  const spoken = await sentence("Now I am back with you again, and everything that I say may be written down.");
  const demo = await openScripted({ agent: "ag-reserved", hears: true });
  await demo.button("Start conversation").click();
  await (await nextSession()).waitFor("client.audio");
  await demo.button("Mute").click();
  await demo.button("Record").click();
  await expect(demo.button("Stop recording")).toBeVisible();
  // The microphone has heard it. The detector has code to load: what is said before it listens is heard by nobody.
  await expect(async () => {
    await speak(demo.page, unheard);
    await expect(demo.words("You are talking while muted")).toBeVisible({ timeout: 1000 });
  }).toPass();
  await demo.button("Stop recording").click();
  const muted = await download(demo);
  expect(muted.left.length / rate).toBeGreaterThan(unheard.samples.length / unheard.sampleRate);
  expect(muted.left.every((sample) => sample === 0)).toBe(true);

  // One that begins while muted has what is said afterwards, and only that.
  await demo.button("Record").click();
  await expect(demo.button("Stop recording")).toBeVisible();
  await speak(demo.page, unheard);
  await demo.button("Mute").click();
  await speak(demo.page, spoken);
  await demo.button("Stop recording").click();
  const { left } = await download(demo);
  expect(isSpeechHeard("chromium", atRate(spoken), left, rate)).toBe(true);
  expect(isSpeechHeard("chromium", atRate(unheard), left, rate)).toBe(false);
});

test("half a minute at 48 kHz leaves nothing on the page's heap", async ({ openScripted, nextSession }) => {
  test.slow();
  const demo = await openScripted({ agent: "ag-talkative" });
  await demo.button("Start conversation").click();
  await agentTurn(await nextSession());
  await demo.page.evaluate(async () => {
    const recording = await globalThis.panels[0]?.client?.startRecording({ sampleRate: 48_000 });
    Object.assign(globalThis, { recording });
  });
  const [begin, end] = [8000, 38_000];
  await recorded(demo.page, begin);
  const before = await heapOf(demo.page);
  await recorded(demo.page, end);
  const grown = (await heapOf(demo.page)) - before;
  const { bytes, durationMs } = await demo.page.evaluate(async () => {
    const { recording } = globalThis as unknown as Recorded;
    return { bytes: (await recording.stop()).size, durationMs: recording.durationMs };
  });
  expect(bytes).toBe(44 + Math.round((durationMs / 1000) * 48_000) * 4);
  // The output tap of the tests keeps what it hears: 4 bytes a sample, and 8 for each 128.
  const { sampleRate } = await readTap(demo.page);
  const ofTap = ((end - begin) / 1000) * sampleRate * (4 + 8 / 128);
  test.info().annotations.push({ type: "measured", description: `${grown - ofTap} bytes` });
  // 5.8 MB have been recorded between.
  expect(grown - ofTap).toBeLessThan(1e6);
});

interface Recorded {
  recording: import("@layercode/core").Recording;
}

/** Waits until the recording of the test has so much sound. */
async function recorded(page: Page, ms: number): Promise<void> {
  const options = { timeout: 2 * ms };
  await page.waitForFunction((ms) => (globalThis as unknown as Recorded).recording.durationMs >= ms, ms, options);
}

/** What the page's scripts hold after garbage collection, the memory of typed arrays included, in bytes. */
async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const usage = (await session.send("Runtime.getHeapUsage")) as { usedSize: number; backingStorageSize?: number };
  await session.detach();
  return usage.usedSize + (usage.backingStorageSize ?? 0);
}
