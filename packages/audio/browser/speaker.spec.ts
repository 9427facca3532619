import { audibleSpans, type EnginePage, readTap, rms, tapReady } from "@layercode/browser-testing";

import { residual } from "../test/sine";
import { expect, expectClean, test } from "./fixtures";

interface PlayerPage {
  speaker: import("../src/index").Speaker;
  engine: import("../src/index").AudioEngine;
  events: [string, unknown][];
  seen(name: string, count?: number): Promise<void>;
  sine(seconds: number, from?: number): Uint8Array;
}

declare global {
  var player: PlayerPage;
}

const frequency = 440;

/** Puts a running speaker into the page, with a list of its events and a sine to play. */
async function startPlayer(page: EnginePage): Promise<void> {
  await page.evaluate(async (frequency) => {
    const engine = audio.createAudioEngine();
    const speaker = audio.createSpeaker({ engine });
    const events: [string, unknown][] = [];
    let changed = () => {};
    const note = (name: string) => (value: unknown) => {
      events.push([name, value]);
      changed();
    };
    globalThis.player = {
      speaker,
      engine,
      events,
      async seen(name, count = 1) {
        while (events.filter((event) => event[0] === name).length < count) {
          await new Promise<void>((resolve) => {
            changed = resolve;
          });
        }
      },
      sine(seconds, from = 0) {
        const length = Math.round(seconds * 16000);
        const wave = (index: number) => 0.5 * Math.sin((2 * Math.PI * frequency * (from * 16000 + index)) / 16000);
        const pcm = new Int16Array(length);
        audio.floatToPcm16(
          Float32Array.from({ length }, (_, index) => wave(index)),
          pcm,
        );
        return new Uint8Array(pcm.buffer);
      },
    };
    await speaker.start({
      onStarted: note("started"),
      onUnderrun: note("underrun"),
      onFinished: note("finished"),
      onInterrupted: note("interrupted"),
    });
  }, frequency);
  await tapReady(page);
}

test("odd chunks play without a gap, to the last sample", async ({ open }) => {
  const page = await open();
  await startPlayer(page);
  const { events, level } = await page.evaluate(async () => {
    const { speaker, events, seen, sine } = player;
    const bytes = sine(1.2);
    const sizes = [641, 3, 1184, 1, 3201, 2, 0, 999];
    for (let at = 0, turn = 0; at < bytes.length; turn++) {
      const size = sizes[turn % sizes.length] ?? 1;
      speaker.enqueue(bytes.slice(at, at + size), { turnId: "a", deltaId: `${turn}` });
      at += size;
    }
    speaker.end("a");
    await seen("started");
    let level = 0;
    const watch = setInterval(() => {
      level = Math.max(level, speaker.level());
    }, 20);
    await seen("finished");
    clearInterval(watch);
    return { events, level };
  });
  expect(events).toEqual([
    ["started", "a"],
    ["finished", { turnId: "a", deltaId: expect.any(String), ms: 1200 }],
  ]);
  expect(level).toBeGreaterThan(0.3);
  expect(level).toBeLessThan(0.4);

  const { samples, sampleRate, holes } = await readTap(page);
  expect(holes).toBe(0);
  const spans = audibleSpans(samples, sampleRate);
  expect(spans).toHaveLength(1);
  const { start, end } = spans[0]!;
  expect(Math.abs((end - start) / sampleRate - 1.2)).toBeLessThan(0.001);
  // The ends ring, as every band-limited edge does; everything between is one sine.
  const edge = Math.round(0.005 * sampleRate);
  expect(residual(samples.subarray(start + edge, end - edge), frequency, sampleRate)).toBeLessThan(-85);
});

