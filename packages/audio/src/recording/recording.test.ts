import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { AudioEngine } from "../audio-engine.js";
import type { EngineState } from "../context-state.js";
import { AudioError, aborted, explained, invalidOption } from "../errors.js";
import type { TapCommand, TapReport } from "./commands.js";
import { makeRecording, type RecordingTools } from "./recording.js";

/** The tap's half on the audio thread, in the test's hands. */
class FakeTap extends EventTarget {
  static all: FakeTap[] = [];
  readonly commands: TapCommand["type"][] = [];
  /** What it delivers when it is told to end, in frames; `null`: it does not answer. */
  last: number | null = 0;
  connect = vi.fn();
  disconnect = vi.fn();
  port = {
    onmessage: null as ((event: { data: TapReport }) => void) | null,
    postMessage: (command: TapCommand) => {
      this.commands.push(command.type);
      if (command.type !== "end" || this.last === null) return;
      if (this.last > 0) this.deliver(this.last);
      this.say({ type: "ended" });
    },
  };

  constructor() {
    super();
    FakeTap.all.push(this);
  }

  say(report: TapReport): void {
    this.port.onmessage?.({ data: report });
  }

  /** Frames of 1, 2, 3, … on the left, and the same below zero on the right. */
  deliver(frames: number): void {
    const pcm = Int16Array.from({ length: 8000 }, (_, index) => (index % 2 === 0 ? index / 2 + 1 : -(index + 1) / 2));
    this.say({ type: "block", pcm, frames });
  }
}

