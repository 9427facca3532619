import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createWorld, settle } from "../../test/world.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the microphone and the speaker while connected", () => {
  test("setAudioInput(false) gives the microphone back, (true) takes it again", async () => {
    const world = createWorld();
    await world.connect();
    await world.client.setAudioInput(false);
    expect(world.microphone.live).toBe(false);
    const on = world.client.setAudioInput(true);
    await settle();
    world.microphone.starts[1]!.opening.resolve();
    await on;
    expect(world.held.microphone).toBe(true);
    expect(world.client.audioInputEnabled).toBe(true);
  });

  test("refused: rejects, reports once, goes on without", async () => {
    const world = createWorld({ audioInput: false });
    await world.connect();
    const on = world.client.setAudioInput(true);
    await settle();
    world.microphone.starts[0]!.opening.reject(Object.assign(new Error("In use."), { code: "device-in-use" }));
    await expect(on).rejects.toMatchObject({ code: "device-in-use" });
    expect(world.log.filter((line) => line.startsWith("error"))).toEqual(["error device-in-use"]);
    expect(world.client.getSnapshot()).toMatchObject({ status: "connected", audioInput: false });
  });

  test("the last of two calls wins; the first rejects as aborted", async () => {
    const world = createWorld({ audioInput: false });
    await world.connect();
    const on = world.client.setAudioInput(true);
    const off = world.client.setAudioInput(false);
    await off;
    await expect(on).rejects.toMatchObject({ code: "aborted" });
    world.microphone.starts[0]?.opening.resolve();
    await settle();
    expect(world.microphone.live).toBe(false);
  });

  test("unplugged, and there is no other: says so once, and the way back works", async () => {
    const changes: boolean[] = [];
    const world = createWorld({ audioInputChanged: (on) => changes.push(on) });
    await world.connect();
    const gone = Object.assign(new Error("Gone."), { code: "device-not-found" });
    world.microphone.starts[0]!.events.onEnded(gone);
    await settle();
    world.microphone.starts[1]!.opening.reject(gone);
    await settle();
    expect(world.client.getSnapshot()).toMatchObject({ status: "connected", audioInput: false });
    expect(world.log.at(-1)).toBe("error device-not-found");
    const on = world.client.setAudioInput(true);
    await settle();
    world.microphone.starts[2]!.opening.resolve();
    await on;
    expect(changes).toEqual([false, true]);
  });

  test("deferred audio opens when it is switched on", async () => {
    const world = createWorld({ deferAudioInit: true });
    await world.connect();
    const on = world.client.setAudioInput(true);
    await settle();
    world.microphone.starts[0]!.opening.resolve();
    await on;
    await world.client.setAudioOutput(true);
    expect(world.held).toMatchObject({ microphone: true, speaker: true });
  });

  test("mute silences the track and survives a reconnect", async () => {
    const world = createWorld();
    const changes: boolean[] = [];
    world.client.on("mute", (muted) => changes.push(muted));
    await world.connect();
    world.client.mute();
    world.client.mute();
    await settle();
    expect(world.microphone.muted).toBe(true);
    await world.client.disconnect();
    await world.connect();
    expect(world.client.isMuted).toBe(true);
    expect(world.microphone.muted).toBe(true);
    await world.client.unmute();
    await settle();
    expect(world.microphone.muted).toBe(false);
    expect(changes).toEqual([true, false]);
  });
});

describe("microphone audio on the wire", () => {
  test("is base64 PCM16, and none before connected", async () => {
    const world = createWorld();
    void world.client.connect();
    await settle();
    world.microphone.starts[0]!.opening.resolve();
    await settle();
    world.microphone.hearFrame(1, 258);
    world.socket.open();
    world.microphone.hearFrame(2, 258);
    expect(world.socket.sent).toEqual([
      { type: "client.ready" },
      { type: "client.audio", content: Buffer.alloc(320, Uint8Array.of(2, 1)).toString("base64") },
    ]);
  });
});