test("an interruption fades to silence within 5 ms, tells what was rendered, and what follows plays in full", async ({
  open,
}) => {
  const page = await open();
  await startPlayer(page);
  const events = await page.evaluate(async () => {
    const { speaker, events, seen, sine } = player;
    for (let delta = 0; delta < 20; delta++) {
      speaker.enqueue(sine(0.1, delta * 0.1), { turnId: "a", deltaId: `a${delta}` });
    }
    await seen("started");
    // Half a second of rendered sound, by the context's own clock.
    const { context } = player.engine;
    const until = context.currentTime + 0.55;
    while (context.currentTime < until) await new Promise((resolve) => setTimeout(resolve, 5));
    speaker.interrupt();
    speaker.enqueue(sine(0.3), { turnId: "b", deltaId: null });
    speaker.end("b");
    await seen("finished");
    // Nothing is queued: nothing to report.
    speaker.interrupt();
    speaker.interrupt();
    return events;
  });
  const position = events[1]?.[1] as { turnId: string; deltaId: string; ms: number };
  expect(events).toEqual([
    ["started", "a"],
    ["interrupted", position],
    ["started", "b"],
    ["finished", { turnId: "b", deltaId: null, ms: 300 }],
  ]);
  expect(position.turnId).toBe("a");
  expect(position.deltaId).toBe(`a${Math.floor(position.ms / 100) - 1}`);

  const { samples, sampleRate } = await readTap(page);
  const spans = audibleSpans(samples, sampleRate);
  // What follows begins where the fade ends: one stretch of sound.
  expect(spans).toHaveLength(1);
  const { start, end } = spans[0]!;
  const cut = end - Math.round(0.3 * sampleRate);
  expect(Math.abs((cut - start) / sampleRate - position.ms / 1000)).toBeLessThan(128 / sampleRate);
  const edge = Math.round(0.005 * sampleRate);
  expect(residual(samples.subarray(cut + edge, end - edge), frequency, sampleRate)).toBeLessThan(-85);
  // Undisturbed until 5 ms before the cut, then down to nothing without a step.
  expect(residual(samples.subarray(start + edge, cut - edge - 5), frequency, sampleRate)).toBeLessThan(-85);
  expect(steepest(samples.subarray(start, cut))).toBeLessThan(steepestOfSine(sampleRate) * 1.2);
  expect(rms(samples.subarray(cut - 22, cut - 2))).toBeLessThan(0.01);
});

test("an interruption with nothing behind it leaves silence", async ({ open }) => {
  const page = await open();
  await startPlayer(page);
  const events = await page.evaluate(async () => {
    const { speaker, events, seen, sine } = player;
    speaker.enqueue(sine(60), { turnId: "a", deltaId: null });
    await seen("started");
    speaker.interrupt();
    await seen("interrupted");
    const { context } = player.engine;
    const until = context.currentTime + 0.3;
    while (context.currentTime < until) await new Promise((resolve) => setTimeout(resolve, 5));
    speaker.end("a");
    speaker.interrupt();
    return events.map(([name]) => name);
  });
  expect(events).toEqual(["started", "interrupted"]);
  const { samples, sampleRate } = await readTap(page);
  const spans = audibleSpans(samples, sampleRate);
  expect(spans).toHaveLength(1);
  expect(samples.length - spans[0]!.end).toBeGreaterThan(0.25 * sampleRate);
});

