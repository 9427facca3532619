import { describe, expect, test, vi } from "vitest";
import { longConnected, shown, stopTime } from "../../test/long-connected.js";
import { stubPage } from "../../test/page.js";
import { createWorld, settle } from "../../test/world.js";

stopTime();

describe("the network of the device", () => {
  test("offline is a hint: attempts go on, and come back with the network at once", async () => {
    const page = stubPage();
    const world = await longConnected({ reconnect: { baseDelay: 8000 } });
    page.goOffline();
    world.socket.drop(1006);
    expect(shown(world).reconnecting).toMatchObject({ attempt: 1, delay: 6000, reason: { cause: "offline" } });
    page.goOnline();
    await settle();
    world.socket.open();
    expect(shown(world).status).toBe("connected");
    await world.client.disconnect();
    expect(page.listeners).toBe(0);
  });

  test("said to be away by a VPN, and it is not: the connection comes back in its time, and at once by connect()", async () => {
    const page = stubPage();
    page.online = false;
    for (const asks of [false, true]) {
      const world = await longConnected();
      world.socket.drop(1006);
      const asked = asks ? world.client.connect() : undefined;
      if (!asks) vi.advanceTimersByTime(375);
      await settle();
      expect(world.requests).toHaveLength(2);
      world.socket.open();
      await asked;
      expect(shown(world).status).toBe("connected");
      // A page that is seen again costs a connection nothing whose network only says that it is away.
      page.hide();
      page.show();
      expect(shown(world).status).toBe("connected");
      await world.client.disconnect();
    }
  });

  test("away for good: connect() is told so within a minute", async () => {
    const page = stubPage();
    const world = await longConnected();
    world.answer = () => Promise.reject(new TypeError("fetch failed"));
    page.goOffline();
    world.socket.drop(1006);
    const told = expect(world.client.connect()).rejects.toMatchObject({ code: "connection" });
    for (let s = 0; s < 60; s++) {
      await vi.advanceTimersByTimeAsync(1000);
      await settle();
    }
    await told;
    expect(shown(world).status).toBe("disconnected");
  });

  test.each<[string, (page: ReturnType<typeof stubPage>) => void]>([
    [
      "that flaps every 2 s",
      (page) => {
        page.goOffline();
        page.goOnline();
      },
    ],
    [
      "whose tab is switched every 2 s",
      (page) => {
        page.hide();
        page.show();
      },
    ],
  ])("%s burns no attempts", async (_, happens) => {
    const page = stubPage();
    const world = await longConnected({ reconnect: { maxAttempts: 3, baseDelay: 60_000, maxDelay: 60_000 } });
    world.answer = () => Promise.reject(new TypeError("fetch failed"));
    world.socket.drop(1006);
    for (let times = 1; times <= 20; times++) {
      happens(page);
      await settle();
      expect(world.requests).toHaveLength(1 + times);
      vi.advanceTimersByTime(2000);
    }
    expect(shown(world).reconnecting).toMatchObject({ attempt: 1 });
    await world.client.disconnect();
  });

  test("with fifty events in a second is asked for twice: at once, and when the second is over", async () => {
    const page = stubPage();
    const world = await longConnected({ reconnect: { baseDelay: 8000 } });
    world.answer = () => new Promise(() => {});
    world.socket.drop(1006);
    for (let times = 0; times < 50; times++) {
      page.goOffline();
      page.goOnline();
      page.hide();
      page.show();
      await settle();
      vi.advanceTimersByTime(20);
    }
    await settle();
    expect(world.requests).toHaveLength(3);
    await world.client.disconnect();
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
    vi.advanceTimersByTime(375);
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
