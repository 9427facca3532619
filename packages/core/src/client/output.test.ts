import { describe, expect, test, vi } from "vitest";
import { createWorld, settle } from "../../test/world.js";

describe("setVolume()", () => {
  test("applies at once and is kept for later connections", async () => {
    const world = createWorld({ volume: 0.8 });
    expect(world.client.getSnapshot().volume).toBe(0.8);
    await world.connect();
    expect(world.speaker.volume).toBe(0.8);
    world.client.setVolume(0.25);
    expect(world.speaker.volume).toBe(0.25);
    await world.client.disconnect();
    world.client.setVolume(0);
    world.speaker.volume = NaN;
    await world.connect();
    expect([world.client.getSnapshot().volume, world.speaker.volume]).toEqual([0, 0]);
  });

  test("an option that changes applies at once; one that does not leaves it alone", async () => {
    const world = createWorld({ volume: 0.8 });
    await world.connect();
    world.client.setVolume(0.5);
    world.client.setOptions(world.options);
    expect(world.speaker.volume).toBe(0.5);
    world.client.setOptions({ ...world.options, volume: 0.1 });
    expect(world.speaker.volume).toBe(0.1);
  });

  test("refuses what is no volume, and nothing has changed", () => {
    const world = createWorld();
    for (const volume of [-0.1, 1.1, NaN, "1" as never]) {
      expect(() => world.client.setVolume(volume)).toThrow(/"volume" is .*\. Pass a number from 0 to 1\./);
      expect(() => createWorld({ volume })).toThrow(/"volume"/);
    }
    expect(world.client.getSnapshot().volume).toBe(1);
  });

  test("ports without a volume play on", async () => {
    const world = createWorld();
    Object.assign(world.speaker, { setVolume: undefined });
    await world.connect();
    world.client.setVolume(0.5);
    expect(world.client.getSnapshot()).toMatchObject({ status: "connected", volume: 0.5 });
  });
});

