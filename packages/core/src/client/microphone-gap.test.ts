import { describe, expect, test, vi } from "vitest";
import { longConnected, shown, stopTime, type World } from "../../test/long-connected.js";
import { settle } from "../../test/world.js";

stopTime();

describe("the microphone", () => {
  const pcmOf = (world: World) =>
    world.socket.sent
      .filter(({ type }) => type === "client.audio")
      .map(({ content }) => Buffer.from(String(content), "base64").readInt16LE(0));

  test("in a short gap loses nothing, in a long one all but the last second", async () => {
    const world = await longConnected();
    for (const [frames, first] of [
      [10, 0],
      [60, 10],
    ] as const) {
      world.socket.drop(1006);
      for (let n = 0; n < frames; n++) world.microphone.hearFrame(11 + n / 50, n);
      await world.comesBack();
      expect(world.socket.types).toEqual(["client.ready"]);
      for (let n = frames; n < frames + 60; n++) world.microphone.hearFrame(11 + n / 50, n);
      const all = pcmOf(world);
      expect(all).toEqual(Array.from({ length: frames + 60 - first }, (_, n) => n + first));
      vi.advanceTimersByTime(10_000);
    }
  });

  test("that was muted in the gap sends nothing of it", async () => {
    const world = await longConnected();
    world.socket.drop(1006);
    world.microphone.hearFrame(11, 7);
    world.client.mute();
    world.microphone.hearFrame(11.02, 8);
    await world.client.unmute();
    await world.comesBack();
    world.microphone.hearFrame(12, 9);
    expect(pcmOf(world)).toEqual([9]);
  });

  test("that was switched off in the gap sends nothing of it, also when it is on again", async () => {
    const world = await longConnected();
    world.socket.drop(1006);
    world.microphone.hearFrame(11, 7);
    await world.client.setAudioInput(false);
    await world.comesBack();
    const on = world.client.setAudioInput(true);
    await settle();
    world.microphone.starts.at(-1)?.opening.resolve();
    await on;
    world.microphone.hearFrame(12, 9);
    expect(pcmOf(world)).toEqual([9]);
  });

  /** Speaks for a while, 20 ms after 20 ms. */
  function talk(world: World, from: number, to: number): void {
    for (let n = from; n < to; n++) {
      vi.advanceTimersByTime(20);
      world.microphone.hearFrame(11 + n / 50, n);
    }
  }

  test("faster than the network: the oldest of more than 10 s is dropped, which is told once", async () => {
    const world = await longConnected();
    const told = vi.fn();
    world.client.on("audio:uplink-congested", told);
    // Slow, and alive: now and then a message comes.
    const live = () => world.says({ type: "response.data", turn_id: "a1", content: {} });
    world.socket.bufferedAmount = 50_000;
    for (let n = 0; n < 600; n += 100) {
      live();
      talk(world, n, n + 100);
    }
    expect(told).toHaveBeenCalledOnce();
    world.socket.bufferedAmount = 0;
    talk(world, 600, 800);
    const sent = pcmOf(world);
    // All but a stretch of 1.5 s, less what the network had before it was known to be behind.
    expect(sent.slice(-699)).toEqual(Array.from({ length: 699 }, (_, n) => n + 101));
    expect(sent.length).toBeLessThan(780);
    expect(told).toHaveBeenCalledOnce();
    world.socket.bufferedAmount = 50_000;
    for (let n = 800; n < 1400; n += 100) {
      live();
      talk(world, n, n + 100);
    }
    expect(told).toHaveBeenCalledTimes(2);
    expect(shown(world).status).toBe("connected");
  });
});