test("stopping in mid-speech falls silent without a click, and closing the engine waits for it", async ({ open }) => {
  const page = await open();
  await startPlayer(page);
  const states = await page.evaluate(async () => {
    const { engine, speaker, seen, sine } = player;
    const { context } = engine;
    const play = async (seconds: number) => {
      const until = context.currentTime + seconds;
      while (context.currentTime < until) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    speaker.enqueue(sine(2), { turnId: "a", deltaId: null });
    await seen("started");
    await play(0.2);
    speaker.stop();
    await play(0.2);
    let faded = () => {};
    engine.holdOpen(
      new Promise((resolve) => {
        faded = resolve;
      }),
    );
    const closed = engine.close();
    await Promise.resolve();
    const held = context.state;
    faded();
    await closed;
    return [held, context.state];
  });
  expect(states).toEqual(["running", "closed"]);
  const { samples, sampleRate } = await readTap(page);
  const spans = audibleSpans(samples, sampleRate);
  expect(spans).toHaveLength(1);
  const { start, end } = spans[0]!;
  expect((end - start) / sampleRate).toBeLessThan(1);
  expect(samples.length - end).toBeGreaterThan(0.1 * sampleRate);
  expect(steepest(samples.subarray(start))).toBeLessThan(steepestOfSine(sampleRate) * 1.2);
});

function steepest(samples: Float32Array): number {
  return samples.slice(1).reduce((most, sample, index) => Math.max(most, Math.abs(sample - samples[index]!)), 0);
}

function steepestOfSine(sampleRate: number): number {
  return (0.5 * 2 * Math.PI * frequency) / sampleRate;
}

test("a network underrun is told, fades, and the turn goes on; a turn without sound is finished at once", async ({
  open,
}) => {
  const page = await open();
  await startPlayer(page);
  const events = await page.evaluate(async () => {
    const { speaker, events, seen, sine } = player;
    speaker.end("silent");
    await seen("finished");
    speaker.enqueue(sine(0.2), { turnId: "a", deltaId: "1" });
    await seen("underrun");
    const { context } = player.engine;
    const until = context.currentTime + 0.1;
    while (context.currentTime < until) await new Promise((resolve) => setTimeout(resolve, 5));
    speaker.enqueue(sine(0.2, 0.2), { turnId: "a", deltaId: "2" });
    await seen("underrun", 2);
    speaker.end("a");
    await seen("finished", 2);
    return events;
  });
  expect(events).toEqual([
    ["finished", { turnId: "silent", deltaId: null, ms: 0 }],
    ["started", "a"],
    ["underrun", { turnId: "a", deltaId: "1", ms: 200 }],
    ["started", "a"],
    ["underrun", { turnId: "a", deltaId: "2", ms: 400 }],
    ["finished", { turnId: "a", deltaId: "2", ms: 400 }],
  ]);
  const { samples, sampleRate } = await readTap(page);
  const spans = audibleSpans(samples, sampleRate);
  expect(spans).toHaveLength(2);
  // Down and up without a step. The attack of the turn is as sharp as it was sent.
  const afterAttack = samples.subarray(spans[0]!.start + Math.round(0.005 * sampleRate));
  expect(steepest(afterAttack)).toBeLessThan(steepestOfSine(sampleRate) * 1.1);
});

test("stop silences without a word; aborted and replaced starts leave nothing", async ({ open }) => {
  const page = await open();
  await startPlayer(page);
  const result = await page.evaluate(async () => {
    const { speaker, engine, events, seen, sine } = player;
    speaker.enqueue(sine(5), { turnId: "a", deltaId: null });
    await seen("started");
    speaker.stop();
    speaker.enqueue(sine(1), { turnId: "late", deltaId: null });
    speaker.end("late");
    const silent = { onStarted() {}, onUnderrun() {}, onFinished() {}, onInterrupted() {} };
    const outcome = (start: Promise<void>) =>
      start.then(
        () => "started",
        (error) => error.code,
      );
    const controller = new AbortController();
    const aborted = outcome(speaker.start(silent, controller.signal));
    controller.abort();
    const replaced = outcome(speaker.start(silent));
    // What is enqueued during a start is not lost.
    let finished = () => {};
    const played = new Promise<void>((resolve) => {
      finished = resolve;
    });
    const started = outcome(speaker.start({ ...silent, onFinished: () => finished() }));
    speaker.enqueue(sine(0.02), { turnId: "early", deltaId: null });
    speaker.end("early");
    await played;
    speaker.stop();
    await engine.close();
    await engine.close();
    const late = outcome(speaker.start(silent));
    return { events, outcomes: await Promise.all([aborted, replaced, started, late]) };
  });
  expect(result.events).toEqual([["started", "a"]]);
  expect(result.outcomes).toEqual(["aborted", "aborted", "started", "aborted"]);
  await expectClean(page);
});
