import { audibleSpans, type EnginePage, readTap, rms, tapReady } from "@layercode/browser-testing";
import { click } from "../test/click.js";
import { residual } from "../test/sine.js";
import { expect, expectClean, test } from "./fixtures.js";

interface PlayerPage {
  speaker: import("../src/index.js").Speaker;
  engine: import("../src/index.js").AudioEngine;
  events: [string, unknown][];
  seen(name: string, count?: number): Promise<void>;
  /** Resolves when the context has played for so long. */
  play(seconds: number): Promise<void>;
  sine(seconds: number, from?: number): Uint8Array;
}

declare global {
  var player: PlayerPage;
}

const frequency = 440;

/**
 * Seconds of the first message, where what is heard must be as it was sent: on a busy machine the messages of one task reach
 * the audio thread apart, and the player stretches while it has less than 60 ms.
 */
const ample = 0.25;

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
      async play(seconds) {
        const until = engine.context.currentTime + seconds;
        while (engine.context.currentTime < until) await new Promise((resolve) => setTimeout(resolve, 5));
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

/** What the worklet counts to a position; how much it is, worklet.test.ts says. */
const figures = { stretchedMs: expect.any(Number), concealedMs: expect.any(Number) };

test("odd chunks play without a gap, to the last sample", async ({ open }) => {
  const page = await open();
  await startPlayer(page);
  const { events, level, after } = await page.evaluate(async () => {
    const { speaker, events, seen, play, sine } = player;
    const bytes = sine(1.2);
    // The first one is ample.
    const sizes = [8001, 641, 3, 1184, 1, 3201, 2, 0, 999];
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
    await play(0.1);
    return { events, level, after: speaker.level() };
  });
  expect(events).toEqual([
    ["started", "a"],
    ["finished", { turnId: "a", deltaId: expect.any(String), byteOffset: 38400, ms: 1200, ...figures }],
  ]);
  expect(level).toBeGreaterThan(0.3);
  expect(level).toBeLessThan(0.4);
  expect(after).toBe(0);

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
  const events = await page.evaluate(async (ample) => {
    const { speaker, events, seen, sine } = player;
    for (let delta = 0; delta < 8; delta++) {
      speaker.enqueue(sine(ample, delta * ample), { turnId: "a", deltaId: `a${delta}` });
    }
    await seen("started");
    await player.play(0.55);
    speaker.interrupt();
    speaker.enqueue(sine(0.3), { turnId: "b", deltaId: null });
    speaker.end("b");
    await seen("finished");
    // Nothing is queued: nothing to report.
    speaker.interrupt();
    speaker.interrupt();
    return events;
  }, ample);
  const position = events[1]?.[1] as { turnId: string; deltaId: string; ms: number };
  expect(events).toEqual([
    ["started", "a"],
    ["interrupted", position],
    ["started", "b"],
    ["finished", { turnId: "b", deltaId: null, byteOffset: 9600, ms: 300, ...figures }],
  ]);
  expect(position.turnId).toBe("a");
  expect(position.deltaId).toBe(`a${Math.floor(position.ms / 1000 / ample) - 1}`);

  const { samples, sampleRate } = await readTap(page);
  const spans = audibleSpans(samples, sampleRate);
  const start = spans[0]!.start;
  const end = spans.at(-1)!.end;
  // What follows begins where the fade ends; later only where its message came in a later quantum than the interruption.
  const follows = end - Math.round(0.3 * sampleRate);
  const cut = start + Math.round((position.ms / 1000) * sampleRate);
  expect(follows - cut).toBeGreaterThanOrEqual(-4);
  expect(follows - cut).toBeLessThan(0.25 * sampleRate);
  const edge = Math.round(0.005 * sampleRate);
  expect(residual(samples.subarray(follows + edge, end - edge), frequency, sampleRate)).toBeLessThan(-85);
  expect(rms(samples.subarray(cut, Math.max(cut + 1, follows - edge)))).toBeLessThan(0.01);
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
    await player.play(0.3);
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
    const { engine, speaker, seen, sine, play } = player;
    const { context } = engine;
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
    await player.play(0.1);
    speaker.enqueue(sine(0.2, 0.2), { turnId: "a", deltaId: "2" });
    await seen("underrun", 2);
    speaker.end("a");
    await seen("finished", 2);
    return events;
  });
  expect(events).toEqual([
    ["finished", { turnId: "silent", deltaId: null, byteOffset: 0, ms: 0, ...figures }],
    ["started", "a"],
    ["underrun", { turnId: "a", deltaId: "1", byteOffset: 6400, ms: 200, ...figures }],
    ["started", "a"],
    ["underrun", { turnId: "a", deltaId: "2", byteOffset: 12800, ms: 400, ...figures }],
    ["finished", { turnId: "a", deltaId: "2", byteOffset: 12800, ms: 400, ...figures }],
  ]);
  const { samples, sampleRate } = await readTap(page);
  const spans = audibleSpans(samples, sampleRate);
  expect(spans).toHaveLength(2);
  // Down and up without a step. The attack of the turn is as sharp as it was sent.
  const afterAttack = samples.subarray(spans[0]!.start + Math.round(0.005 * sampleRate));
  expect(steepest(afterAttack)).toBeLessThan(steepestOfSine(sampleRate) * 1.1);
});

