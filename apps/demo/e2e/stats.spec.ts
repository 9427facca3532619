// What getStats() tells of latency, against what was spoken into the microphone and what left the speaker.
import {
  audibleSpans,
  type MonoAudio,
  readTap,
  speakAndTell,
  type TapRecording,
  toFloat,
} from "@layercode/browser-testing";
import type { ClientStats, LayercodeClient, TurnSummary } from "@layercode/core";
import type { Page } from "@playwright/test";
import type { DemoPage } from "./demo-page.js";
import { expect, test } from "./fixtures.js";
import { sentence } from "./sounds.js";

const turns = 12;

/** What the page's script leaves for the console. */
interface Scene {
  panels: readonly { readonly client: LayercodeClient }[];
  summaries: TurnSummary[];
}

/** How long the sound lasts from its begin to its last sample that is no silence, in ms: 40 dB below its loudest. */
function lengthOf({ samples, sampleRate }: MonoAudio): number {
  const floats = toFloat(samples);
  const peak = floats.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  return ((floats.findLastIndex((sample) => Math.abs(sample) > peak / 100) + 1) / sampleRate) * 1000;
}

/** When a frame of a recording was rendered, in ms since the epoch: as early as its neighbours say, for blocks come late. */
function renderedAt({ renderedAt: times, sampleRate }: TapRecording, frame: number): number {
  const ms = (frames: number) => (frames * 1000) / sampleRate;
  const around = Math.round((2 * sampleRate) / 128);
  const block = Math.floor(frame / 128);
  const first = Math.max(0, block - around);
  const origins = [...times.subarray(first, block + around)].map((time, index) => time - ms((first + index) * 128));
  return Math.min(...origins) + ms(frame);
}

function stats(page: Page): Promise<ClientStats | undefined> {
  return page.evaluate(() => (globalThis as unknown as Scene).panels[0]?.client.getStats());
}

async function noteSummaries(page: Page): Promise<() => Promise<TurnSummary[]>> {
  await page.evaluate(() => {
    const scene = globalThis as unknown as Scene;
    scene.summaries = [];
    scene.panels[0]?.client.on("turn-summary", (summary) => void scene.summaries.push(summary));
  });
  return () => page.evaluate(() => (globalThis as unknown as Scene).summaries);
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

for (const [by, hears] of [
  ["the detection on the page", true],
  ["the server", false],
] as const)
  test(`voice to voice, by ${by}: what getStats() tells is what the taps hear`, async ({
    openScripted,
    nextSession,
  }) => {
    test.setTimeout(180_000);
    const spoken = await Promise.all(
      ["Can you hear me now?", "What is the weather like?", "Where is my parcel?"].map((text) => sentence(text)),
    );
    const demo: DemoPage = await openScripted({ agent: "ag-reserved", hears });
    await demo.button("Start conversation").click();
    await nextSession();
    await expect(demo.status).toHaveText("Connected");
    const summaries = await noteSummaries(demo.page);
    const spokenUntil: number[] = [];
    for (let turn = 0; turn < turns; turn++) {
      const said = spoken[turn % spoken.length];
      if (!said) throw new Error("Nothing to say.");
      spokenUntil.push((await speakAndTell(demo.page, said)) + lengthOf(said));
      await expect.poll(async () => (await summaries()).length).toBe(turn + 1);
    }
    const tap = await readTap(demo.page);
    // Between two answers is what the user says.
    const answers = audibleSpans(tap.samples, tap.sampleRate, 0.0003, 1000);
    expect(answers.length).toBe(turns);
    const heardAt = answers.map(({ start }) => renderedAt(tap, start) + tap.outputLatency * 1000);
    const truths = heardAt.map((at, turn) => at - (spokenUntil[turn] ?? Number.NaN));
    const told = (await summaries()).map(({ voiceToVoiceMs }) => voiceToVoiceMs ?? Number.NaN);
    const errors = told.map((ms, index) => ms - (truths[index] ?? Number.NaN));
    const shown = (values: number[]) => values.map((value) => value.toFixed(1)).join(" ");
    process.stdout.write(
      `  truth ${shown(truths)}\n  error ${shown(errors)}, median ${median(errors).toFixed(1)} ms\n`,
    );
    const { voiceToVoiceMs } = (await stats(demo.page))?.turns ?? {};
    expect(voiceToVoiceMs?.count).toBe(turns);
    expect(Math.abs(median(errors))).toBeLessThanOrEqual(10);
  });
