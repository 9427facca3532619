import { Session } from "node:inspector/promises";
import { describe, expect, test } from "vitest";
import { noise, sine } from "../../test/signals.js";
import { sounds } from "../../test/voices.js";
import { createScope, moduleName, scripts } from "../../test/worklet-scope.js";
import type { CapturedFrame } from "../capture/framer.js";
import { designVoice } from "../dsp/filter.js";
import { floatToPcm16 } from "../dsp/pcm.js";
import { approximateRatio } from "../dsp/ratio.js";
import { type TapReport, tapName } from "../recording/commands.js";
import type { PlayerReport, RecorderReport } from "./messages.js";
import { playerName, recorderName } from "./messages.js";

test("the script needs no import, no name of this machine, no filter that it does not use, and may be loaded twice", () => {
  for (const text of Object.values(scripts)) {
    expect(text).not.toMatch(/\bimport\b|\brequire\b/);
    expect(text).not.toContain(process.cwd());
    expect(text).not.toContain("low-latency");
  }
  const scope = createScope();
  expect(() => scope.load()).not.toThrow();
  scope.loadDetector();
  expect(() => scope.loadDetector()).not.toThrow();
  scope.loadTap();
  expect(() => scope.loadTap()).not.toThrow();
});

test("V8 has compiled what the first quanta of a microphone and of a voice run when the script is evaluated", async () => {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
  /** Functions of the script that were called since it was asked last, by where they stand in it. */
  async function called(): Promise<number[]> {
    const { result } = await session.post("Profiler.takePreciseCoverage");
    return result
      .filter(({ url }) => url === moduleName)
      .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges))
      .filter(({ count }) => count > 0)
      .map(({ startOffset }) => startOffset);
  }
  const scope = createScope();
  const compiled = await called();
  const recorder = scope.start(recorderName, { outputRate: 8000, frameLength: 160, detection: false });
  const player = scope.start(playerName, { engine: 1, gain: 1, sampleRate: 16000, playout: "adaptive" });
  player.say({ type: "enqueue", pcm: new Int16Array(800).fill(1000), turnId: "a", deltaId: null, byteOffset: 0 });
  await called();
  for (let quantum = 0; quantum < 20; quantum++) {
    recorder.process(noise(128));
    player.process();
  }
  const first = (await called()).filter((place) => !compiled.includes(place));
  session.disconnect();
  expect(compiled.length).toBeGreaterThan(50);
  // The processors' own: short functions that only pass things on.
  expect(first.length).toBeLessThanOrEqual(10);
});

describe("the tap", () => {
  /** A tap at the context's own rate, and one quantum of two inputs. */
  function startTap(quantum = 128) {
    const scope = createScope(48_000, quantum);
    scope.loadTap();
    const filter = designVoice(approximateRatio(48_000, 48_000));
    return scope.start<TapReport>(tapName, { outputRate: 48_000, filter, blockLength: 300 });
  }

  test("delivers both inputs side by side, an input without a source as silence, and at the end what is left", () => {
    const { hear, say, take } = startTap();
    hear(0.5, 0.25);
    hear(null, 0.25);
    hear(0.5, null);
    const [block, ...none] = take();
    expect(none).toEqual([]);
    const half = Math.round(0.5 * 32767);
    const quarter = Math.round(0.25 * 32767);
    const frame = (index: number) => block?.type === "block" && [...block.pcm.subarray(2 * index, 2 * index + 2)];
    expect([frame(0), frame(127), frame(128), frame(255), frame(256), frame(299)]).toEqual([
      [half, quarter],
      [half, quarter],
      [0, quarter],
      [0, quarter],
      [half, 0],
      [half, 0],
    ]);
    say({ type: "end" });
    expect(take()).toEqual([expect.objectContaining({ type: "block", frames: 84 }), { type: "ended" }]);
    expect(hear(0.5, 0.5)).toBe(false);
    expect(take()).toEqual([]);
    expect(hear(null, null)).toBe(false);
    expect(take()).toEqual([{ type: "ended" }]);
  });

  test("hears no microphone while it is told so", () => {
    const { hear, say, take } = startTap();
    say({ type: "hear", microphone: false });
    hear(0.5, 0.25);
    say({ type: "hear", microphone: true });
    hear(0.5, 0.25);
    say({ type: "end" });
    const [block] = take();
    const left = block?.type === "block" ? [block.pcm[0], block.pcm[2 * 127], block.pcm[2 * 128]] : [];
    expect(left).toEqual([0, 0, Math.round(0.5 * 32767)]);
  });

  test.each([64, 128, 512])(
    "time in which nothing was rendered is silence; a clock that stands still loses nothing: quanta of %i",
    (quantum) => {
      const { hear, say, take, skip } = startTap(quantum);
      skip(5);
      hear(0.5, 0.5);
      skip(1);
      hear(0.5, 0.5);
      skip(-1);
      hear(0.5, 0.5);
      hear(0.5, 0.5);
      say({ type: "end" });
      const left = take().flatMap((report) =>
        report.type === "block"
          ? [...report.pcm.subarray(0, 2 * report.frames)].filter((_, index) => index % 2 === 0)
          : [],
      );
      const sounding = Array.from({ length: left.length / quantum }, (_, index) => left[quantum * (index + 0.5)] !== 0);
      expect(sounding).toEqual([true, false, true, true, true]);
    },
  );
});

