import { FakeDetectingMicrophone, FakePausableSpeaker } from "@layercode/client-testing";
import { stopTime } from "@layercode/client-testing/vitest";
import { afterEach, describe, expect, test, vi } from "vitest";
import { config, createWorld, deferred, pushToTalkConfig, settle } from "../../test/world.js";
import type { AgentConfig, LayercodeClientOptions } from "../index.js";

stopTime();
afterEach(() => vi.unstubAllGlobals());

/** A client that is connected, its microphone listens for speech, and its speaker can pause. */
async function listening(options: Partial<LayercodeClientOptions> = {}, agentConfig: AgentConfig | null = config) {
  const microphone = new FakeDetectingMicrophone();
  const speaker = new FakePausableSpeaker();
  const world = createWorld({ vad: "silero", ...options }, agentConfig, { microphone, speaker });
  await world.connect();
  let count = 0;
  return Object.assign(world, {
    microphone,
    speaker,
    /** Hears so many frames of 20 ms, each of a value of its own. */
    hears(frames: number): void {
      for (let n = 0; n < frames; n++) microphone.hearFrame(10 + count * 0.02, ++count);
    },
    /** What the server got since it was asked last: the values of the frames, and what else was written. */
    got(): (number | string)[] {
      return world.socket.sent.splice(0).map((message) => {
        if (message.type === "vad_events") return String(message.event);
        if (message.type !== "client.audio") return String(message.type);
        return Buffer.from(String(message.content), "base64").readInt16LE(0);
      });
    },
    /** The agent speaks: 100 ms of it are queued, and the first is heard. */
    agentSpeaks(turnId = "a"): void {
      world.server.agentStarts(turnId);
      world.server.audio(turnId);
      speaker.events?.onStarted(turnId);
    },
  });
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n);