describe("setOutputDevice()", () => {
  test("chosen before, it is where the agent is heard from the beginning; chosen again, at once", async () => {
    const world = createWorld();
    await world.client.setOutputDevice("hdmi");
    expect(world.speaker.devices).toHaveLength(0);
    await world.connect();
    expect(world.speaker.devices.map(({ deviceId }) => deviceId)).toEqual(["hdmi"]);
    world.speaker.devices[0]?.changing.resolve();
    await settle();
    // As browsers call the system's choice.
    const changed = world.client.setOutputDevice("default");
    expect(world.client.getSnapshot().outputDeviceId).toBeNull();
    await settle();
    expect(world.speaker.devices[1]?.deviceId).toBeNull();
    world.speaker.devices[1]?.changing.resolve();
    await changed;
    await world.client.disconnect();
    // A new AudioContext plays on the system's choice by itself.
    await world.connect();
    expect(world.speaker.devices).toHaveLength(2);
  });

  test("one that is refused is told once, and the one before is still the one", async () => {
    const world = createWorld();
    await world.connect();
    const answer = async (deviceId: string, failure?: string) => {
      const changed = world.client.setOutputDevice(deviceId);
      expect(world.client.getSnapshot().outputDeviceId).toBe(deviceId);
      await settle();
      const { changing } = world.speaker.devices.at(-1)!;
      if (failure) changing.reject(Object.assign(new Error("No."), { code: failure }));
      else changing.resolve();
      await changed;
    };
    await answer("hdmi");
    await expect(answer("gone", "device-not-found")).rejects.toMatchObject({ code: "device-not-found" });
    expect(world.client.getSnapshot()).toMatchObject({
      status: "connected",
      audioOutput: true,
      outputDeviceId: "hdmi",
      error: { code: "device-not-found" },
    });
    expect(world.log.filter((line) => line.startsWith("error"))).toEqual(["error device-not-found"]);
  });

  test.each([
    ["refused too", false, null],
    ["there", true, "hdmi"],
  ])(
    "of two at once the last is refused, and the first was %s: that decides where the sound stays",
    async (_, isThere, stays) => {
      const world = createWorld();
      await world.connect();
      const refusal = Object.assign(new Error("No."), { code: "device-not-found" });
      const first = world.client.setOutputDevice("hdmi");
      const last = world.client.setOutputDevice("gone");
      await settle();
      const [one, other] = world.speaker.devices;
      if (isThere) one?.changing.resolve();
      else one?.changing.reject(refusal);
      await first.catch(() => {});
      other?.changing.reject(refusal);
      await expect(last).rejects.toMatchObject({ code: "device-not-found" });
      expect(world.client.getSnapshot()).toMatchObject({ outputDeviceId: stays, activeOutputDeviceId: stays });
    },
  );

  test("one that is not there at the next connection stays the choice, and nothing has failed", async () => {
    const world = createWorld();
    await world.client.setOutputDevice("hdmi");
    await world.connect();
    world.speaker.devices[0]?.changing.reject(Object.assign(new Error("Gone."), { code: "device-not-found" }));
    await settle();
    expect(world.client.getSnapshot()).toMatchObject({
      status: "connected",
      outputDeviceId: "hdmi",
      activeOutputDeviceId: null,
    });
    expect(world.log.filter((line) => line.startsWith("error"))).toEqual([]);
  });

  test("a change that disconnect() overtakes is no error: the next connection makes it", async () => {
    const world = createWorld();
    await world.connect();
    const changed = world.client.setOutputDevice("hdmi");
    await settle();
    await world.client.disconnect();
    world.speaker.devices[0]?.changing.reject(new Error("closed"));
    await changed;
    expect(world.client.getSnapshot().outputDeviceId).toBe("hdmi");
    expect(world.log.filter((line) => line.startsWith("error"))).toEqual([]);
  });

  test("a speaker that never answers keeps nobody waiting once the session is over", async () => {
    const world = createWorld();
    await world.connect();
    const changed = world.client.setOutputDevice("hdmi");
    await settle();
    await world.client.disconnect();
    await changed;
    // What it says later is of no session.
    await world.connect();
    world.speaker.devices[0]?.changing.resolve();
    await settle();
    expect(world.client.getSnapshot().activeOutputDeviceId).toBeNull();
  });

  test("ports that play where they play say so", async () => {
    const world = createWorld();
    Object.assign(world.speaker, { setDevice: undefined });
    await world.connect();
    await expect(world.client.setOutputDevice("hdmi")).rejects.toMatchObject({ code: "output-unsupported" });
    expect(world.client.getSnapshot().outputDeviceId).toBeNull();
  });
});

describe("a silent microphone", () => {
  test("is in the snapshot and an event, until sound comes again", async () => {
    const world = createWorld();
    const told = vi.fn();
    world.client.on("audio:silent-microphone", told);
    await world.connect();
    world.microphone.starts[0]?.events.onSilent?.(true);
    expect(world.client.getSnapshot().microphoneSilent).toBe(true);
    world.microphone.starts[0]?.events.onSilent?.(false);
    expect(told.mock.calls).toEqual([[true], [false]]);
  });

  test("is nobody's business while muted, and over when the microphone is closed", async () => {
    const world = createWorld();
    await world.connect();
    const silent = () => world.microphone.starts.at(-1)?.events.onSilent?.(true);
    const shown = () => world.client.getSnapshot().microphoneSilent;
    silent();
    world.client.mute();
    expect(shown()).toBe(false);
    // Nothing has been heard meanwhile.
    await world.client.unmute();
    expect(shown()).toBe(true);
    const chosen = world.client.setPreferredInputDevice("usb");
    expect(shown()).toBe(false);
    await settle();
    world.microphone.starts.at(-1)?.opening.resolve();
    await chosen;
    expect(shown()).toBe(false);
    silent();
    await world.client.setAudioInput(false);
    expect(shown()).toBe(false);
    // What a microphone that was closed still says.
    silent();
    expect(shown()).toBe(false);
  });
});
