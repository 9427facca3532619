import { FakeDetectingMicrophone, FakePausableSpeaker, withMembers } from "@layercode/client-testing";
import { stopTime } from "@layercode/client-testing/vitest";
import { describe, expect, test, vi } from "vitest";
import { config, createWorld, pushToTalkConfig, settle } from "../../test/world.js";
import type { AgentConfig, LayercodeClientOptions } from "../index.js";

stopTime();

const code = (name: string) => Object.assign(new Error(name), { code: name });

/** A client that is connected; its microphone listens for speech, and its speaker can pause. */
async function connected(options: Partial<LayercodeClientOptions> = {}, agentConfig: AgentConfig | null = config) {
  const microphone = new FakeDetectingMicrophone();
  const speaker = new FakePausableSpeaker();
  const talking: boolean[] = [];
  const muted: boolean[] = [];
  const world = createWorld(
    {
      vad: "silero",
      onTalkingWhileMuted: (is) => void talking.push(is),
      onMuteStateChange: (is) => void muted.push(is),
      ...options,
    },
    agentConfig,
    { microphone, speaker },
  );
  await world.connect();
  await settle();
  const more = {
    microphone,
    speaker,
    talking,
    muted,
    get shown() {
      return world.client.getSnapshot();
    },
    /** What was written since it was asked last, audio and speech only. */
    get heard(): string[] {
      const messages = world.socket.sent.splice(0);
      return messages.flatMap(({ type, event }) =>
        type === "vad_events" || type === "client.audio" ? String(event ?? type) : [],
      );
    },
    get errors() {
      return world.log.filter((line) => line.startsWith("error"));
    },
    /** The newest opening of the microphone is granted. */
    async opens() {
      await settle();
      microphone.starts.at(-1)?.opening.resolve();
      await settle();
    },
    agentSpeaks() {
      world.server.agentStarts("a");
      world.server.audio("a");
      speaker.events?.onStarted("a");
    },
  };
  return withMembers(world, more);
}

describe("mute()", () => {
  test("keeps the microphone open, and its track silent", async () => {
    const { client, microphone, muted } = await connected();
    client.mute();
    expect([microphone.live, microphone.muted, client.isMuted]).toEqual([true, true, true]);
    await client.unmute();
    expect([microphone.starts.length, microphone.muted, client.isMuted]).toEqual([1, false, false]);
    expect(muted).toEqual([true, false]);
  });

  test("may be the handler of a button", async () => {
    const { client, microphone } = await connected();
    const event = new Event("click");
    client.mute(event);
    expect([microphone.live, microphone.detection]).toEqual([true, null]);
  });
});

