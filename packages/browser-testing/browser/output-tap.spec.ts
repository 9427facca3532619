import { installOutputTap, outputTapWorklet, readTap, rms, tapReady } from "../dist/index.js";
import { expect, test } from "./fixtures.js";
import { servePage } from "./serve-page.js";

test("records what reaches the destination, sample by sample", async ({ newPage }) => {
  const begunAt = Date.now();
  await using server = await servePage();
  const page = await newPage({ autoplay: true });
  await installOutputTap(page);
  await page.goto(server.url);

  const expected = await page.evaluate(async () => {
    const context = new AudioContext();
    const ramp = new AudioBuffer({ length: 5000, sampleRate: context.sampleRate });
    const samples = ramp.getChannelData(0);
    for (let i = 0; i < samples.length; i++) samples[i] = Math.fround(((i % 997) - 498) / 997);
    const opener = new GainNode(context);
    opener.connect(context.destination);
    Object.assign(globalThis, { context, ramp });
    return { samples: Array.from(samples), sampleRate: context.sampleRate };
  });
  await tapReady(page);
  const startedAt = await page.evaluate(async () => {
    const { context, ramp } = globalThis as unknown as { context: AudioContext; ramp: AudioBuffer };
    const source = new AudioBufferSourceNode(context, { buffer: ramp });
    source.connect(context.destination);
    const frame = Math.round((context.currentTime + 0.1) * context.sampleRate);
    await new Promise((resolve) => {
      source.onended = resolve;
      source.start(frame / context.sampleRate);
    });
    return frame;
  });

  const heard = await readTap(page);
  expect(heard.sampleRate).toBe(expected.sampleRate);
  const from = startedAt - heard.startFrame;
  expect(heard.holes).toBe(0);
  expect(from).toBeGreaterThan(0);
  // A start time in seconds may fall a hair beside its frame, and the source then interpolates: 1e-7 is the float's own.
  const errors = expected.samples.map((sample, i) => Math.abs(sample - heard.samples[from + i]!));
  expect(Math.max(...errors)).toBeLessThan(1e-7);
  expect(heard.samples.subarray(0, from).every((sample) => sample === 0)).toBe(true);
  // The clock of each 128 samples runs with the audio's, in steps of the device's buffer, and within this test.
  expect(heard.renderedAt.length).toBe(heard.samples.length / 128);
  expect(heard.renderedAt.every((at, i) => at >= (heard.renderedAt[i - 1] ?? begunAt))).toBe(true);
  expect(heard.renderedAt.at(-1)).toBeLessThanOrEqual(Date.now());
});

test("follows connections and disconnections, and hears every context", async ({ newPage }) => {
  const headers = { "content-security-policy": "script-src 'self'" };
  await using server = await servePage({ headers, script: outputTapWorklet });
  const page = await newPage({ autoplay: true });
  await installOutputTap(page, { workletUrl: "/tap.js" });
  await page.goto(server.url);
  await page.evaluate(() => {
    const context = new AudioContext();
    const tone = new ConstantSourceNode(context, { offset: 0.5 });
    tone.connect(context.destination);
    tone.start();
    Object.assign(globalThis, { context, tone, silent: new AudioContext() });
  });
  await tapReady(page);
  expect(new Set((await readTap(page)).samples)).toEqual(new Set([0.5]));

  const rerouted = await page.evaluate(() => {
    const { context, tone, silent } = globalThis as unknown as Record<"context" | "silent", AudioContext> & {
      tone: ConstantSourceNode;
    };
    tone.disconnect(context.destination);
    const stereo = new ChannelMergerNode(context, { numberOfInputs: 2 });
    tone.connect(stereo, 0, 1).connect(context.destination);
    new GainNode(silent).connect(silent.destination);
    let thrown = "";
    try {
      tone.disconnect(context.destination);
    } catch (error) {
      thrown = (error as DOMException).name;
    }
    return thrown;
  });
  expect(rerouted).toBe("InvalidAccessError");
  await expect.poll(async () => (await readTap(page, { context: 0 })).samples.at(-1)).toBe(0.25);
  const other = await readTap(page);
  expect(other.contexts).toBe(2);
  expect(rms(other.samples)).toBe(0);
});

test("hears all of it also while the page changes its graph without a pause", async ({ newPage }) => {
  await using server = await servePage();
  const page = await newPage({ autoplay: true });
  await installOutputTap(page);
  await page.goto(server.url);
  await page.evaluate(() => {
    const context = new AudioContext();
    const tone = new ConstantSourceNode(context, { offset: 0.5 });
    tone.connect(context.destination);
    tone.start();
    Object.assign(globalThis, { context });
  });
  await tapReady(page);
  // Each change takes the lock that the audio thread asks for before each quantum.
  await page.evaluate(async () => {
    const { context } = globalThis as unknown as { context: AudioContext };
    const until = context.currentTime + 1;
    while (context.currentTime < until) {
      for (let change = 0; change < 2000; change++) {
        const node = new GainNode(context);
        new GainNode(context).connect(node);
        node.disconnect();
      }
      await new Promise((resolve) => setTimeout(resolve));
    }
  });
  const heard = await readTap(page);
  expect(heard.holes).toBe(0);
  expect(heard.samples.length).toBeGreaterThan(heard.sampleRate);
  expect(new Set(heard.samples)).toEqual(new Set([0.5]));
});
