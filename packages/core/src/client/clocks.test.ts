import { describe, expect, test, vi } from "vitest";
import { longConnected, shown, stopTime } from "../../test/long-connected.js";

stopTime();

const hour = 3_600_000;
/** Somebody sets the clock of the device: no time passes. */
const setClockBy = (ms: number) => vi.setSystemTime(Date.now() + ms);

describe.each([
  ["back", -hour],
  ["forward", hour],
])("the clock of the device set %s by an hour", (_, by) => {
  test("does not change how long a connection has lived", async () => {
    // Thrown out by the server after 10 s, and again after 10 s: neither is a short life.
    const world = await longConnected();
    setClockBy(by);
    world.socket.drop(1011, "", true);
    await world.comesBack();
    vi.advanceTimersByTime(6000);
    setClockBy(by);
    world.socket.drop(1011, "", true);
    await world.comesBack();
    expect(shown(world).status).toBe("connected");
  });

  test("does not change which of what was written may be lost", async () => {
    const world = await longConnected();
    await world.client.sendClientResponseText("long ago");
    world.socket.says({ type: "something.new" });
    vi.advanceTimersByTime(3000);
    setClockBy(by);
    await world.client.sendClientResponseText("just now");
    world.socket.drop(1006);
    expect(shown(world).messages.map(({ text, delivery }) => [text, delivery])).toEqual([
      ["long ago", undefined],
      ["just now", "unknown"],
    ]);
  });

  test("dates what is said from then on", async () => {
    const world = await longConnected();
    setClockBy(by);
    await world.client.sendClientResponseText("now");
    expect(shown(world).messages[0]?.createdAt).toBe(Date.now());
  });
});
