import { createContext, runInContext } from "node:vm";
import { beforeAll, describe, expect, test } from "vitest";
import { bundleWorklet } from "../../build/bundle-worklet.js";
import { sine } from "../../test/signals.js";
import type { CapturedFrame } from "../capture/framer.js";
import { floatToPcm16 } from "../dsp/pcm.js";
import type { PlayerReport, RecorderReport } from "./messages.js";
import { playerName, recorderName } from "./messages.js";

let script: string;

beforeAll(async () => {
  script = await bundleWorklet("src/worklets/worklet.ts");
});

interface Processor {
  port: { onmessage: (event: { data: unknown }) => void };
  process(inputs: Float32Array[][], outputs: Float32Array[][]): boolean;
}

/** The global scope of an audio thread, with nothing in it but what the standard has. */
function createScope(sampleRate = 48000) {
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
  runInContext(script, scope);
  return {
    load: () => runInContext(script, scope),
    run: (code: string): unknown => runInContext(code, scope),
    start<Report>(name: string, processorOptions: unknown) {
      const Processor = processors.get(name);
      if (Processor === undefined) throw new Error(`${name} is not registered`);
      const processor = new Processor({ processorOptions });
      return {
        say: (data: unknown) => processor.port.onmessage({ data }),
        process(input?: Float32Array) {
          const output = new Float32Array(128);
          const alive = processor.process(input === undefined ? [[]] : [[input]], [[output]]);
          scope.currentFrame += 128;
          return { alive, output };
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
  expect(script).not.toMatch(/\bimport\b|\brequire\b/);
  expect(script).not.toContain(process.cwd());
  expect(script).not.toContain("low-latency");
  const scope = createScope();
  expect(() => scope.load()).not.toThrow();
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

describe("the player", () => {
  test("plays what it is given, reports, and closes", () => {
    const player = createScope().start<PlayerReport>(playerName, { sampleRate: 16000, gain: 1, playout: "plain" });
    const pcm = new Int16Array(3200);
    floatToPcm16(sine(500, 16000, 3200, 0.5), pcm);
    expect(player.process().alive).toBe(true);
    player.say({ type: "position", latency: 0 });
    expect(player.take()).toEqual([{ type: "position", positions: null }]);
    player.say({ type: "enqueue", pcm, turnId: "a", deltaId: "1", byteOffset: 0 });
    player.say({ type: "end", turnId: "a" });
    let peak = 0;
    for (let block = 0; block < 100; block++) peak = Math.max(peak, ...player.process().output);
    expect(peak).toBeCloseTo(0.5, 2);
    const reports = player.take();
    expect(reports).toEqual([
      { type: "started", turnId: "a", silentMs: 0 },
      { type: "finished", position: { turnId: "a", deltaId: "1", byteOffset: 6400, ms: 200 } },
    ]);
    player.say({ type: "enqueue", pcm, turnId: "b", deltaId: null, byteOffset: 0 });
    for (let block = 0; block < 30; block++) player.process();
    player.say({ type: "position", latency: 0.04 });
    player.say({ type: "interrupt", latency: 0.04 });
    for (let block = 0; block < 2; block++) player.process();
    const at = (ms: number) => ({ turnId: "b", deltaId: null, byteOffset: ms * 32, ms });
    expect(player.take()).toEqual([
      { type: "started", turnId: "b", silentMs: 0 },
      { type: "position", positions: { rendered: at(80), heard: at(40) } },
      { type: "interrupted", positions: { rendered: at(85), heard: at(45) } },
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
    player.say({ type: "gain", gain: 1 });
    for (let block = 0; block < 4; block++) player.process();
    expect(player.process().output[0]).toBeCloseTo(0.5, 3);
    expect(player.take()).toEqual([
      { type: "started", turnId: "a", silentMs: 0 },
      { type: "started", turnId: "a", silentMs: 0 },
    ]);
  });
});
