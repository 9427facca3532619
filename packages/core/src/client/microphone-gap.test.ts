import { describe, expect, it, vi } from "vitest";
import { longConnected, shown, stopTime, type World } from "../../test/long-connected.js";
import { deferred, pushToTalkConfig, settle } from "../../test/world.js";

stopTime();

describe("the microphone", () => {
  const pcmOf = (world: World) =>
    world.socket.sent
      .filter(({ type }) => type === "client.audio")
      .map(({ content }) => Buffer.from(String(content), "base64").readInt16LE(0));

  it("in a short gap loses nothing, in a long one all but the last second", async () => {
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

  it("that was muted in the gap sends nothing of it", async () => {
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

  it("that was switched off in the gap sends nothing of it, also when it is on again", async () => {
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

  it("of a held button: the turn begins anew, with what was said since, and ends as always", async () => {
    const world = await longConnected({}, pushToTalkConfig);
    await world.client.triggerUserTurnStarted();
    world.socket.drop(1006);
    expect(shown(world)).toMatchObject({ userSpeaking: true, pushToTalk: { enabled: true, pressed: true } });
    world.microphone.hearFrame(11, 1);
    await world.comesBack();
    world.microphone.hearFrame(11.02, 2);
    await world.client.triggerUserTurnFinished();
    expect(world.socket.types).toEqual([
      "client.ready",
      "trigger.turn.start",
      "client.audio",
      "client.audio",
      "trigger.turn.end",
    ]);
    expect(pcmOf(world)).toEqual([1, 2]);
  });

  it("of a button that was let go in the gap: nothing is said", async () => {
    const world = await longConnected({}, pushToTalkConfig);
    await world.client.triggerUserTurnStarted();
    world.socket.drop(1006);
    world.microphone.hearFrame(11, 1);
    await world.client.triggerUserTurnFinished();
    expect(shown(world)).toMatchObject({ userSpeaking: false, pushToTalk: { pressed: false } });
    await expect(world.client.triggerUserTurnStarted()).rejects.toMatchObject({ code: "not-connected" });
    await world.comesBack();
    world.microphone.hearFrame(12, 2);
    expect(world.socket.types).toEqual(["client.ready"]);
  });

  it("of a button that was let go when the socket was open again, and the microphone not yet", async () => {
    const world = await longConnected({}, pushToTalkConfig);
    await world.client.triggerUserTurnStarted();
    world.socket.drop(1006);
    const chosen = world.client.setPreferredInputDevice("usb");
    await world.comesBack();
    expect(shown(world).status).toBe("reconnecting");
    await world.client.triggerUserTurnFinished();
    world.microphone.starts.at(-1)?.opening.resolve();
    await chosen;
    expect(world.socket.types).toEqual(["client.ready"]);
  });

  it("of a button that was let go just before: the call resolves, no server hears of it", async () => {
    const world = await longConnected({}, pushToTalkConfig);
    await world.client.triggerUserTurnStarted();
    const flushing = deferred<void>();
    world.microphone.flushing = flushing.promise;
    const released = world.client.triggerUserTurnFinished();
    world.socket.drop(1006);
    await released;
    await world.comesBack();
    flushing.resolve();
    await settle();
    expect(world.socket.types).toEqual(["client.ready"]);
    expect(shown(world).pushToTalk).toEqual({ enabled: true, pressed: false });
  });

  it("faster than the network: the oldest of more than a second is dropped, which is told once", async () => {
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
