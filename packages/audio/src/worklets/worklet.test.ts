import { Session } from "node:inspector/promises";
import { createContext, runInContext } from "node:vm";
import { resample, synthesizeSpeech, toFloat } from "@layercode/browser-testing";
import { beforeAll, describe, expect, test } from "vitest";
import { bundleWorklet } from "../../build/bundle-worklet.js";
import { readSilero } from "../../build/silero.js";
import { noise, sine } from "../../test/signals.js";
import { sounds } from "../../test/voices.js";
import type { CapturedFrame } from "../capture/framer.js";
import { designVoice } from "../dsp/filter.js";
import { floatToPcm16 } from "../dsp/pcm.js";
import { approximateRatio } from "../dsp/ratio.js";
import { type TapReport, tapName } from "../recording/commands.js";
import { packWeights, unpackWeights } from "../vad/silero/weights.js";
import { segmenterDefaults } from "../vad/vad.js";
import type { PlayerReport, RecorderReport } from "./messages.js";
import { playerName, recorderName } from "./messages.js";

let script: string;
let detector: string;
let tap: string;

beforeAll(async () => {
  script = await bundleWorklet("src/worklets/worklet.ts");
  detector = await bundleWorklet("src/worklets/detector.ts");
  tap = await bundleWorklet("src/worklets/tap.ts");
});

interface Processor {
  port: { onmessage: (event: { data: unknown }) => void };
  process(inputs: Float32Array[][], outputs: Float32Array[][]): boolean;
}

const moduleName = "worklet.js";

/** The global scope of an audio thread, with nothing in it but what the standard has. */
function createScope(sampleRate = 48000, quantum = 128) {
  const processors = new Map<string, new (options: unknown) => Processor>();
  let reports: unknown[] = [];
  const scope = {
    sampleRate,
    currentFrame: 0,
    AudioWorkletProcessor: class {
      port = {
        onmessage: null,
        postMessage: (message: unknown, transfer: ArrayBuffer[] = []) =>
          reports.push(structuredClone(message, { transfer })),
      };
    },
    registerProcessor(name: string, processor: new (options: unknown) => Processor) {
      if (processors.has(name)) throw new DOMException(`${name} is registered`, "NotSupportedError");
      processors.set(name, processor);
    },
  };
  createContext(scope);
  // A module, whose names are its own.
  const runModule = (text: string) => runInContext(`(() => {${text}})();`, scope, { filename: moduleName });
  runModule(script);
  return {
    load: () => runModule(script),
    loadDetector: () => runModule(detector),
    loadTap: () => runModule(tap),
    run: (code: string): unknown => runInContext(code, scope),
    start<Report>(name: string, processorOptions: unknown) {
      const Processor = processors.get(name);
      if (Processor === undefined) throw new Error(`${name} is not registered`);
      const processor = new Processor({ processorOptions });
      return {
        say: (data: unknown) => processor.port.onmessage({ data }),
        /** Renders one quantum. Several nodes of one graph render at the same `frame`. */
        process(input?: Float32Array, frame = scope.currentFrame) {
          scope.currentFrame = frame;
          const output = new Float32Array(128);
          const alive = processor.process(input === undefined ? [[]] : [[input]], [[output]]);
          scope.currentFrame += 128;
          return { alive, output };
        },
        /** Renders one quantum of two inputs, each a constant or, without a source, without a channel. Whether it lives on. */
        hear(...inputs: (number | null)[]): boolean {
          const channels = inputs.map((value) => (value === null ? [] : [new Float32Array(quantum).fill(value)]));
          const alive = processor.process(channels, [[new Float32Array(quantum)]]);
          scope.currentFrame += quantum;
          return alive;
        },
        /** The context's clock goes on without a quantum, or stands still for one. */
        skip(quanta: number): void {
          scope.currentFrame += quantum * quanta;
        },
        take(): Report[] {
          const taken = reports as Report[];
          reports = [];
          return taken;
        },
      };
    },
  };
}

test("the script needs no import, no name of this machine, no filter that it does not use, and may be loaded twice", () => {
  for (const text of [script, detector, tap]) {
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
    expect(recorder.process(new Float32Array(128)).alive).toBe(false);
    expect(recorder.take()).toEqual([]);
  });
});