test("25 interruptions of a tone: none clicks, and each is silent 5 ms after the fade has begun", async ({ open }) => {
  const page = await open();
  await startPlayer(page);
  const positions = await page.evaluate(async () => {
    const { speaker, events, seen, play, sine } = player;
    for (let cut = 0; cut < 25; cut++) {
      speaker.enqueue(sine(5), { turnId: `${cut}`, deltaId: null });
      await seen("started", cut + 1);
      await play(0.1);
      speaker.interrupt();
      await seen("interrupted", cut + 1);
      await play(0.08);
    }
    return events.flatMap(([name, value]) => (name === "interrupted" ? [value as { ms: number }] : []));
  });
  const { samples, sampleRate } = await readTap(page);
  const spans = audibleSpans(samples, sampleRate, 0.0001);
  expect(spans).toHaveLength(25);
  spans.forEach(({ start, end }, cut) => {
    // The fade ends where it is reported to, and the sine before it is whole.
    const silent = start + Math.round((positions[cut]!.ms / 1000) * sampleRate);
    expect(Math.abs(end - silent)).toBeLessThan(128);
    const fade = Math.ceil(0.00533 * sampleRate) + 128;
    const edge = Math.round(0.005 * sampleRate);
    expect(residual(samples.subarray(start + edge, end - fade), frequency, sampleRate)).toBeLessThan(-85);
    expect(click(samples.subarray(end - 900, end + 900), sampleRate, 0.5)).toBeLessThan(-70);
  });
});

test("a pause holds what is queued, and plays on from the very sample", async ({ open }) => {
  const page = await open();
  await startPlayer(page);
  const events = await page.evaluate(async () => {
    const { speaker, events, seen, play, sine } = player;
    // So much is buffered that nothing is stretched.
    speaker.enqueue(sine(0.6), { turnId: "a", deltaId: "1" });
    await seen("started");
    await play(0.2);
    speaker.pause();
    await play(0.1);
    speaker.enqueue(sine(0.2, 0.6), { turnId: "a", deltaId: "2" });
    speaker.end("a");
    await play(0.4);
    speaker.resume();
    await seen("finished");
    return events;
  });
  expect(events).toEqual([
    ["started", "a"],
    ["started", "a"],
    ["finished", { turnId: "a", deltaId: "2", byteOffset: 25600, ms: 800, ...figures }],
  ]);
  const { samples, sampleRate } = await readTap(page);
  const spans = audibleSpans(samples, sampleRate, 0.0001);
  expect(spans).toHaveLength(2);
  const [before, after] = spans as [(typeof spans)[0], (typeof spans)[0]];
  // What is weakened to less than the threshold is not counted.
  const played = before.end - before.start + after.end - after.start;
  expect(Math.abs(played / sampleRate - 0.8)).toBeLessThan(0.001);
  // One sine, but for the 10 ms in which it fades out and in.
  const edge = Math.round(0.006 * sampleRate);
  const first = samples.subarray(before.start + edge, before.end - edge);
  const second = samples.subarray(after.start + edge, after.end - edge);
  expect(residual(first, frequency, sampleRate)).toBeLessThan(-85);
  expect(residual(second, frequency, sampleRate)).toBeLessThan(-85);
  expect(click(samples.subarray(before.end - 900, before.end + 900), sampleRate, 0.5)).toBeLessThan(-70);
  expect(click(samples.subarray(after.start - 900, after.start + 900), sampleRate, 0.5)).toBeLessThan(-70);
});