describe("the recorder", () => {
  test("is designed when the script loads: opening a microphone holds no sound up", () => {
    const scope = createScope(44100);
    scope.run("logarithms = 0; { const { log } = Math; Math.log = (x) => (logarithms++, log(x)); }");
    scope.start(recorderName, { outputRate: 8000, frameLength: 160, detection: true });
    // Only the shared response, which takes the longest, needs them.
    expect(scope.run("logarithms")).toBe(0);
  });

  test("posts a copy of a frame every 20 ms, flushes and closes", () => {
    const recorder = createScope().start<RecorderReport>(recorderName, {
      outputRate: 8000,
      frameLength: 160,
      detection: true,
    });
    const input = sine(500, 48000, 128 * 750, 0.5);
    const frames: CapturedFrame[] = [];
    const messages: number[] = [];
    for (let block = 0; block < 750; block++) {
      recorder.process(input.subarray(block * 128, (block + 1) * 128));
      const reports = recorder.take();
      messages.push(reports.length);
      for (const report of reports) if (report.type === "frame") frames.push(report);
    }
    expect(Math.max(...messages)).toBe(1);
    expect(frames).toHaveLength(100);
    expect(frames.every(({ length, detectionLength }) => length === 160 && detectionLength === 320)).toBe(true);
    expect(frames.at(-1)?.level).toBeCloseTo(0.5 / Math.SQRT2, 3);
    expect(frames[99]!.time - frames[0]!.time).toBeCloseTo(99 * 0.02, 9);
    recorder.process(new Float32Array(128));
    recorder.take();
    recorder.say({ type: "flush" });
    for (let block = 0; block < 2; block++) recorder.process(new Float32Array(128));
    expect(recorder.take()).toEqual([
      expect.objectContaining({ type: "frame", detectionLength: expect.any(Number) }),
      { type: "flushed" },
    ]);
    recorder.say({ type: "close" });
    expect(recorder.take()).toEqual([]);
    expect(recorder.process(new Float32Array(128)).alive).toBe(false);
    expect(recorder.take()).toEqual([{ type: "closed" }]);
  });
});

