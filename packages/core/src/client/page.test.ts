import { describe, expect, test, vi } from "vitest";
import { longConnected, shown, stopTime } from "../../test/long-connected.js";
import { stubPage } from "../../test/page.js";
import { createWorld, settle } from "../../test/world.js";

stopTime();

describe("the network of the device", () => {
  test("offline: waits for it, and comes back with it at once", async () => {
    const page = stubPage();
    const world = await longConnected();
    page.goOffline();
    world.socket.drop(1006);
    expect(shown(world).reconnecting).toMatchObject({ attempt: 1, delay: null, reason: { cause: "offline" } });
    vi.advanceTimersByTime(600_000);
    await settle();
    expect(world.requests).toHaveLength(1);
    const waits = world.client.connect();
    await settle();
    expect(world.requests).toHaveLength(1);
    page.goOnline();
    await settle();
    world.socket.open();
    await waits;
    expect(shown(world).status).toBe("connected");
    await world.client.disconnect();
    expect(page.listeners).toBe(0);
  });

  test("a page that is seen again does not wait any longer", async () => {
    const page = stubPage();
    const world = await longConnected({ reconnect: { baseDelay: 8000 } });
    page.hide();
    world.socket.drop(1006);
    page.show();
    await settle();
    expect(world.requests).toHaveLength(2);
    page.hide();
    page.show();
    await settle();
    expect(world.requests).toHaveLength(2);
  });

  test("an attempt that the network left behind begins anew with it", async () => {
    const page = stubPage();
    const world = await longConnected();
    world.socket.drop(1006);
    vi.advanceTimersByTime(250);
    await settle();
    page.goOffline();
    page.goOnline();
    await settle();
    expect(world.sockets).toHaveLength(3);
    expect(world.held.sockets).toBe(1);
    world.socket.open();
    expect(shown(world).status).toBe("connected");
    expect(shown(world).reconnecting).toBeNull();
  });

  test("a first connection that is still opening is left to its own time", async () => {
    const page = stubPage();
    const world = createWorld();
    const connecting = world.client.connect();
    await settle();
    world.socket.open();
    page.goOffline();
    page.goOnline();
    expect(shown(world).status).toBe("connecting");
    world.microphone.starts.at(-1)?.opening.resolve();
    await connecting;
    expect(world.sockets).toHaveLength(1);
  });

  test.each(["online", "seen"])(
    "is back (%s), and nothing has come since it went: the connection is stalled",
    async (how) => {
      const page = stubPage();
      const world = await longConnected();
      page.hide();
      page.goOffline();
      expect(shown(world).status).toBe("connected");
      // A frozen page hears of no event but the one that wakes it.
      if (how === "seen") page.online = true;
      if (how === "seen") page.show();
      else page.goOnline();
      expect(shown(world)).toMatchObject({ status: "reconnecting", reconnecting: { reason: { cause: "stalled" } } });
      expect(world.held.sockets).toBe(0);
    },
  );

  test("is back, and something came in between: the connection lives", async () => {
    const page = stubPage();
    const world = await longConnected();
    page.goOffline();
    world.socket.says({ type: "something.new" });
    page.goOnline();
    expect(shown(world).status).toBe("connected");
  });
});