describe("the gate", () => {
  test("silence sends nothing; speech goes with a second from before it, and until its hang-over is over", async () => {
    const { microphone, hears, got } = await listening();
    got();
    hears(100);
    expect(got()).toEqual([]);
    microphone.startsSpeaking();
    hears(10);
    expect(got()).toEqual(["vad_start", ...range(51, 110)]);
    microphone.stopsSpeaking();
    hears(10);
    expect(got()).toEqual(["vad_end"]);
    microphone.startsSpeaking();
    hears(1);
    expect(got()).toEqual(["vad_start", ...range(111, 121)]);
  });

  test("is as the server wants it: without a gate, with another pre-roll, without detection", async () => {
    const of = (vad: AgentConfig["vad"]) => listening({}, { ...config, ...(vad && { vad }) });
    const open = await of({ gate_audio: false });
    open.hears(2);
    expect(open.got()).toEqual(["client.ready", 1, 2]);
    const short = await of({ buffer_frames: 1, pre_speech_pad_frames: 5 });
    short.hears(100);
    short.microphone.startsSpeaking();
    short.hears(1);
    expect(short.got()).toEqual(["client.ready", "vad_start", ...range(88, 101)]);
    const off = await of({ enabled: false });
    off.hears(1);
    expect([off.got(), off.microphone.detections]).toEqual([["client.ready", 1], []]);
  });

  test("opens with the user's turn, as the server hears it, and shuts with its end", async () => {
    const { hears, got, says, client } = await listening();
    got();
    says({ type: "turn.start", role: "user", turn_id: "u" });
    hears(2);
    expect([got(), client.userSpeaking]).toEqual([[1, 2], true]);
    says({ type: "turn.start", role: "assistant", turn_id: "a" });
    hears(2);
    expect([got(), client.userSpeaking]).toEqual([[], false]);
  });

  test("opens for a press of an agent that listens all the time", async () => {
    const { hears, got, client } = await listening();
    got();
    await client.triggerUserTurnStarted();
    hears(1);
    expect(got()).toEqual(["trigger.turn.start", 1]);
  });

  test("stays open where the app's own microphone cannot listen, as ever", async () => {
    const world = createWorld();
    await world.connect();
    world.microphone.hearFrame(10);
    expect([world.socket.types, world.client.userSpeaking]).toEqual([["client.ready", "client.audio"], false]);
  });

  test("stays open until the microphone listens, and where its detector does not work at all", async () => {
    const microphone = new FakeDetectingMicrophone();
    microphone.loading = deferred();
    const world = createWorld({ vad: "silero" }, config, { microphone });
    await world.connect();
    const sends = () => {
      const before = world.socket.sent.filter(({ type }) => type === "client.audio").length;
      microphone.hearFrame(10);
      return world.socket.sent.filter(({ type }) => type === "client.audio").length > before;
    };
    expect(sends()).toBe(true);
    microphone.loading.resolve();
    await settle();
    expect(sends()).toBe(false);
    microphone.detectorFails("detector-failed");
    expect(sends()).toBe(false);
    microphone.detectorFails("worklet-load");
    expect(sends()).toBe(true);
  });

  test("stays open for good where nothing is detected, whatever is answered or asked afterwards", async () => {
    const { client, microphone, hears, got, options } = await listening();
    microphone.loading = deferred();
    client.setOptions({ ...options, vad: "energy" });
    microphone.detectorFails("worklet-load");
    // As @layercode/audio does: what was asked for is settled, though nothing came of it.
    microphone.loading.resolve();
    await settle();
    got();
    hears(1);
    expect(got()).toEqual([1]);
    microphone.loading = null;
    client.setOptions({ ...options, vad: "energy", bargeIn: "server" });
    hears(1);
    expect([microphone.detection?.bargeIn, got()]).toEqual(["off", [2]]);
    // Another detector may work.
    client.setOptions({ ...options, vad: "silero" });
    hears(1);
    expect(got()).toEqual([]);
  });

  test("a detector of the app's own may be large, and know itself", async () => {
    const vad = { frameLength: 512, process: () => 0, reset: () => {}, self: null as unknown };
    vad.self = vad;
    const { client, microphone, server, options } = await listening({ vad });
    server.agentStarts("a");
    client.setOptions({ ...options, vad: { ...vad } });
    expect(microphone.detections.map((asked) => typeof asked?.vad)).toEqual(["object", "object"]);
    await expect(client.exportSessionLog()).resolves.toContain("detectionAnswered");
  });

  test("keeps speech for the connection that is lost, and tells the next server that the user speaks", async () => {
    const { microphone, hears, got, socket, comesBack } = await listening();
    hears(60);
    microphone.startsSpeaking();
    hears(1);
    socket.drop(1006);
    hears(10);
    await comesBack();
    hears(1);
    // The last second of the gap, and what is said now.
    expect(got()).toEqual(["client.ready", "vad_start", ...range(62, 72)]);
    microphone.stopsSpeaking();
    expect(got()).toEqual(["vad_end"]);
  });
});

