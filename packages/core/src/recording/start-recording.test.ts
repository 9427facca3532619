import type { AudioEngine } from "@layercode/audio";
import * as audio from "@layercode/audio";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { stopTime } from "../../test/long-connected.js";
import { createWorld, deferred, settle } from "../../test/world.js";
import { LayercodeClient } from "../client/client.js";

vi.mock("@layercode/audio");
stopTime();

/** The audio package's recording, as far as it is a state: what it records is tested there. */
class FakeRecording {
  readonly sampleRate = 16_000;
  durationMs = 0;
  endedBy: audio.RecordingEnd | null = null;
  #settle = deferred<Blob>();
  readonly finished = this.#settle.promise;
  start = vi.fn(async (_: AudioEngine) => {
    this.durationMs = 10;
  });
  stop = vi.fn(() => this.end("stop"));
  hearMicrophone = vi.fn((_: boolean) => {});

  constructor() {
    this.finished.catch(() => {});
  }

  end(by: audio.RecordingEnd): Promise<Blob> {
    this.endedBy ??= by;
    this.#settle.resolve(new Blob(["sound"], { type: "audio/wav" }));
    return this.finished;
  }

  fail(error: Error): void {
    this.endedBy = "error";
    this.#settle.reject(error);
  }
}

let recordings: FakeRecording[];
let engines: AudioEngine[];