describe("the player", () => {
  const at = (turnId: string, deltaId: string | null, ms: number) => ({ turnId, deltaId, byteOffset: ms * 32, ms });

  test("plays what it is given, reports, and closes", () => {
    const player = createScope().start<PlayerReport>(playerName, { sampleRate: 16000, gain: 1, playout: "plain" });
    const pcm = new Int16Array(3200);
    floatToPcm16(sine(500, 16000, 3200, 0.5), pcm);
    expect(player.process().alive).toBe(true);
    player.say({ type: "position", latency: 0 });
    const none = { bufferedMs: 0, stretchedMs: 0, concealedMs: 0 };
    expect(player.take()).toEqual([{ type: "position", positions: null, stats: none }]);
    player.say({ type: "enqueue", pcm, turnId: "a", deltaId: "1", byteOffset: 0 });
    player.say({ type: "end", turnId: "a" });
    let peak = 0;
    for (let block = 0; block < 100; block++) peak = Math.max(peak, ...player.process().output);
    expect(peak).toBeCloseTo(0.5, 2);
    const reports = player.take();
    expect(reports).toEqual([
      { type: "started", turnId: "a", silentMs: 0, time: 128 / 48000 },
      { type: "finished", position: { ...at("a", "1", 200), stretchedMs: 0, concealedMs: 0 } },
    ]);
    player.say({ type: "enqueue", pcm, turnId: "b", deltaId: null, byteOffset: 0 });
    for (let block = 0; block < 30; block++) player.process();
    player.say({ type: "position", latency: 0.04 });
    player.say({ type: "interrupt", latency: 0.04 });
    for (let block = 0; block < 2; block++) player.process();
    const of = (ms: number) => at("b", null, ms);
    const cost = { stretchedMs: 0, concealedMs: 0 };
    expect(player.take()).toEqual([
      { type: "started", turnId: "b", silentMs: 0, time: 101 * (128 / 48000) },
      {
        type: "position",
        positions: { rendered: of(80), heard: of(40) },
        // The other 3 ms are being resampled.
        stats: { ...none, bufferedMs: 117 },
      },
      { type: "interrupted", positions: { rendered: { ...of(85), ...cost }, heard: { ...of(45), ...cost } } },
    ]);
    player.say({ type: "enqueue", pcm, turnId: "c", deltaId: null, byteOffset: 0 });
    player.say({ type: "end", turnId: "c" });
    while (!player.take().some(({ type }) => type === "started")) player.process();
    player.say({ type: "close" });
    // It falls silent along its 5 ms, two blocks at 48 kHz, and only then ends.
    const fading = player.process();
    expect(fading.alive).toBe(true);
    expect(Math.max(...fading.output.map(Math.abs))).toBeGreaterThan(0.1);
    const last = player.process();
    expect(last.alive).toBe(false);
    expect(last.output.at(-1)).toBe(0);
    expect(player.take().at(-1)).toEqual({ type: "closed" });
  });

  test("pauses and resumes, and begins at the loudness that it is given", () => {
    const player = createScope().start<PlayerReport>(playerName, { sampleRate: 48000, gain: 0.5, playout: "adaptive" });
    const pcm = new Int16Array(4800).fill(16384);
    player.say({ type: "enqueue", pcm, turnId: "a", deltaId: null, byteOffset: 0 });
    player.say({ type: "end", turnId: "a" });
    expect(player.process().output[0]).toBeCloseTo(0.25, 3);
    player.say({ type: "pause" });
    for (let block = 0; block < 2; block++) player.process();
    expect(Math.max(...player.process().output)).toBe(0);
    player.say({ type: "resume" });
    player.say({ type: "gain", gain: 1, release: false });
    for (let block = 0; block < 4; block++) player.process();
    expect(player.process().output[0]).toBeCloseTo(0.5, 3);
    expect(player.take()).toEqual([
      { type: "started", turnId: "a", silentMs: 0, time: 0 },
      // Behind what was rendered in the fade-out and the pause.
      { type: "started", turnId: "a", silentMs: 0, time: 4 * (128 / 48000) },
    ]);
  });

  test("counts of each turn what was stretched and concealed, so that a turn lasts as long as its parts", () => {
    const player = createScope().start<PlayerReport>(playerName, { sampleRate: 16000, gain: 1, playout: "adaptive" });
    const voice = sounds["a voice of 160 Hz"]!(16000, 16000);
    const pcm = new Int16Array(voice.length);
    floatToPcm16(voice, pcm);
    let clock = 0;
    const reports: PlayerReport[] = [];
    const plays = (ms: number) => {
      for (const until = clock + ms / 1000; clock < until; clock += 128 / 48000) player.process();
      reports.push(...player.take());
    };
    for (const turnId of ["a", "b"]) {
      const began = clock;
      for (let from = 0; from < 16000; from += 800) {
        player.say({ type: "enqueue", pcm: pcm.slice(from, from + 800), turnId, deltaId: null, byteOffset: 2 * from });
        // The first turn comes a little late all the time; the second at once.
        if (turnId === "a") plays(53);
      }
      player.say({ type: "end", turnId });
      while (!reports.some(({ type }) => type === "finished")) plays(2);
      const [finished] = reports.flatMap((report) => (report.type === "finished" ? report.position : []));
      const started = reports.flatMap((report) => (report.type === "started" ? report : []));
      const { ms, stretchedMs = 0, concealedMs = 0 } = finished!;
      const silentMs = started.reduce((sum, report) => sum + report.silentMs, 0);
      expect(ms).toBe(1000);
      expect(ms + stretchedMs + concealedMs + silentMs).toBeCloseTo((clock - started[0]!.time) * 1000, -1);
      if (turnId === "a") expect(stretchedMs + concealedMs).toBeGreaterThan(20);
      else expect([stretchedMs, concealedMs]).toEqual([0, 0]);
      expect(started[0]!.time).toBeGreaterThan(began - 1e-6);
      reports.length = 0;
    }
    player.say({ type: "position", latency: 0 });
    expect(player.take()).toMatchObject([{ stats: { bufferedMs: 0, stretchedMs: 0, concealedMs: 0 } }]);
  });
});
