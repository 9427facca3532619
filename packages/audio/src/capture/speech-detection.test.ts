import { afterEach, describe, expect, test, vi } from "vitest";
import { AudioError, type explained, invalidOption } from "../errors.js";
import type { DetectionCommand, DetectionReport } from "../vad/commands.js";
import { weightsLength } from "../vad/silero/weights.js";
import { segmenterDefaults, type Vad } from "../vad/vad.js";
import type { DetectionSettings } from "./detection-settings.js";
import { createSpeechDetection, type DetectingRecorder } from "./speech-detection.js";

const energy: DetectionSettings = { ...segmenterDefaults, vad: "energy", bargeIn: "pause" };

/** Detection whose script loads when the test says so, and a recorder that notes its commands. */
function createTalk() {
  const events: unknown[] = [];
  const over = new AbortController();
  let settle: { resolve(): void; reject(error: unknown): void } = { resolve() {}, reject() {} };
  const detection = createSpeechDetection({
    events: {
      onSpeech: (event) => events.push(event),
      onDetectorFailed: ({ code }) => events.push(code),
    },
    now: () => 99,
    over: over.signal,
    load: () => new Promise<void>((resolve, reject) => (settle = { resolve, reject })),
    explain: (async (code: "detector-failed") => new AudioError(code, "")) as typeof explained,
    invalid: invalidOption,
  });
  const createRecorder = () => {
    const commands: DetectionCommand[] = [];
    const transfers: Transferable[][] = [];
    const recorder: DetectingRecorder & {
      commands: DetectionCommand[];
      transfers: Transferable[][];
      say(report: object, offset?: number): void;
    } = {
      context: {} as BaseAudioContext,
      onDetection: null,
      command(command, transfer = []) {
        commands.push(command);
        transfers.push(transfer);
      },
      commands,
      transfers,
      say: (report, offset = 0) => recorder.onDetection?.(report as DetectionReport, offset),
    };
    return recorder;
  };
  return {
    detection,
    events,
    over,
    createRecorder,
    async loaded() {
      settle.resolve();
      await idle();
    },
    async refused(error: unknown) {
      settle.reject(error);
      await idle();
    },
  };
}

/** Runs what is queued. */
const idle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A recorder on which detection runs. */
async function running(settings = energy) {
  const talk = createTalk();
  const recorder = talk.createRecorder();
  talk.detection.set(settings);
  talk.detection.attach(recorder);
  await talk.loaded();
  const { id } = recorder.commands[0]!;
  const speech = (event: object, offset = 0) => recorder.say({ type: "speech", id, event }, offset);
  return { ...talk, recorder, id, speech };
}

const started = { type: "start", time: 5, held: null } as const;

test("set() resolves once speech is detected, and where it never will be", async () => {
  const talk = createTalk();
  const settled: string[] = [];
  const set = async (settings: DetectionSettings | null, name: string) => {
    await talk.detection.set(settings);
    settled.push(name);
  };
  await set(energy, "before the microphone");
  talk.detection.attach(talk.createRecorder());
  void set({ ...energy, hangOverMs: 500 }, "changed while it loads");
  await idle();
  expect(settled).toEqual(["before the microphone"]);
  await talk.loaded();
  expect(settled.splice(0)).toEqual(["before the microphone", "changed while it loads"]);
  await set({ ...energy, hangOverMs: 600 }, "changed");
  await set(null, "ended");
  void set(energy, "refused");
  void set({ ...energy, bargeIn: "off" }, "refused, changed");
  await idle();
  expect(settled.splice(0)).toEqual(["changed", "ended"]);
  await talk.refused(new AudioError("worklet-load", ""));
  expect([settled, talk.events]).toEqual([["refused", "refused, changed"], ["worklet-load"]]);
});

test("begins when the script is there, and puts times on the engine's clock", async () => {
  const { recorder, speech, events } = await running();
  expect(recorder.commands).toEqual([
    {
      ...{ type: "detection", id: 2, order: "begin", kind: "energy", frameLength: 0 },
      rules: { ...segmenterDefaults, bargeIn: "pause" },
    },
  ]);
  speech(started, 0.5);
  speech({ type: "misfire", time: 6 }, 0.5);
  expect(events).toEqual([
    { ...started, time: 5.5 },
    { type: "misfire", time: 6.5 },
  ]);
});