function createEngine() {
  const closers = new Set<() => Promise<unknown>>();
  const listeners = new Set<(state: EngineState) => void>();
  const context = { sampleRate: 48_000, state: "running", destination: {} };
  const engine = {
    context,
    onClose(listener: () => Promise<unknown>) {
      closers.add(listener);
      return () => closers.delete(listener);
    },
    onStateChange(listener: (state: EngineState) => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    holdOpen: held,
  } as unknown as AudioEngine;
  return {
    engine,
    /** As `close()` of an engine does: whoever records comes first. */
    async close() {
      await Promise.all([...closers].map((listener) => listener()));
      this.vanish();
    },
    /** The app closed the context itself. */
    vanish() {
      context.state = "closed";
      for (const listener of [...listeners]) listener("closed");
    },
    get listening() {
      return closers.size + listeners.size;
    },
  };
}

const load = vi.fn<RecordingTools["load"]>();
const deafen = vi.fn();
/** What an engine that closes waits for. */
const held = vi.fn<AudioEngine["holdOpen"]>();

beforeEach(() => {
  FakeTap.all = [];
  vi.stubGlobal("AudioWorkletNode", FakeTap);
  load.mockResolvedValue();
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
  vi.resetAllMocks();
});

function createRecording(options: Parameters<typeof makeRecording>[0] = {}) {
  return makeRecording(options, { explain: explained, invalid: invalidOption, load, listen: () => deafen });
}

/** The left channel of a file, without its header. */
async function leftOf(file: Blob): Promise<number[]> {
  const view = new DataView(await file.arrayBuffer());
  expect(view.getUint32(40, true)).toBe(view.byteLength - 44);
  return Array.from({ length: (view.byteLength - 44) / 4 }, (_, index) => view.getInt16(44 + 4 * index, true));
}

test("what is delivered is in the file, with what comes when it is told to end; each block goes back", async () => {
  const scene = createEngine();
  const recording = createRecording();
  await recording.start(scene.engine);
  expect(scene.listening).toBe(2);
  const [tap] = FakeTap.all;
  tap!.deliver(4000);
  expect(recording).toMatchObject({ durationMs: 250, endedBy: null });
  tap!.last = 3;
  const file = await recording.stop();
  expect(await leftOf(file)).toEqual([...Array.from({ length: 4000 }, (_, index) => index + 1), 1, 2, 3]);
  expect(file.type).toBe("audio/wav");
  expect(tap!.commands).toEqual(["recycle", "end", "recycle"]);
  expect(deafen).toHaveBeenCalledOnce();
  expect(tap!.disconnect).not.toHaveBeenCalled();
  expect(held).toHaveBeenCalledOnce();
  // Nothing is connected to it any more.
  tap!.say({ type: "ended" });
  expect(tap!.disconnect).toHaveBeenCalledOnce();
  await held.mock.lastCall?.[0];
  expect(recording.endedBy).toBe("stop");
  expect(await recording.finished).toBe(file);
  expect(await recording.stop()).toBe(file);
  expect(scene.listening).toBe(0);
});

test("that no microphone is heard counts from the start, and from when it is said", async () => {
  const scene = createEngine();
  const recording = createRecording();
  recording.hearMicrophone(false);
  await recording.start(scene.engine);
  recording.hearMicrophone(true);
  expect(FakeTap.all[0]!.commands).toEqual(["hear", "hear"]);
  await recording.stop();
});

test("at its limit it ends by itself, to the frame", async () => {
  const recording = createRecording({ sampleRate: 8000, maxDurationMs: 600 });
  await recording.start(createEngine().engine);
  const [tap] = FakeTap.all;
  tap!.deliver(4000);
  tap!.deliver(2000);
  tap!.deliver(2000);
  expect(await leftOf(await recording.finished)).toHaveLength(4800);
  expect(recording).toMatchObject({ endedBy: "limit", durationMs: 600 });
});

describe("an engine that closes", () => {
  test("waits for what the tap still holds", async () => {
    const scene = createEngine();
    const recording = createRecording();
    await recording.start(scene.engine);
    FakeTap.all[0]!.last = 5;
    await scene.close();
    expect(await leftOf(await recording.finished)).toHaveLength(5);
    expect(recording.endedBy).toBe("closed");
  });

  test("right behind stop() waits, too", async () => {
    const scene = createEngine();
    const recording = createRecording();
    await recording.start(scene.engine);
    const [tap] = FakeTap.all;
    tap!.last = null;
    const stopped = recording.stop();
    const closed = scene.close();
    await new Promise((resolve) => setImmediate(resolve));
    tap!.deliver(5);
    tap!.say({ type: "ended" });
    await closed;
    expect(await leftOf(await stopped)).toHaveLength(5);
    expect([recording.endedBy, scene.listening]).toEqual(["stop", 0]);
  });

  test("without notice, ends it with what there is", async () => {
    const scene = createEngine();
    const recording = createRecording();
    await recording.start(scene.engine);
    FakeTap.all[0]!.deliver(5);
    FakeTap.all[0]!.last = null;
    scene.vanish();
    expect(await leftOf(await recording.finished)).toHaveLength(5);
    expect(recording.endedBy).toBe("closed");
  });

  test("while the script loads, ends it without sound", async () => {
    const scene = createEngine();
    load.mockImplementation(async () => {
      await scene.close();
      throw aborted("Loading the audio worklet");
    });
    const recording = createRecording();
    await recording.start(scene.engine);
    expect(await leftOf(await recording.finished)).toEqual([]);
    expect(recording.endedBy).toBe("closed");
    expect(FakeTap.all).toEqual([]);
  });
});

test("a context that does not answer holds nothing up for ever", async () => {
  vi.useFakeTimers();
  const recording = createRecording();
  await recording.start(createEngine().engine);
  FakeTap.all[0]!.deliver(7);
  FakeTap.all[0]!.last = null;
  const stopped = recording.stop();
  vi.advanceTimersByTime(500);
  expect(await leftOf(await stopped)).toHaveLength(7);
});

test("stopped before it is started, or while its script loads, it never taps", async () => {
  const early = createRecording();
  expect(await leftOf(await early.stop())).toEqual([]);
  await early.start(createEngine().engine);
  const recording = createRecording();
  load.mockImplementation(async () => void (await recording.stop()));
  await recording.start(createEngine().engine);
  await recording.start(createEngine().engine);
  expect(recording.endedBy).toBe("stop");
  expect(FakeTap.all).toEqual([]);
});

describe("what fails", () => {
  test("a script that does not load ends it", async () => {
    const refused = new AudioError("worklet-load", "Refused.");
    load.mockRejectedValue(refused);
    const recording = createRecording();
    await expect(recording.start(createEngine().engine)).rejects.toBe(refused);
    await expect(recording.finished).rejects.toBe(refused);
    await expect(recording.stop()).rejects.toBe(refused);
    expect(recording.endedBy).toBe("error");
  });

  test("a tap that throws on the audio thread ends it", async () => {
    const scene = createEngine();
    const recording = createRecording();
    await recording.start(scene.engine);
    FakeTap.all[0]!.dispatchEvent(new Event("processorerror"));
    await expect(recording.finished).rejects.toMatchObject({ code: "recording-failed" });
    expect([scene.listening, recording.endedBy]).toEqual([0, "error"]);
  });

  test("a stream that fails at a write, or at the end, ends it; one that is behind, too", async () => {
    const cause = new Error("The disk is full.");
    const written = createRecording({ stream: new WritableStream({ write: () => Promise.reject(cause) }) });
    await expect(written.finished).rejects.toMatchObject({
      code: "recording-failed",
      cause,
      message: expect.stringContaining("The disk is full."),
    });
    const closed = createRecording({ stream: new WritableStream({ close: () => Promise.reject(cause) }) });
    await expect(closed.stop()).rejects.toMatchObject({ code: "recording-failed", cause });
    const aborted = vi.fn();
    const slow = createRecording({
      stream: new WritableStream({ write: () => new Promise(() => {}), abort: aborted }),
    });
    await slow.start(createEngine().engine);
    for (let blocks = 0; blocks < 30 * 4; blocks++) FakeTap.all[0]!.deliver(4000);
    await expect(slow.finished).rejects.toMatchObject({
      code: "recording-failed",
      message: expect.stringMatching(/more than 30 s behind/),
    });
    expect([written, closed, slow].map(({ endedBy }) => endedBy)).toEqual(["error", "error", "error"]);
  });

  test.each([
    [{ sampleRate: 22_050 as never }, /"sampleRate" is 22050.*16000/],
    [{ maxDurationMs: 0 }, /"maxDurationMs" is 0/],
    [{ maxDurationMs: NaN }, /"maxDurationMs"/],
    // 2 GiB, where the format ends.
    [{ maxDurationMs: Infinity }, /up to 33554432/],
    [{ sampleRate: 48_000 as const, maxDurationMs: 11_184_811 }, /up to 11184810/],
    [{ stream: {} as never }, /"stream"/],
    [{ stream: null as never }, /"stream"/],
  ])("an option that makes no sense is named: %o", (options, message) => {
    expect(() => createRecording(options)).toThrow(
      expect.objectContaining({ code: "invalid-option", message: expect.stringMatching(message) }),
    );
  });

  test("a stream that somebody writes to is refused; one of its own lasts for ever", () => {
    const stream = new WritableStream();
    createRecording({ stream, maxDurationMs: Infinity });
    expect(() => createRecording({ stream })).toThrow(expect.objectContaining({ code: "invalid-option" }));
  });
});