describe("the recorder with a detector", () => {
  const rate = 48000;
  const engine = 7;
  const rules = { ...segmenterDefaults, hangOverMs: 500, bargeIn: "pause" };

  /** A recorder that detects by loudness, and players of its own engine and of another one, which sound. */
  function startTalk(pcm = new Int16Array(60 * rate).fill(16384)) {
    const scope = createScope(rate);
    scope.loadDetector();
    const recorder = scope.start<RecorderReport>(recorderName, {
      engine,
      outputRate: 8000,
      frameLength: 160,
      detection: false,
    });
    const players = [engine, 8].map((of) =>
      scope.start<PlayerReport>(playerName, { engine: of, sampleRate: rate, gain: 1, playout: "plain" }),
    );
    const heard: number[][] = players.map(() => []);
    for (const player of players) player.say({ type: "enqueue", pcm, turnId: "a", deltaId: null, byteOffset: 0 });
    let at = 0;
    let spokenUntil = NaN;
    return {
      recorder,
      players,
      /** All that each player has rendered. */
      heard,
      /** As the newest frame of the microphone says. */
      spokenUntil: () => spokenUntil,
      obey: (command: object) => recorder.say({ type: "detection", id: 1, ...command }),
      /** Says something into the microphone, and returns what was reported of speech and how loud the players were last. */
      hear(sound: Float32Array) {
        const events: unknown[] = [];
        let loudness: number[] = [];
        for (let from = 0; from + 128 <= sound.length; from += 128, at += 128) {
          recorder.process(sound.subarray(from, from + 128), at);
          for (const report of recorder.take())
            if (report.type === "speech") events.push({ id: report.id, ...report.event });
            else if (report.type === "frame") spokenUntil = report.spokenUntil;
          const outputs = players.map((player) => player.process(undefined, at).output);
          for (const [index, output] of outputs.entries()) heard[index]?.push(...output);
          loudness = outputs.map((output) => output.at(-1) as number);
        }
        return { events, loudness: loudness.map((sample) => Math.round(sample * 1000) / 1000) };
      },
      now: () => at / rate,
      run: scope.run,
    };
  }

  const quiet = (seconds: number) => noise(rate * seconds).map((sample) => sample * 1e-4);
  const speech = (seconds: number) => sounds["a voice of 160 Hz"]!(rate, rate * seconds);
  const begin = { order: "begin", kind: "energy", frameLength: 0, rules };

  test("reports speech by its times, and pauses the player of its engine alone, until the main thread resumes it", () => {
    const { hear, obey, players, now, spokenUntil } = startTalk();
    expect(hear(quiet(0.5)).events).toEqual([]);
    obey(begin);
    expect(spokenUntil()).toBe(-Infinity);
    expect(hear(quiet(0.5))).toEqual({ events: [], loudness: [0.5, 0.5] });
    const began = now();
    const { events, loudness } = hear(speech(0.5));
    expect(events).toEqual([{ id: 1, type: "start", time: expect.closeTo(began, 1), held: "paused" }]);
    expect(loudness).toEqual([0, 0.5]);
    const ended = now();
    expect(hear(quiet(0.2)).events).toEqual([]);
    // Known long before the hang-over has run out.
    expect(Math.abs(spokenUntil() - ended)).toBeLessThan(0.02);
    expect(hear(quiet(0.8)).events).toEqual([{ id: 1, type: "end", time: expect.closeTo(ended + 0.5, 1) }]);
    expect(Math.abs(spokenUntil() - ended)).toBeLessThan(0.02);
    players[0]!.say({ type: "resume" });
    expect(hear(quiet(0.1)).loudness).toEqual([0.5, 0.5]);
  });

  test("a misfire costs the agent no sample: it goes on where it paused, and only the two fades of 5 ms are weaker", () => {
    const story = new Int16Array(10 * rate);
    floatToPcm16(noise(story.length), story);
    const { hear, obey, players, heard, now } = startTalk(story);
    // What is heard is shorter than what counts as speech.
    obey({ ...begin, rules: { ...rules, minimumSpeechMs: 1000 } });
    hear(quiet(0.5));
    const [first, ...more] = hear(speech(0.3)).events as { type: string; held?: string }[];
    expect([first, more]).toEqual([expect.objectContaining({ type: "start", held: "paused" }), []]);
    expect(hear(quiet(0.5)).events).toEqual([expect.objectContaining({ type: "misfire" })]);
    players[0]!.say({ type: "resume" });
    const resumed = Math.round(now() * rate);
    hear(quiet(0.5));

    const [held, whole] = heard as [number[], number[]];
    const paused = held.findIndex((sample, index) => sample !== whole[index]);
    const fade = 240;
    expect(paused % 128).toBe(0);
    expect(held.slice(paused + fade, resumed).every((sample) => sample === 0)).toBe(true);
    expect(resumed - paused).toBeGreaterThan(0.5 * rate);
    const joined = [...held.slice(0, paused + fade), ...held.slice(resumed)];
    const off = joined.map((sample, index) => {
      const into = index - paused;
      const gain = into < 0 || into >= 2 * fade ? 1 : 0.5 + 0.5 * Math.cos((Math.PI * (into + 1)) / fade);
      return Math.abs(sample - (whole[index] as number) * gain);
    });
    expect(Math.max(...off.slice(0, paused), ...off.slice(paused + 2 * fade))).toBe(0);
    expect(Math.max(...off)).toBeLessThan(1e-6);
  });

  test("another engine's player is not its own: speech begins at once, and nothing is held", () => {
    const { hear, obey, players } = startTalk();
    obey(begin);
    players[0]!.say({ type: "interrupt", latency: 0 });
    hear(quiet(0.5));
    expect(hear(speech(0.03))).toEqual({
      events: [expect.objectContaining({ type: "start", held: null })],
      loudness: [0, 0.5],
    });
  });

  test("a key that is struck neither pauses nor ducks", () => {
    const { hear, obey } = startTalk();
    obey(begin);
    hear(quiet(0.5));
    for (let key = 0; key < 5; key++) {
      expect(hear(speech(0.03))).toEqual({ events: [], loudness: [0.5, 0.5] });
      expect(hear(quiet(0.2))).toEqual({ events: [], loudness: [0.5, 0.5] });
    }
  });

  test("ducks where that is asked for, over a volume that changes, until the main thread says how loud", () => {
    const { hear, obey, players } = startTalk();
    obey(begin);
    obey({ order: "change", rules: { ...rules, bargeIn: "duck" } });
    hear(quiet(0.5));
    const { events, loudness } = hear(speech(0.3));
    expect(events).toEqual([expect.objectContaining({ type: "start", held: "ducked" })]);
    expect(loudness).toEqual([0.125, 0.5]);
    players[0]!.say({ type: "gain", gain: 0.8, release: false });
    expect(hear(quiet(0.1)).loudness).toEqual([0.1, 0.5]);
    players[0]!.say({ type: "gain", gain: 0.8, release: true });
    expect(hear(quiet(0.1)).loudness).toEqual([0.4, 0.5]);
  });

  test("an end of detection lets go what it held; commands for an earlier one change nothing", () => {
    const { hear, obey } = startTalk();
    obey(begin);
    hear(quiet(0.5));
    expect(hear(speech(0.3)).loudness).toEqual([0, 0.5]);
    obey({ id: 0, order: "stop" });
    expect(hear(speech(0.1)).loudness).toEqual([0, 0.5]);
    obey({ id: 2, order: "stop" });
    expect(hear(speech(0.3))).toEqual({ events: [], loudness: [0.5, 0.5] });
    obey({ ...begin, id: 3, rules: { ...rules, bargeIn: "off" } });
    expect(hear(speech(0.3))).toEqual({
      events: [expect.objectContaining({ id: 3, type: "start", held: null })],
      loudness: [0.5, 0.5],
    });
  });

  /** Whether the recorder lives on through a sound, how many frames come of it, and what else is reported. */
  function record(recorder: ReturnType<typeof startTalk>["recorder"], sound: Float32Array) {
    const reports: RecorderReport[] = [];
    let alive = true;
    for (let from = 0; from + 128 <= sound.length; from += 128) {
      alive &&= recorder.process(sound.subarray(from, from + 128)).alive;
      reports.push(...recorder.take());
    }
    const others = reports.filter(({ type }) => type !== "frame");
    return { alive, frames: reports.length - others.length, others };
  }

  test("that throws is off, tells it once, and lets go what it held; the microphone goes on", () => {
    const { hear, obey, run, recorder } = startTalk();
    obey(begin);
    hear(quiet(0.5));
    expect(hear(speech(0.3)).loudness).toEqual([0, 0.5]);
    run("Math.log10 = () => { throw new Error('no logarithm'); };");
    expect(record(recorder, speech(0.4))).toEqual({
      alive: true,
      frames: 20,
      others: [{ type: "failed", id: 1, cause: "Error: no logarithm", isOff: true }],
    });
    run("Math.log10 = () => 0;");
    expect(hear(speech(0.3))).toEqual({ events: [], loudness: [0.5, 0.5] });
  });

  describe("with the model", () => {
    let memory: Float32Array;
    let words: Float32Array;

    beforeAll(async () => {
      memory = unpackWeights(packWeights(await readSilero()).buffer);
      words = resample(toFloat((await synthesizeSpeech("Stop, please.")).samples), 16000, rate);
    });

    test("pauses the player at the first word, and not at keys; until it is warm, loudness only reports", () => {
      const { hear, obey, players, now } = startTalk();
      obey({ ...begin, kind: "silero" });
      hear(quiet(0.5));
      expect(hear(speech(0.3))).toEqual({
        events: [expect.objectContaining({ type: "start", held: null })],
        loudness: [0.5, 0.5],
      });
      hear(quiet(1));
      obey({ order: "model", memory: memory.slice() });
      // It warms up, and hears some silence.
      hear(quiet(1));
      for (let key = 0; key < 8; key++) {
        expect(hear(noise(rate * 0.02).map((sample) => sample * 0.3)).events).toEqual([]);
        expect(hear(quiet(0.15))).toEqual({ events: [], loudness: [0.5, 0.5] });
      }
      const began = now();
      const { events, loudness } = hear(words);
      expect(events[0]).toEqual({ id: 1, type: "start", time: expect.closeTo(began, 0), held: "paused" });
      expect(loudness).toEqual([0, 0.5]);
      players[0]!.say({ type: "resume" });
      expect(hear(quiet(1)).events).toEqual([expect.objectContaining({ type: "end" })]);
    });

    test("too slow for the machine, loudness decides, and that is reported", () => {
      const { hear, obey, run, recorder } = startTalk();
      run("Date.now = () => (clock += 1); clock = 0;");
      obey({ ...begin, kind: "silero" });
      obey({ order: "model", memory: memory.slice() });
      const reports: RecorderReport[] = [];
      for (let block = 0; block < 1000; block++) {
        recorder.process(new Float32Array(128));
        reports.push(...recorder.take().filter(({ type }) => type !== "frame"));
      }
      expect(reports).toEqual([{ type: "failed", id: 1, cause: undefined, isOff: false }]);
      expect(hear(speech(0.3)).events).toEqual([expect.objectContaining({ type: "start", held: "paused" })]);
    });

    test("that throws, loudness decides, which is told once; the microphone goes on", () => {
      const { hear, obey, run, recorder } = startTalk();
      run("Date.now = () => { throw new Error('no clock'); };");
      obey({ ...begin, kind: "silero" });
      hear(quiet(0.5));
      obey({ order: "model", memory: memory.slice() });
      // It is asked what it costs once it is warm.
      expect(record(recorder, quiet(1))).toEqual({
        alive: true,
        frames: 50,
        others: [{ type: "failed", id: 1, cause: "Error: no clock", isOff: false }],
      });
      expect(hear(speech(0.3)).events).toEqual([expect.objectContaining({ type: "start", held: "paused" })]);
    });
  });

  test.each([
    [{ order: "model", memory: new Float32Array(1) }, false, "paused"],
    [{ ...begin, kind: "own", frameLength: -1 }, true, undefined],
  ])("that cannot obey %o says so; what detects without it goes on", (command, isOff, held) => {
    const { hear, obey, run, recorder } = startTalk();
    obey({ ...begin, kind: "silero" });
    hear(quiet(0.5));
    run("const { Float32Array: whole, Math: math } = globalThis; Float32Array = Math = null;");
    obey(command);
    run("Float32Array = whole; Math = math;");
    expect(recorder.take()).toContainEqual({ type: "failed", id: 1, cause: expect.stringMatching("Error"), isOff });
    const starts = (hear(speech(0.3)).events as { type: string; held: string }[]).map((event) => event.held);
    expect(starts).toEqual(held === undefined ? [] : [held]);
  });

  test("asks the app's own detector for each of its frames, and follows its answers; what is late is ignored", () => {
    const { recorder, obey, hear, players } = startTalk();
    hear(quiet(0.1));
    obey({ ...begin, kind: "own", frameLength: 480 });
    const windows: RecorderReport[] = [];
    for (let block = 0; block < 375; block++) {
      recorder.process(new Float32Array(128).fill(0.1));
      windows.push(...recorder.take().filter(({ type }) => type === "window"));
    }
    expect(windows).toHaveLength(33);
    expect(windows[0]).toMatchObject({ id: 1, samples: expect.any(Float32Array), end: expect.closeTo(0.1 + 0.03, 1) });
    obey({ order: "judge", probability: 0.9, end: 1 });
    expect(hear(quiet(0.02)).loudness).toEqual([0.125, 0.5]);
    obey({ order: "judge", probability: 0.1, end: 1.03 });
    expect(hear(quiet(0.02)).loudness).toEqual([0.5, 0.5]);
    obey({ order: "judge", probability: 0.9, end: 1.06 });
    obey({ order: "judge", probability: 0.9, end: 1.09 });
    expect(recorder.take()).toContainEqual({
      type: "speech",
      id: 1,
      event: { type: "start", time: expect.closeTo(1.03, 5), held: "paused" },
    });
    players[0]!.say({ type: "resume" });
    obey({ order: "fall-back" });
    obey({ order: "judge", probability: 0, end: 9 });
    expect(hear(speech(0.5)).events).toEqual([]);
    recorder.process(new Float32Array(48_000));
    expect(recorder.take().some(({ type }) => type === "window")).toBe(false);
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