describe("mute({ release: true })", () => {
  test("gives the microphone back; text, sound and the session go on; unmute() opens it again", async () => {
    const world = await connected();
    const { client, microphone, speaker } = world;
    const chosen = client.setPreferredInputDevice("usb");
    await settle();
    microphone.devices[0]!.changing.resolve();
    await chosen;
    client.mute({ release: true });
    expect([microphone.live, client.getStream()]).toEqual([false, null]);
    expect(world.shown).toMatchObject({
      isMuted: true,
      audioInput: true,
      status: "connected",
      activeInputDeviceId: null,
    });
    await client.sendClientResponseText("Still here.");
    world.agentSpeaks();
    expect([speaker.live, client.agentSpeaking]).toEqual([true, true]);

    const unmuted = client.unmute();
    await settle();
    // As long as it is not open, it is muted.
    microphone.hearFrame(20);
    expect([client.isMuted, world.heard]).toEqual([true, []]);
    await world.opens();
    await unmuted;
    expect(microphone.deviceIds).toEqual([null, "usb"]);
    expect(world.shown).toMatchObject({ isMuted: false, activeInputDeviceId: "usb" });
    expect([microphone.muted, world.muted, world.errors]).toEqual([false, [true, false], []]);
  });

  test("opens nothing by itself: not by a reconnect, not by another connect(), not by a switch or a choice", async () => {
    const world = await connected();
    const { client, microphone } = world;
    client.mute({ release: true });
    world.socket.drop(1006);
    await world.comesBack();
    await settle();
    expect(world.shown).toMatchObject({ status: "connected", isMuted: true });
    await client.setAudioInput(true);
    await client.setPreferredInputDevice("usb");
    await client.setAudioInput(false);
    await client.setAudioInput(true);
    await client.disconnect();
    await world.connect();
    await settle();
    expect([microphone.starts.length, world.held.microphone, client.isMuted]).toEqual([1, false, true]);
    void client.unmute();
    await world.opens();
    expect([microphone.deviceIds, client.isMuted]).toEqual([[null, "usb"], false]);
  });

  test("before connect() no microphone is asked for, and connect() does not wait for one", async () => {
    const world = createWorld();
    world.client.mute({ release: true });
    const connecting = world.client.connect();
    await settle();
    world.socket.open();
    await connecting;
    expect([world.microphone.starts.length, world.client.status]).toEqual([0, "connected"]);
  });

  test("while connect() waits for the microphone: it is not waited for any more", async () => {
    const world = createWorld();
    const connecting = world.client.connect();
    await settle();
    world.socket.open();
    expect(world.client.status).toBe("connecting");
    world.client.mute({ release: true });
    await connecting;
    world.microphone.starts[0]!.opening.resolve();
    await settle();
    expect([world.client.status, world.held.microphone]).toEqual(["connected", false]);
  });

  test.each([["permission-denied"], ["device-in-use"], ["device-not-found"]])(
    "refused with %s when it is opened again: it stays muted, unmute() rejects, and that is one error",
    async (why) => {
      const world = await connected();
      const { client, microphone } = world;
      client.mute({ release: true });
      const unmuted = client.unmute();
      await settle();
      microphone.starts.at(-1)!.opening.reject(code(why));
      await expect(unmuted).rejects.toMatchObject({ code: why });
      expect(world.shown).toMatchObject({ isMuted: true, audioInput: true, status: "connected", error: { code: why } });
      expect([world.errors, world.muted]).toEqual([[`error ${why}`], [true]]);
      const again = client.unmute();
      await world.opens();
      await again;
      expect([client.isMuted, microphone.live]).toEqual([false, true]);
    },
  );

  test("a prompt that nobody answers ends it as well", async () => {
    const world = await connected();
    world.client.mute({ release: true });
    const unmuted = world.client.unmute();
    await settle();
    vi.advanceTimersByTime(30_000);
    await expect(unmuted).rejects.toMatchObject({ code: "permission-dismissed" });
    expect(world.shown).toMatchObject({ isMuted: true, audioInput: true });
  });

  test("the last of mute() and unmute() wins, and what was overtaken opens nothing", async () => {
    const world = await connected();
    const { client, microphone } = world;
    client.mute({ release: true });
    const first = client.unmute();
    client.mute({ release: true });
    await expect(first).rejects.toMatchObject({ code: "aborted" });
    const second = client.unmute();
    // Also a plain one: a mute never leaves a microphone opening.
    client.mute();
    await expect(second).rejects.toMatchObject({ code: "aborted" });
    await settle();
    for (const { opening } of microphone.starts) opening.resolve();
    await settle();
    expect([microphone.live, client.isMuted, world.errors]).toEqual([false, true, []]);
    const [third, fourth] = [client.unmute(), client.unmute()];
    await world.opens();
    await Promise.all([third, fourth]);
    expect([microphone.live, client.isMuted]).toEqual([true, false]);
  });

  test("a microphone that comes is opened for nobody, and the error that there was none is mended", async () => {
    const world = await connected();
    const { client, microphone } = world;
    microphone.ends();
    client.mute({ release: true });
    await settle();
    for (const { opening } of microphone.starts) opening.resolve();
    await settle();
    expect([microphone.live, client.isMuted, world.shown.audioInput]).toEqual([false, true, true]);
  });

  test.each([[{}], [{ hint: true }]])("a later mute(%o) does not open it", async (options) => {
    const { client, microphone } = await connected();
    client.mute({ release: true });
    client.mute(options);
    await settle();
    expect([microphone.starts.length, microphone.live, client.isMuted]).toEqual([1, false, true]);
  });

  test.each([[{}], [{ hint: true }]])("after mute(%o) it is given back, and unmute() opens it", async (options) => {
    const world = await connected();
    world.client.mute(options);
    world.client.mute({ release: true, hint: true });
    expect([world.microphone.live, world.microphone.detection]).toEqual([false, null]);
    void world.client.unmute();
    await world.opens();
    expect([world.microphone.live, world.microphone.muted, world.client.isMuted]).toEqual([true, false, false]);
  });

  test("push-to-talk: a press that is held ends with its release, for there is no tail to wait for", async () => {
    const world = await connected({}, pushToTalkConfig);
    await world.client.triggerUserTurnStarted();
    world.client.mute({ release: true });
    await world.client.triggerUserTurnFinished();
    expect(world.turns).toEqual(["trigger.turn.start", "trigger.turn.end"]);
  });
});