beforeEach(() => {
  recordings = [];
  engines = [];
  vi.stubGlobal(
    "AudioContext",
    class {
      async resume() {}
    },
  );
  vi.mocked(audio.listInputDevices).mockResolvedValue([]);
  vi.mocked(audio.watchInputDevices).mockReturnValue(() => {});
  vi.mocked(audio.createRecording).mockImplementation(async () => {
    const recording = new FakeRecording();
    recordings.push(recording);
    return recording as unknown as audio.Recording;
  });
  vi.mocked(audio.createAudioEngine).mockImplementation(() => {
    const engine: Partial<AudioEngine> = {
      state: "running",
      onStateChange: () => () => {},
      // As an engine does: what records it ends first.
      close: async () => {
        for (const recording of recordings)
          if (recording.start.mock.calls.some(([of]) => of === engine)) void recording.end("closed");
      },
    };
    engines.push(engine as AudioEngine);
    return engine as AudioEngine;
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetAllMocks();
});

/** A world whose client opens the browser's audio, as far as the fakes of a world stand in for it. */
function createBrowserWorld(options: Parameters<typeof createWorld>[0] = {}) {
  const world = createWorld(options);
  const { audio: _, ...browser } = world.options;
  vi.mocked(audio.createMicrophone).mockReturnValue(world.microphone as unknown as audio.Microphone);
  vi.mocked(audio.createSpeaker).mockReturnValue(world.speaker as unknown as audio.Speaker);
  world.client = new LayercodeClient(browser);
  return world;
}

test("in a conversation it begins at once, and its options reach the audio package", async () => {
  const world = createBrowserWorld({ recordingWorkletUrl: "/rec.js" });
  await world.connect();
  const recording = await world.client.startRecording({ sampleRate: 48_000, maxDurationMs: 1000 });
  expect(audio.createRecording).toHaveBeenCalledExactlyOnceWith({
    sampleRate: 48_000,
    maxDurationMs: 1000,
    workletUrl: "/rec.js",
  });
  expect(recordings[0]!.start.mock.calls).toEqual([engines]);
  expect(recording).toMatchObject({ durationMs: 10, stopped: false, endedBy: null });
  const file = await recording.stop();
  expect(file.type).toBe("audio/wav");
  expect(await recording.stop()).toBe(file);
  expect(recording).toMatchObject({ stopped: true, endedBy: "stop" });
  await world.client.disconnect();
});

describe("before there is sound", () => {
  test("it waits for the first sound of the next session, also where the page is only prepared", async () => {
    const world = createBrowserWorld();
    const recording = await world.client.startRecording();
    await world.client.prepare();
    expect(recordings[0]!.start).not.toHaveBeenCalled();
    expect(recording).toMatchObject({ durationMs: 0, stopped: false });
    await world.connect();
    await settle();
    expect(recordings[0]!.start.mock.calls).toEqual([engines]);
    await world.client.disconnect();
    await recording.finished;
    expect(recording.endedBy).toBe("closed");
    // It is of that session alone.
    await world.connect();
    await settle();
    expect(recordings[0]!.start).toHaveBeenCalledOnce();
    await world.client.disconnect();
  });

  test("disconnect() and dispose() end it, without a sound", async () => {
    for (const end of ["disconnect", "dispose"] as const) {
      const { client } = createBrowserWorld();
      const recording = await client.startRecording();
      await client[end]();
      await recording.finished;
      expect(recording).toMatchObject({ stopped: true, endedBy: "closed" });
    }
  });

  test("a connect() that is refused before there was sound leaves it waiting", async () => {
    const world = createBrowserWorld({ audioInput: false, audioOutput: false });
    const recording = await world.client.startRecording();
    world.answer = async () => new Response("No.", { status: 500 });
    await expect(world.client.connect()).rejects.toMatchObject({ code: "authorization" });
    expect(recording.stopped).toBe(false);
    await world.client.disconnect();
    expect(recording.stopped).toBe(true);
  });
});

test("it lasts over a reconnect, and over channels that are switched off and on", async () => {
  const world = createBrowserWorld();
  await world.connect();
  const recording = await world.client.startRecording();
  vi.advanceTimersByTime(10_000);
  world.socket.drop(1006);
  await world.comesBack();
  await world.client.setAudioInput(false);
  await world.client.setAudioOutput(false);
  await world.client.setAudioOutput(true);
  expect(recording.stopped).toBe(false);
  expect(recordings[0]!.start).toHaveBeenCalledOnce();
  await world.client.disconnect();
  expect(recording.stopped).toBe(true);
});

test("two at a time are independent", async () => {
  const world = createBrowserWorld();
  await world.connect();
  const [one, other] = await Promise.all([world.client.startRecording(), world.client.startRecording()]);
  await one!.stop();
  expect([one!.stopped, other!.stopped]).toEqual([true, false]);
  await world.client.disconnect();
});

test("a microphone that is muted is not heard, however it is muted; unmuted, it is", async () => {
  const world = createBrowserWorld();
  await world.connect();
  await world.client.mute({ hint: true });
  await world.client.startRecording();
  const heard = () => recordings[0]!.hearMicrophone.mock.lastCall?.[0];
  expect(heard()).toBe(false);
  await world.client.unmute();
  expect(heard()).toBe(true);
  for (const how of [{ hint: true }, {}, { release: true }]) {
    await world.client.mute(how);
    expect(heard()).toBe(false);
  }
  await world.client.disconnect();
});

describe("what fails", () => {
  test("while it is asked for, is told to whoever asked, typed", async () => {
    const world = createBrowserWorld();
    await world.connect();
    const invalid = Object.assign(new Error('Option "sampleRate" is 1.'), { code: "invalid-option" });
    vi.mocked(audio.createRecording).mockRejectedValueOnce(invalid);
    await expect(world.client.startRecording()).rejects.toMatchObject({
      name: "LayercodeError",
      code: "invalid-option",
      message: 'Option "sampleRate" is 1.',
    });
    vi.mocked(audio.createRecording).mockImplementationOnce(async () => {
      const recording = new FakeRecording();
      recording.start.mockImplementation(async () => {
        const refused = Object.assign(new Error("The worklet was refused."), { code: "worklet-load" });
        recording.fail(refused);
        throw refused;
      });
      return recording as unknown as audio.Recording;
    });
    await expect(world.client.startRecording()).rejects.toMatchObject({ name: "LayercodeError", code: "worklet-load" });
    expect(world.log.filter((line) => line.startsWith("error"))).toEqual([]);
    await world.client.disconnect();
  });

  test("later, is told by finished and once by the error event, and the session goes on", async () => {
    const world = createBrowserWorld();
    await world.connect();
    const recording = await world.client.startRecording();
    recordings[0]!.fail(Object.assign(new Error("The disk is full."), { code: "recording-failed" }));
    await expect(recording.finished).rejects.toMatchObject({ name: "LayercodeError", code: "recording-failed" });
    await expect(recording.stop()).rejects.toMatchObject({ code: "recording-failed" });
    expect(world.log.filter((line) => line.startsWith("error"))).toEqual(["error recording-failed"]);
    expect(world.client.getSnapshot()).toMatchObject({ status: "connected", error: { code: "recording-failed" } });
    expect(recording.endedBy).toBe("error");
    await world.client.disconnect();
  });

  test("ports of the app's own cannot be recorded here, and the error says what to do", async () => {
    const { client } = createWorld();
    await expect(client.startRecording()).rejects.toMatchObject({
      code: "invalid-option",
      message: expect.stringMatching(/"audio".*Record it in your ports/),
    });
    expect(audio.createRecording).not.toHaveBeenCalled();
  });

  test("a session that ends while the code loads is not followed by a recording of the next one", async () => {
    const world = createBrowserWorld();
    await world.connect();
    const made = deferred<void>();
    vi.mocked(audio.createRecording).mockImplementationOnce(async () => {
      await made.promise;
      recordings.push(new FakeRecording());
      return recordings.at(-1) as unknown as audio.Recording;
    });
    const asked = world.client.startRecording();
    await settle();
    await world.client.disconnect();
    await world.connect();
    made.resolve();
    await expect(asked).rejects.toMatchObject({ code: "aborted" });
    expect(recordings[0]!.start).not.toHaveBeenCalled();
    expect(recordings[0]!.stop).toHaveBeenCalledOnce();
    await world.client.disconnect();
  });

  test.each(["disconnect", "dispose"] as const)(
    "%s() while the code loads, before there was sound: no session is recorded that comes later",
    async (end) => {
      const world = createBrowserWorld();
      const made = deferred<void>();
      vi.mocked(audio.createRecording).mockImplementation(async () => {
        await made.promise;
        recordings.push(new FakeRecording());
        return recordings.at(-1) as unknown as audio.Recording;
      });
      const connecting = world.client.connect();
      const early = world.client.startRecording();
      await settle();
      const late = world.client.startRecording();
      await world.client[end]();
      made.resolve();
      for (const asked of [early, late]) await expect(asked).rejects.toMatchObject({ code: "aborted" });
      await expect(connecting).rejects.toMatchObject({ code: "aborted" });
      if (end === "disconnect") await world.connect();
      expect(recordings.map(({ start, stop }) => [start.mock.calls.length, stop.mock.calls.length])).toEqual([
        [0, 1],
        [0, 1],
      ]);
      await world.client.disconnect().catch(() => {});
    },
  );

  test("after dispose() there is none", async () => {
    const { client } = createBrowserWorld();
    const asked = client.startRecording();
    await client.dispose();
    await expect(asked).rejects.toMatchObject({ code: "aborted" });
    await expect(client.startRecording()).rejects.toMatchObject({ code: "aborted" });
  });
});
