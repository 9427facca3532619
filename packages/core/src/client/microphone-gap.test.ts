import { describe, expect, test, vi } from "vitest";
import { longConnected, stopTime, type World } from "../../test/long-connected.js";
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
      [60, 11],
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

  test("faster than the network: the oldest of more than a second is dropped, which is told once", async () => {
    const world = await longConnected();
    const told = vi.fn();
    world.client.on("audio:uplink-congested", told);
    world.socket.bufferedAmount = 50_000;
    for (let n = 0; n < 100; n++) world.microphone.hearFrame(11 + n / 50, n);
    expect(pcmOf(world)).toEqual([]);
    expect(told).toHaveBeenCalledOnce();
    world.socket.bufferedAmount = 0;
    for (let n = 100; n < 130; n++) world.microphone.hearFrame(11 + n / 50, n);
    const sent = pcmOf(world);
    expect(sent.at(-1)).toBe(129);
    expect(sent).toEqual(Array.from({ length: sent.length }, (_, n) => 130 - sent.length + n));
    expect(told).toHaveBeenCalledOnce();
    world.socket.bufferedAmount = 50_000;
    for (let n = 0; n < 100; n++) world.microphone.hearFrame(11 + n / 50, n);
    expect(told).toHaveBeenCalledTimes(2);
  });
});