describe("starts and ends alternate", () => {
  test("whatever is reported", async () => {
    const { speech, events } = await running();
    speech({ type: "end", time: 1 });
    speech(started);
    speech(started);
    speech({ type: "end", time: 6 });
    speech({ type: "misfire", time: 7 });
    expect(events).toEqual([started, { type: "end", time: 6 }]);
  });

  test.each<[string, (talk: Awaited<ReturnType<typeof running>>, undo: () => void) => void]>([
    ["detection is switched off", ({ detection }) => detection.set(null)],
    ["another detector is chosen", ({ detection }) => detection.set({ ...energy, vad: "silero" })],
    ["another recorder takes over", ({ detection, createRecorder }) => void detection.attach(createRecorder())],
    ["the recorder closes", (_, undo) => undo()],
  ])("where %s in mid-speech; what was on its way is ignored", async (_, change) => {
    const talk = await running();
    const undo = talk.detection.attach(talk.recorder);
    await talk.loaded();
    const { id } = talk.recorder.commands.at(-1)!;
    talk.recorder.say({ type: "speech", id, event: started });
    change(talk, undo);
    const late = { type: "speech", id, event: { type: "end", time: 6 } };
    talk.recorder.say(late);
    talk.recorder.say({ ...late, event: started });
    expect(talk.events).toEqual([started, { type: "end", time: 99 }]);
  });

  test("after the end of the start nothing is reported", async () => {
    const { speech, over, detection, events } = await running();
    speech(started);
    over.abort();
    speech({ type: "end", time: 6 });
    detection.set(null);
    expect(events).toEqual([started]);
  });
});

test("a change of the rules goes on with the speech that is under way", async () => {
  const { detection, recorder, speech, events, id } = await running();
  speech(started);
  detection.set({ ...energy, bargeIn: "duck" });
  expect(recorder.commands.at(-1)).toEqual({
    ...{ type: "detection", id, order: "change" },
    rules: { ...segmenterDefaults, bargeIn: "duck" },
  });
  speech({ type: "end", time: 6 });
  expect(events).toEqual([started, { type: "end", time: 6 }]);
});

test("settings that cannot be end the detection, and are reported", async () => {
  const { detection, recorder, speech, events, id } = await running();
  speech(started);
  detection.set({ ...energy, hangOverMs: -1 });
  expect(recorder.commands.at(-1)).toEqual({ type: "detection", id: id + 1, order: "stop" });
  expect(events).toEqual([started, { type: "end", time: 99 }, "invalid-option"]);
});

describe("the script", () => {
  test("that is refused is reported once, until another detector is asked for", async () => {
    const { detection, createRecorder, refused, events } = createTalk();
    detection.set(energy);
    detection.attach(createRecorder());
    await refused(new AudioError("worklet-load", ""));
    detection.attach(createRecorder());
    await refused(new AudioError("worklet-load", ""));
    expect(events).toEqual(["worklet-load"]);
    detection.set(null);
    detection.set(energy);
    await refused(new AudioError("worklet-load", ""));
    expect(events).toEqual(["worklet-load", "worklet-load"]);
  });

  test("that was refused is asked for again by the same settings", async () => {
    const { detection, createRecorder, refused, loaded, events } = createTalk();
    const recorder = createRecorder();
    detection.set(energy);
    detection.attach(recorder);
    await refused(new AudioError("worklet-load", ""));
    detection.set(energy);
    await loaded();
    expect(events).toEqual(["worklet-load"]);
    expect(recorder.commands.map(({ order }) => order)).toEqual(["begin"]);
  });

  test("that comes after detection was switched off begins nothing", async () => {
    const { detection, createRecorder, loaded } = createTalk();
    const recorder = createRecorder();
    detection.set(energy);
    detection.attach(recorder);
    detection.set(null);
    await loaded();
    expect(recorder.commands.map(({ order }) => order)).toEqual(["stop"]);
  });
});