test("volume is kept over starts, ducking is not; both move without a click", async ({ open }) => {
  const page = await open();
  await startPlayer(page);
  await page.evaluate(async () => {
    const { speaker, seen, play, sine } = player;
    speaker.setVolume(0.5);
    speaker.enqueue(sine(1), { turnId: "a", deltaId: null });
    await seen("started");
    await play(0.2);
    speaker.duck(0.2);
    await play(0.2);
    let started = () => {};
    const again = new Promise<void>((resolve) => {
      started = resolve;
    });
    await speaker.start({ onStarted: started, onUnderrun() {}, onFinished() {}, onInterrupted() {} });
    await play(0.2);
    speaker.enqueue(sine(1), { turnId: "b", deltaId: null });
    await again;
    await play(0.2);
    speaker.stop();
    await play(0.1);
  });
  const { samples, sampleRate } = await readTap(page);
  const spans = audibleSpans(samples, sampleRate);
  expect(spans).toHaveLength(2);
  const [first, second] = spans as [(typeof spans)[0], (typeof spans)[0]];
  const loudness = (at: number) => rms(samples.subarray(at, at + Math.round(sampleRate / 10))) * Math.SQRT2;
  expect(loudness(first.start + Math.round(0.05 * sampleRate))).toBeCloseTo(0.25, 2);
  expect(loudness(first.end - Math.round(0.11 * sampleRate))).toBeCloseTo(0.05, 2);
  expect(loudness(second.start + Math.round(0.05 * sampleRate))).toBeCloseTo(0.25, 2);
  expect(click(samples.subarray(first.start + 1000, first.end + 900), sampleRate, 0.25)).toBeLessThan(-70);
});

test("position() is exact as rendered, and less by the output's latency as heard", async ({ open }) => {
  const page = await open();
  await startPlayer(page);
  const result = await page.evaluate(async (ample) => {
    const { speaker, engine, seen, play, sine } = player;
    const before = await speaker.position();
    for (let delta = 0; delta < 4; delta++) {
      speaker.enqueue(sine(ample, delta * ample), { turnId: "a", deltaId: `${delta}` });
    }
    speaker.end("a");
    await seen("started");
    await play(0.3);
    speaker.pause();
    // It stands still 5 ms later; half a second on all of it was heard, too.
    await play(0.02);
    const paused = await speaker.position();
    await play(0.5);
    const late = await speaker.position();
    speaker.resume();
    await play(0.2);
    const asked = speaker.position();
    const latency = engine.outputLatency;
    const positions = await asked;
    await seen("finished");
    speaker.stop();
    return { before, paused, late, positions, latency, after: await speaker.position() };
  }, ample);
  const { before, paused, late, positions, latency, after } = result;
  expect(before).toBeNull();
  expect(after).toBeNull();
  expect(late?.rendered).toEqual(paused?.rendered);
  expect(late?.heard).toEqual(late?.rendered);
  const { samples, sampleRate } = await readTap(page);
  const [first] = audibleSpans(samples, sampleRate, 0.0001);
  const renderedMs = ((first!.end - first!.start) / sampleRate) * 1000;
  expect(Math.abs((late?.rendered.ms ?? 0) - renderedMs)).toBeLessThan(2.9);
  const { rendered, heard } = positions!;
  expect(rendered.ms - heard.ms).toBeCloseTo(latency * 1000, 0);
  for (const { ms, byteOffset, deltaId } of [rendered, heard]) {
    expect(byteOffset).toBe(ms * 32);
    expect(deltaId).toBe(`${Math.floor(ms / 1000 / ample) - 1}`);
  }
});

test("a rate that nothing plays at is refused", async ({ open }) => {
  const page = await open();
  const errors = await page.evaluate(async () => {
    const engine = audio.createAudioEngine();
    const errors = [NaN, 0, 2999, 44100.5, 192001].map((sampleRate) => {
      try {
        audio.createSpeaker({ engine, sampleRate });
        return "made";
      } catch (error) {
        return String(error);
      }
    });
    await engine.close();
    return errors;
  });
  expect(errors[0]).toBe('AudioError: Option "sampleRate" is NaN. Pass an integer from 3000 to 192000, in Hz.');
  expect(errors.every((error) => error.startsWith('AudioError: Option "sampleRate"'))).toBe(true);
  await expectClean(page);
});