describe("vad_events", () => {
  test("reach the server and onMessage, paired, and userSpeaking follows", async () => {
    const onMessage = vi.fn();
    const onUserIsSpeakingChange = vi.fn();
    const { microphone, got, client } = await listening({ onMessage, onUserIsSpeakingChange });
    got();
    microphone.startsSpeaking();
    expect(client.userSpeaking).toBe(true);
    microphone.stopsSpeaking("misfire");
    expect(got()).toEqual(["vad_start", "vad_end"]);
    expect(onMessage.mock.calls).toEqual([
      [{ type: "vad_events", event: "vad_start", agentSpeaking: false, userSpeaking: true }],
      [{ type: "vad_events", event: "vad_end", agentSpeaking: false, userSpeaking: false }],
    ]);
    expect(onUserIsSpeakingChange.mock.calls).toEqual([[true], [false]]);
  });

  test.each<[string, (world: Awaited<ReturnType<typeof listening>>) => unknown]>([
    ["mute()", ({ client }) => client.mute()],
    ["the microphone's switch", ({ client }) => client.setAudioInput(false)],
    ["enableVAD: false", ({ client, options }) => client.setOptions({ ...options, enableVAD: false })],
    ["disconnect()", ({ client }) => client.disconnect()],
    ["a microphone that is gone", ({ microphone }) => microphone.starts[0]?.events.onEnded(new Error("Gone."))],
  ])("%s in the middle of speech sends its end, once", async (_, end) => {
    const world = await listening();
    world.microphone.startsSpeaking();
    world.got();
    await end(world);
    expect(world.got()).toEqual(["vad_end"]);
    expect(world.client.userSpeaking).toBe(false);
    world.microphone.stopsSpeaking();
    expect(world.got()).toEqual([]);
  });

  test("after a mute the microphone listens anew, so that who goes on speaking is heard", async () => {
    const { client, microphone, got } = await listening();
    microphone.startsSpeaking();
    client.mute();
    await client.unmute();
    got();
    microphone.startsSpeaking();
    expect([got(), microphone.detections.map(Boolean)]).toEqual([["vad_start"], [true, false, true]]);
  });

  test("a model that fails is told once, to the server, to onMessage and to the log, and is no error", async () => {
    const onError = vi.fn();
    const onMessage = vi.fn();
    const logger = { error: vi.fn(), warn: vi.fn(), info: vi.fn(), debug: vi.fn() };
    const { microphone, got } = await listening({ onError, onMessage, logger, logLevel: "warn" });
    got();
    microphone.detectorFails();
    microphone.detectorFails();
    expect(got()).toEqual(["vad_model_failed"]);
    await settle();
    expect([onError.mock.calls.length, onMessage.mock.calls.length]).toEqual([0, 1]);
    expect(logger.warn.mock.calls[0]?.[0]).toContain("The model could not be loaded.");
  });

  test("push-to-talk never listens for speech, nor does a page without a session", async () => {
    const { microphone, client } = await listening({}, pushToTalkConfig);
    await client.triggerUserTurnStarted();
    await client.disconnect();
    expect(microphone.detections).toEqual([]);
  });
});