describe("the model", () => {
  afterEach(() => vi.unstubAllGlobals());

  const silero: DetectionSettings = { ...energy, vad: "silero" };
  const orders = (recorder: { commands: DetectionCommand[] }) => recorder.commands.map(({ order }) => order);

  test("comes out of the package and is transferred; the energy detector begins before", async () => {
    const { recorder, id } = await running(silero);
    await vi.waitFor(() => expect(orders(recorder)).toEqual(["begin", "model"]));
    const [begin, model] = recorder.commands;
    expect(begin).toMatchObject({ id, kind: "silero" });
    expect(model).toMatchObject({ id, memory: expect.any(Float32Array) });
    expect(recorder.transfers.at(-1)).toEqual([(model as { memory: Float32Array }).memory.buffer]);
  });

  test("is fetched once from where it is hosted, beside the script", async () => {
    const fetched = vi.fn(async () => new Response(new Uint8Array(weightsLength)));
    vi.stubGlobal("fetch", fetched);
    const talk = createTalk();
    talk.detection.set({ ...silero, modelUrl: "/once.bin" });
    expect(fetched).toHaveBeenCalledTimes(1);
    const recorder = talk.createRecorder();
    talk.detection.attach(recorder);
    await talk.loaded();
    await vi.waitFor(() => expect(orders(recorder)).toEqual(["begin", "model"]));
    expect(fetched).toHaveBeenCalledTimes(1);
    expect(talk.events).toEqual([]);
  });

  test.each<[string, () => Promise<Response>]>([
    ["a network that fails", () => Promise.reject(new TypeError("Failed to fetch"))],
    ["a server that has no such file", async () => new Response("", { status: 404 })],
    ["a page in its place", async () => new Response("<!doctype html>")],
  ])("%s is reported once, and loudness decides; the next try fetches again", async (name, answer) => {
    const fetched = vi.fn(answer);
    vi.stubGlobal("fetch", fetched);
    const settings = { ...silero, modelUrl: `/${name}` };
    const { recorder, id, events, speech, detection, loaded } = await running(settings);
    await vi.waitFor(() => expect(events).toEqual(["detector-failed"]));
    expect(recorder.commands.at(-1)).toEqual({ type: "detection", id, order: "fall-back" });
    speech(started);
    expect(events.at(-1)).toEqual(started);
    const before = fetched.mock.calls.length;
    detection.set(null);
    detection.set(settings);
    await loaded();
    await vi.waitFor(() => expect(events.filter((event) => event === "detector-failed")).toHaveLength(2));
    expect(fetched.mock.calls.length - before).toBe(1);
  });

  test("that comes after detection was switched off goes nowhere, and its failure is not reported", async () => {
    let fail: (error: Error) => void = () => {};
    vi.stubGlobal("fetch", () => new Promise((_, reject) => (fail = reject)));
    const { recorder, detection, events } = await running({ ...silero, modelUrl: "/late" });
    detection.set(null);
    fail(new TypeError("Failed to fetch"));
    await idle();
    expect(orders(recorder)).toEqual(["begin", "stop"]);
    expect(events).toEqual([]);
  });

  test("that is too slow is reported once", async () => {
    const { recorder, id, events } = await running(silero);
    recorder.say({ type: "failed", id, isOff: false });
    recorder.say({ type: "failed", id, isOff: false });
    await idle();
    expect(events).toEqual(["detector-failed"]);
  });
});