test("the spectrum shows what is playing, and nothing when it is stopped", async ({ open }) => {
  const page = await open();
  await startPlayer(page);
  const { peak, stopped, spacing } = await page.evaluate(async () => {
    const { speaker, engine, seen, play, sine } = player;
    const bins = new Float32Array(1100);
    speaker.spectrum(bins);
    speaker.enqueue(sine(2), { turnId: "a", deltaId: null });
    await seen("started");
    await play(0.5);
    speaker.spectrum(bins);
    const peak = bins.indexOf(Math.max(...bins));
    speaker.stop();
    speaker.spectrum(bins);
    return {
      peak,
      stopped: bins.every((bin) => bin === -Infinity),
      spacing: engine.context.sampleRate / 2048,
    };
  });
  expect(Math.abs(peak * spacing - frequency)).toBeLessThan(spacing);
  expect(stopped).toBe(true);
});

test("an output device that is not there is refused by name, and the system's choice is always there", async ({
  open,
  engine,
}) => {
  const page = await open();
  await startPlayer(page);
  const outcomes = await page.evaluate(() => {
    const outcome = (set: Promise<void>) =>
      set.then(
        () => "set",
        (error) => error.code,
      );
    const { speaker } = player;
    return Promise.all([outcome(speaker.setDevice("no such device")), outcome(speaker.setDevice(null))]);
  });
  // Firefox and WebKit have no setSinkId() of a context.
  expect(outcomes).toEqual([engine === "chromium" ? "device-not-found" : "output-unsupported", "set"]);
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

test("an interruption just before the end is answered, and nothing else is", async ({ open }) => {
  const page = await open();
  await startPlayer(page);
  const { events, later, state } = await page.evaluate(async () => {
    const { speaker, engine, events, seen, play, sine } = player;
    const later: string[] = [];
    const noted = { onUnderrun() {}, onFinished() {}, onInterrupted: () => later.push("interrupted") };
    speaker.enqueue(sine(5), { turnId: "a", deltaId: null });
    await seen("started");
    await play(0.3);
    speaker.interrupt();
    // Another start is an end, too.
    await speaker.start({ ...noted, onStarted: () => later.push("started") });
    await seen("interrupted");
    speaker.enqueue(sine(5), { turnId: "b", deltaId: null });
    while (later.length === 0) await play(0.01);
    speaker.interrupt();
    speaker.enqueue(sine(5), { turnId: "c", deltaId: null });
    speaker.stop();
    await engine.close();
    return { events, later, state: engine.context.state };
  });
  expect(state).toBe("closed");
  expect(events.map(([name]) => name)).toEqual(["started", "interrupted"]);
  const position = events[1]?.[1] as { turnId: string; ms: number };
  expect(position.turnId).toBe("a");
  expect(position.ms).toBeGreaterThan(250);
  expect(later).toEqual(["started"]);
  await expectClean(page);
});

test("close() waits for the answer to an interruption just before the end", async ({ open }) => {
  const page = await open();
  await startPlayer(page);
  const names = await page.evaluate(async () => {
    const { speaker, engine, events, seen, sine } = player;
    speaker.enqueue(sine(5), { turnId: "a", deltaId: null });
    await seen("started");
    speaker.interrupt();
    speaker.stop();
    await engine.close();
    return events.map(([name]) => name);
  });
  expect(names).toEqual(["started", "interrupted"]);
  await expectClean(page);
});

test("an engine that is closed stops its speaker: nobody waits for an answer of its audio thread", async ({ open }) => {
  const page = await open();
  const answers = await page.evaluate(async () => {
    const engine = audio.createAudioEngine();
    const speaker = audio.createSpeaker({ engine });
    await speaker.start({ onStarted() {}, onUnderrun() {}, onFinished() {}, onInterrupted() {} });
    await engine.ready();
    await engine.close();
    return [await speaker.position(), await speaker.stats(), speaker.level()];
  });
  expect(answers).toEqual([null, null, 0]);
  await expectClean(page);
});
