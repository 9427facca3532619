// What getStats() tells of latency, against what came from the microphone and what left the speaker.
import { audibleSpans, readTap, speak } from "@layercode/browser-testing";
import type { ClientStats, LayercodeClient, TurnSummary } from "@layercode/core";
import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.js";
import { sentence } from "./sounds.js";

const turns = 12;

/** What the page's script leaves for the console. */
interface Scene {
  panels: readonly { readonly client: LayercodeClient }[];
  summaries: TurnSummary[];
}

test("voice to voice is what the taps hear, from the last sound of the user to the first of the agent", async ({
  openScripted,
  nextSession,
}) => {
  test.setTimeout(180_000);
  const spoken = await Promise.all(
    ["Can you hear me now?", "What is the weather like?", "Where is my parcel?"].map((text) => sentence(text)),
  );
  const demo = await openScripted({ agent: "ag-reserved", hears: true, prepare: tapMicrophone });
  await demo.button("Start conversation").click();
  await nextSession();
  await expect(demo.status).toHaveText("Connected");
  const summaries = await noteSummaries(demo.page);
  for (let turn = 0; turn < turns; turn++) {
    const said = spoken[turn % spoken.length];
    if (!said) throw new Error("Nothing to say.");
    await speak(demo.page, said);
    await expect.poll(async () => (await summaries()).length).toBe(turn + 1);
  }

  const { samples, sampleRate, holes, outputLatency } = await readTap(demo.page);
  expect(holes).toBe(0);
  // The user and the agent, one after the other.
  const spans = audibleSpans(samples, sampleRate, 0.0003, 400);
  expect(spans.length).toBe(2 * turns);
  const truths = Array.from({ length: turns }, (_, turn) => {
    const [user, agent] = spans.slice(2 * turn);
    if (!user || !agent) throw new Error("Somebody was not heard.");
    const spokenUntil = user.start + lastSound(samples.subarray(user.start, user.end));
    return ((agent.start - spokenUntil) / sampleRate + outputLatency) * 1000;
  });
  const told = await summaries();
  expect(told.map(({ speechEndFrom }) => speechEndFrom)).toEqual(Array(turns).fill("detection"));
  const errors = told.map(({ voiceToVoiceMs }, turn) => (voiceToVoiceMs ?? NaN) - (truths[turn] ?? NaN));
  const shown = (values: number[]) => values.map((value) => value.toFixed(1)).join(" ");
  process.stdout.write(`  truth ${shown(truths)}\n  error ${shown(errors)}, median ${median(errors).toFixed(1)} ms\n`);
  expect(Math.abs(median(errors))).toBeLessThanOrEqual(10);
  const { voiceToVoiceMs } = (await stats(demo.page))?.turns ?? {};
  expect(voiceToVoiceMs).toMatchObject({ last: told.at(-1)?.voiceToVoiceMs, count: turns });
});

/** The output tap hears the microphone as well, on the clock of the same context. */
function tapMicrophone(page: Page): Promise<unknown> {
  return page.addInitScript(() => {
    const { connect } = AudioNode.prototype;
    AudioNode.prototype.connect = function (this: AudioNode, ...args: unknown[]) {
      if (this instanceof MediaStreamAudioSourceNode) Reflect.apply(connect, this, [this.context.destination]);
      return Reflect.apply(connect, this, args);
    } as AudioNode["connect"];
  });
}

/** Where the voice ends: what follows is a breath, more than 35 dB below the loudest sample. */
function lastSound(samples: Float32Array): number {
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  return samples.findLastIndex((sample) => Math.abs(sample) > peak * 10 ** (-35 / 20)) + 1;
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

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;
}