describe("barge-in", () => {
  test("pauses the agent; a false alarm resumes it after vadResumeDelay, and nothing of it is acknowledged", async () => {
    const { agentSpeaks, microphone, speaker, client, server, got } = await listening({ vadResumeDelay: 300 });
    agentSpeaks();
    got();
    expect(client.agentSpeaking).toBe(true);
    // The microphone has paused the player by itself.
    microphone.startsSpeaking("paused");
    expect(client.getSnapshot()).toMatchObject({
      agentSpeaking: false,
      agentHeld: "paused",
      agentState: "interrupted",
    });
    server.audio("a");
    microphone.stopsSpeaking("misfire");
    vi.advanceTimersByTime(299);
    expect(speaker.done).not.toContain("resume");
    vi.advanceTimersByTime(1);
    expect(speaker.done.slice(-3)).toEqual(["enqueue a null 3200", "resume", "duck 1"]);
    expect(speaker.done).not.toContain("interrupt");
    expect(client.getSnapshot()).toMatchObject({ agentSpeaking: true, agentHeld: null });
    expect(got()).toEqual(["vad_start", "vad_end"]);
  });

  test("speech that goes on keeps it paused, whatever pause there was", async () => {
    const { agentSpeaks, microphone, speaker } = await listening();
    agentSpeaks();
    microphone.startsSpeaking();
    expect(speaker.done.at(-1)).toBe("pause");
    microphone.stopsSpeaking();
    vi.advanceTimersByTime(400);
    microphone.startsSpeaking();
    vi.advanceTimersByTime(10_000);
    expect(speaker.done).not.toContain("resume");
  });

  test("the server confirms: the agent is interrupted, and its next turn plays", async () => {
    const { agentSpeaks, microphone, speaker, says, server, client } = await listening();
    agentSpeaks();
    microphone.startsSpeaking("paused");
    says({ type: "turn.start", role: "user", turn_id: "u" });
    expect(speaker.done.slice(-3)).toEqual(["interrupt", "resume", "duck 1"]);
    server.audio("a");
    expect(speaker.done.at(-1)).toBe("duck 1");
    agentSpeaks("b");
    microphone.stopsSpeaking();
    vi.advanceTimersByTime(1000);
    expect(speaker.done.filter((what) => what === "resume")).toHaveLength(1);
    expect(client.getSnapshot()).toMatchObject({ agentSpeaking: true, agentHeld: null });
  });

  test("after two false alarms it is only ducked, until the next session", async () => {
    const { agentSpeaks, microphone, speaker, connect, client } = await listening();
    agentSpeaks();
    for (let n = 0; n < 2; n++) {
      expect(microphone.detection?.bargeIn).toBe("pause");
      microphone.startsSpeaking("paused");
      microphone.stopsSpeaking();
      vi.advanceTimersByTime(500);
    }
    expect(microphone.detection?.bargeIn).toBe("duck");
    microphone.startsSpeaking();
    expect([speaker.done.at(-1), client.agentSpeaking]).toEqual(["duck 0.25", true]);
    await client.disconnect();
    expect(speaker.done).toContain("duck 1");
    await connect();
    expect(microphone.detection?.bargeIn).toBe("pause");
  });

  test.each<[string, Partial<LayercodeClientOptions>, boolean, boolean]>([
    ["can_interrupt: false", {}, false, false],
    ['bargeIn: "server"', { bargeIn: "server" }, true, true],
    ['bargeIn: "off"', { bargeIn: "off" }, true, false],
  ])("with %s speech does nothing here", async (_, options, can_interrupt, isInterrupted) => {
    const agentConfig = { transcription: { ...config.transcription, can_interrupt } };
    const { agentSpeaks, microphone, speaker, says, client } = await listening(options, agentConfig);
    expect(microphone.detection?.bargeIn).toBe("off");
    agentSpeaks();
    const before = speaker.done.length;
    microphone.startsSpeaking();
    expect([speaker.done.length, client.userSpeaking]).toEqual([before, true]);
    says({ type: "turn.start", role: "user", turn_id: "u" });
    expect(speaker.done.includes("interrupt")).toBe(isInterrupted);
  });

  test("a speaker of the app's own that cannot pause goes on until the server has heard the user", async () => {
    const microphone = new FakeDetectingMicrophone();
    const { connect, server, speaker, client } = createWorld({ vad: "silero" }, config, { microphone });
    await connect();
    server.agentStarts("a");
    server.audio("a");
    speaker.events?.onStarted("a");
    microphone.startsSpeaking();
    expect([microphone.detection?.bargeIn, client.agentSpeaking]).toEqual(["off", true]);
  });

  test("an answer that comes within the hang-over is heard", async () => {
    const { agentSpeaks, microphone, speaker, client } = await listening();
    microphone.startsSpeaking();
    agentSpeaks();
    expect([client.agentSpeaking, speaker.done.includes("pause")]).toEqual([true, false]);
  });
});

describe("a server that says nothing to speech", () => {
  test("is doubted after its end, with the deadline of a user's turn", async () => {
    const { microphone, client } = await listening();
    microphone.startsSpeaking();
    vi.advanceTimersByTime(60_000);
    expect(client.status).toBe("connected");
    microphone.stopsSpeaking();
    vi.advanceTimersByTime(7999);
    expect(client.status).toBe("connected");
    vi.advanceTimersByTime(1);
    expect(client.getSnapshot().reconnecting?.reason.cause).toBe("stalled");
  });

  test("is not, once it has said anything", async () => {
    const { microphone, client, says } = await listening();
    microphone.startsSpeaking();
    says({ type: "turn.start", role: "user", turn_id: "u" });
    microphone.stopsSpeaking();
    vi.advanceTimersByTime(60_000);
    expect(client.status).toBe("connected");
  });
});

test("setOptions() changes how the microphone listens at once, and does not ask for what holds already", async () => {
  const { client, options, microphone } = await listening();
  expect(client.enableVAD).toBe(true);
  client.setOptions({ ...options, vad: "energy", vadModelUrl: "/model.bin" });
  client.setOptions({ ...options, vad: "energy", vadModelUrl: "/model.bin" });
  client.setOptions({ ...options, enableVAD: false });
  expect(microphone.detections).toMatchObject([{ vad: "silero" }, { vad: "energy", modelUrl: "/model.bin" }, null]);
  expect(client.getSnapshot().enableVAD).toBe(false);
});