describe("a detector that throws on the audio thread", () => {
  const crashed = (id: number, isOff: boolean) => ({ type: "failed", id, cause: "Error: no", isOff });

  test("is reported, and loudness goes on with the speech that is under way", async () => {
    const { recorder, id, speech, events } = await running();
    speech(started);
    recorder.say(crashed(id, false));
    await idle();
    speech({ type: "end", time: 6 });
    expect(events).toEqual([started, "detector-failed", { type: "end", time: 6 }]);
  });

  test("so that nothing is detected any more ends the speech, and is reported though the model failed before", async () => {
    const { recorder, id, speech, events } = await running();
    recorder.say(crashed(id, false));
    await idle();
    speech(started);
    recorder.say(crashed(id, true));
    recorder.say(crashed(id, true));
    await idle();
    expect(events).toEqual(["detector-failed", started, { type: "end", time: 99 }, "worklet-load"]);
  });

  test("so that nothing is detected any more begins again with the same settings; loudness alone goes on", async () => {
    const { recorder, id, events, detection, loaded } = await running();
    const orders = () => recorder.commands.map(({ order }) => order);
    recorder.say(crashed(id, false));
    await idle();
    detection.set(energy);
    expect(orders()).toEqual(["begin", "change"]);
    recorder.say(crashed(id, true));
    await idle();
    detection.set(energy);
    await loaded();
    expect(orders()).toEqual(["begin", "change", "begin"]);
    expect(events).toEqual(["detector-failed", "worklet-load"]);
  });
});

describe("the app's own detector", () => {
  const samples = new Float32Array(480);

  test("is asked one window after the other, and its answers go to the audio thread", async () => {
    const answers: ((probability: number) => void)[] = [];
    const calls: string[] = [];
    const vad: Vad = {
      frameLength: 480,
      process: () => new Promise((resolve) => answers.push(resolve)),
      reset: () => calls.push("reset"),
    };
    const { recorder, id } = await running({ ...energy, vad });
    expect(calls).toEqual(["reset"]);
    expect(recorder.commands.at(-1)).toMatchObject({ kind: "own", frameLength: 480 });
    recorder.say({ type: "window", id, samples, end: 1 });
    recorder.say({ type: "window", id, samples, end: 1.03 });
    await idle();
    expect(answers).toHaveLength(1);
    answers[0]!(0.7);
    await idle();
    expect(recorder.commands.at(-1)).toEqual({ type: "detection", id, order: "judge", probability: 0.7, end: 1 });
    expect(answers).toHaveLength(2);
  });

  test("that is slower than the sound goes on with the last second, and is never farther behind", async () => {
    const answers: ((probability: number) => void)[] = [];
    const process = () => new Promise<number>((resolve) => answers.push(resolve));
    const { recorder, id } = await running({ ...energy, vad: { frameLength: 480, process, reset() {} } });
    for (let window = 0; window < 1000; window++) recorder.say({ type: "window", id, samples, end: window * 0.03 });
    await idle();
    for (let answer = answers.pop(); answer; answer = answers.pop()) {
      answer(0.7);
      await idle();
    }
    const judged = recorder.commands.flatMap((command) => (command.order === "judge" ? command.end : []));
    expect([judged.length, judged[0]]).toEqual([34, expect.closeTo(966 * 0.03, 6)]);
  });

  test("that throws is reported, asked no more, and loudness decides", async () => {
    let asked = 0;
    const vad: Vad = {
      frameLength: 480,
      process() {
        asked++;
        throw new Error("no model");
      },
      reset() {},
    };
    const { recorder, id, events, speech } = await running({ ...energy, vad });
    for (const end of [1, 1.03, 1.06]) recorder.say({ type: "window", id, samples, end });
    await idle();
    expect(asked).toBe(1);
    expect(recorder.commands.at(-1)).toEqual({ type: "detection", id, order: "fall-back" });
    speech(started);
    expect(events).toEqual(["detector-failed", started]);
  });

  test("whose reset() throws is reported once, never asked, and loudness decides", async () => {
    const process = vi.fn(() => 0);
    const reset = () => {
      throw new Error("no session");
    };
    const { recorder, id, events, speech } = await running({ ...energy, vad: { frameLength: 480, process, reset } });
    recorder.say({ type: "window", id, samples, end: 1 });
    await idle();
    expect(process).not.toHaveBeenCalled();
    expect(recorder.commands.map(({ order }) => order)).toEqual(["begin", "fall-back"]);
    speech(started);
    expect(events).toEqual(["detector-failed", started]);
  });
});
