import { resample, synthesizeSpeech, toFloat } from "@layercode/browser-testing";
import { beforeAll, describe, expect, test } from "vitest";
import { readSilero } from "../../build/silero.js";
import { noise } from "../../test/signals.js";
import { sounds } from "../../test/voices.js";
import { createScope } from "../../test/worklet-scope.js";
import { floatToPcm16 } from "../dsp/pcm.js";
import { packWeights, unpackWeights } from "../vad/silero/weights.js";
import { segmenterDefaults } from "../vad/vad.js";
import type { PlayerReport, RecorderReport } from "./messages.js";
import { playerName, recorderName } from "./messages.js";

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
