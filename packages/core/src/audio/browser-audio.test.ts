import type { AudioEngine, EngineState } from "@layercode/audio";
import * as audio from "@layercode/audio";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createWorld, settle } from "../../test/world.js";
import { LayercodeClient } from "../client/client.js";

vi.mock("@layercode/audio");

let contextResumes: number;
let tell: (state: EngineState) => void;
let resume: ReturnType<typeof vi.fn<() => Promise<void>>>;

beforeEach(() => {
  contextResumes = 0;
  vi.stubGlobal(
    "AudioContext",
    class {
      async resume() {
        contextResumes++;
      }
    },
  );
  resume = vi.fn(async () => {});
  vi.mocked(audio.listInputDevices).mockResolvedValue([]);
  vi.mocked(audio.watchInputDevices).mockReturnValue(() => {});
  vi.mocked(audio.createAudioEngine).mockImplementation(() => {
    const engine: Partial<AudioEngine> = {
      state: "running",
      onStateChange(listener) {
        tell = listener;
        return () => {};
      },
      resume,
      close: async () => {},
    };
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

test("blocked sound holds up nothing, and is shown until it flows or is switched off", async () => {
  const world = createBrowserWorld();
  const { client } = world;
  await world.connect();
  const shown = () => client.getSnapshot().audioBlocked;
  expect(shown()).toBe(false);
  tell("blocked");
  expect(client.getSnapshot()).toMatchObject({ status: "connected", audioBlocked: true, error: null });
  tell("interrupted");
  expect(shown()).toBe(false);
  tell("blocked");
  await client.setAudioInput(false);
  expect(shown()).toBe(true);
  await client.setAudioOutput(false);
  expect(shown()).toBe(false);
  await client.setAudioOutput(true);
  expect(shown()).toBe(true);
  await client.disconnect();
  expect(shown()).toBe(false);
  // What the engine of the last connection still says concerns nobody.
  const tellLate = tell;
  const connecting = world.connect();
  expect(shown()).toBe(false);
  await connecting;
  tellLate("blocked");
  expect(shown()).toBe(false);
  await client.disconnect();
});

test("resumeAudio() resumes the context in the very call, also before the code has arrived", async () => {
  const { client } = createBrowserWorld();
  await client.resumeAudio();
  expect(contextResumes).toBe(0);
  void client.connect();
  expect(contextResumes).toBe(1);
  const resumed = client.resumeAudio();
  expect(contextResumes).toBe(2);
  expect(resume).not.toHaveBeenCalled();
  await resumed;
  expect(resume).toHaveBeenCalledOnce();
  await client.disconnect();
});

test("resumeAudio() without a gesture rejects, and is reported once", async () => {
  const world = createBrowserWorld();
  const { client, log } = world;
  await world.connect();
  resume.mockRejectedValueOnce(Object.assign(new Error("No gesture."), { code: "audio-blocked" }));
  await expect(client.resumeAudio()).rejects.toMatchObject({ code: "audio-blocked" });
  expect(log.filter((line) => line.startsWith("error"))).toEqual(["error audio-blocked"]);
  expect(client.status).toBe("connected");
  await client.disconnect();
});

test("the options that concern the sound reach it", async () => {
  const mediaStream = { getAudioTracks: () => [] } as unknown as MediaStream;
  const audioProcessor = () => ({}) as AudioNode;
  const audioConstraints = { echoCancellation: false };
  const options = { frameMs: 40, playout: "plain", workletUrl: "/w.js" } as const;
  const world = createBrowserWorld({ ...options, mediaStream, audioProcessor, audioConstraints });
  void world.client.connect();
  await settle();
  expect(vi.mocked(audio.createMicrophone).mock.calls[0]?.[0]).toMatchObject({
    frameMs: 40,
    mediaStream,
    processor: audioProcessor,
    audioConstraints,
  });
  expect(vi.mocked(audio.createAudioEngine).mock.calls[0]?.[0]).toMatchObject({ workletUrl: "/w.js" });
  expect(vi.mocked(audio.createSpeaker).mock.calls[0]?.[0]).toMatchObject({ playout: "plain" });
  await world.client.disconnect();
});

describe("prepare()", () => {
  /** Counts the contexts that are open. */
  function countContexts(isGesture: boolean): Set<object> {
    const open = new Set<object>();
    vi.stubGlobal("navigator", { userActivation: { isActive: isGesture } });
    vi.stubGlobal(
      "AudioContext",
      class {
        constructor() {
          open.add(this);
        }
        async resume() {}
        async close() {
          open.delete(this);
        }
      },
    );
    vi.mocked(audio.createAudioEngine).mockImplementation(({ context } = {}) => {
      const close = async () => void (await context?.close());
      const engine: Partial<AudioEngine> = { state: "running", onStateChange: () => () => {}, close };
      return engine as AudioEngine;
    });
    return open;
  }

  test("in a gesture makes the AudioContext, in the very call; connect() takes it, disconnect() gives it back", async () => {
    const open = countContexts(true);
    const world = createBrowserWorld();
    const prepared = world.client.prepare();
    expect(open.size).toBe(1);
    await prepared;
    expect(world.microphone.starts).toHaveLength(0);
    await world.connect();
    expect(open.size).toBe(1);
    await world.client.disconnect();
    expect(open.size).toBe(0);
    await world.client.prepare();
    await world.client.dispose();
    expect(open.size).toBe(0);
  });

  test("makes none without a gesture, nor for a client without sound", async () => {
    const open = countContexts(false);
    await createBrowserWorld().client.prepare();
    vi.stubGlobal("navigator", { userActivation: { isActive: true } });
    await createBrowserWorld({ audioInput: false, audioOutput: false }).client.prepare();
    await createBrowserWorld({ deferAudioInit: true }).client.prepare();
    expect(open.size).toBe(0);
  });

  test("that fails says so, and leaves nothing that a later connect() would stumble over", async () => {
    const open = countContexts(true);
    const world = createBrowserWorld();
    vi.mocked(audio.createAudioEngine).mockImplementationOnce(() => {
      throw new Error("No sound.");
    });
    await expect(world.client.prepare()).rejects.toMatchObject({ code: "connection", message: "No sound." });
    expect(world.log).toEqual(["error connection"]);
    await world.connect();
    expect(world.client.getSnapshot()).toMatchObject({ status: "connected", error: null });
    await world.client.disconnect();
    expect(open.size).toBe(0);
  });
});

test("a connection that is mended keeps the AudioContext and the microphone", async () => {
  const world = createBrowserWorld();
  await world.connect();
  world.socket.drop(1006);
  world.client.connect();
  await settle();
  world.socket.open();
  expect(world.client.status).toBe("connected");
  expect(audio.createAudioEngine).toHaveBeenCalledOnce();
  expect(contextResumes).toBe(1);
  expect(world.microphone.starts).toHaveLength(1);
  await world.client.disconnect();
});