describe("mute({ hint: true })", () => {
  test("tells that the user talks, and nobody else: no audio, no vad_events, no ducking", async () => {
    const world = await connected();
    const { client, microphone, speaker } = world;
    client.mute({ hint: true });
    await settle();
    expect([microphone.live, microphone.muted]).toEqual([true, false]);
    expect(microphone.detection).toMatchObject({ bargeIn: "off" });
    world.agentSpeaks();
    const { length } = speaker.done;
    microphone.startsSpeaking();
    microphone.hearFrame(10);
    microphone.loudness = 0.5;
    expect(world.shown).toMatchObject({ talkingWhileMuted: true, userSpeaking: false, agentSpeaking: true });
    expect([world.shown.agentHeld, client.userAudioAmplitude]).toEqual([null, 0]);
    microphone.stopsSpeaking();
    expect(world.shown.talkingWhileMuted).toBe(false);
    expect([world.talking, world.heard, speaker.done.length]).toEqual([[true, false], [], length]);
  });

  test("a hold that crosses the mute is let go", async () => {
    const world = await connected();
    world.agentSpeaks();
    world.client.mute({ hint: true });
    world.speaker.isPaused = true;
    world.microphone.startsSpeaking("paused");
    expect([world.speaker.isPaused, world.shown.agentHeld]).toEqual([false, null]);
  });

  test("speech that the mute cuts short is over for the server, the agent goes on, and it is no hint yet", async () => {
    const world = await connected();
    const { client, microphone, speaker } = world;
    world.agentSpeaks();
    microphone.startsSpeaking("paused");
    speaker.isPaused = true;
    client.mute({ hint: true });
    expect(world.heard).toEqual(["vad_start", "vad_end"]);
    expect(world.shown).toMatchObject({ userSpeaking: false, agentHeld: null, talkingWhileMuted: false });
    expect(speaker.isPaused).toBe(false);
    microphone.stopsSpeaking();
    microphone.startsSpeaking();
    expect([world.talking, world.heard]).toEqual([[true], []]);
  });

  test("unmuted in the middle of a sentence, the rest of it is heard at once", async () => {
    const world = await connected();
    const { client, microphone } = world;
    client.mute({ hint: true });
    microphone.startsSpeaking();
    microphone.hearFrame(10);
    await client.unmute();
    microphone.hearFrame(10.02);
    expect(world.shown).toMatchObject({ talkingWhileMuted: false, userSpeaking: true });
    microphone.stopsSpeaking();
    expect([world.heard, world.talking]).toEqual([
      ["vad_start", "client.audio", "vad_end"],
      [true, false],
    ]);
    expect(microphone.detection).toMatchObject({ bargeIn: "pause" });
  });

  test("a plain mute in its place ends the listening", async () => {
    const world = await connected();
    world.client.mute({ hint: true });
    world.microphone.startsSpeaking();
    world.client.mute();
    expect([world.shown.talkingWhileMuted, world.microphone.detection, world.microphone.muted]).toEqual([
      false,
      null,
      true,
    ]);
    world.client.mute({ hint: true });
    world.microphone.startsSpeaking();
    expect([world.talking, world.heard]).toEqual([[true, false, true], []]);
  });

  test("a server that says nothing to what it never heard is not doubted", async () => {
    const world = await connected();
    world.client.mute({ hint: true });
    world.microphone.startsSpeaking();
    world.microphone.stopsSpeaking();
    vi.advanceTimersByTime(60_000);
    await settle();
    expect([world.shown.status, world.sockets.length]).toEqual(["connected", 1]);
  });

  test("a detector that fails is told when the mute is over", async () => {
    const world = await connected();
    world.client.mute({ hint: true });
    world.microphone.detectorFails();
    expect(world.heard).toEqual([]);
    await world.client.unmute();
    expect(world.heard).toEqual(["vad_model_failed"]);
  });

  test.each<[string, Partial<LayercodeClientOptions>, AgentConfig]>([
    ["without detection", { enableVAD: false }, config],
    ["in push-to-talk", {}, pushToTalkConfig],
  ])("%s nobody listens", async (_, options, agentConfig) => {
    const { client, microphone } = await connected(options, agentConfig);
    client.mute({ hint: true });
    expect([microphone.detection, microphone.muted]).toEqual([null, false]);
  });
});
