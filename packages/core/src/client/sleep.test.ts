import { sleepFor } from "@layercode/client-testing/vitest";
import { describe, expect, test, vi } from "vitest";
import { longConnected, shown, stopTime } from "../../test/long-connected.js";
import { stubPage } from "../../test/page.js";
import { audioContent, createWorld, pushToTalkConfig, settle } from "../../test/world.js";

stopTime();

const kinds = ["stands still", "runs"] as const;

describe.each(kinds)("a device that slept, and whose monotonic clock %s meanwhile", (monotonic) => {
  test("doubts its connection, and mends it where nothing comes within 8 s", async () => {
    stubPage();
    const world = await longConnected();
    sleepFor(60_000, monotonic);
    vi.advanceTimersByTime(5000 + 7999);
    expect(shown(world).status).toBe("connected");
    vi.advanceTimersByTime(1);
    expect(shown(world).reconnecting?.reason).toMatchObject({ code: 1006, cause: "stalled" });
    await world.comesBack();
    expect(shown(world).status).toBe("connected");
    await world.client.disconnect();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("keeps a connection that shows a sign of life", async () => {
    stubPage();
    const world = await longConnected();
    sleepFor(60_000, monotonic);
    vi.advanceTimersByTime(5000 + 4000);
    world.socket.says({ type: "something.new" });
    vi.advanceTimersByTime(3_600_000);
    expect(shown(world).status).toBe("connected");
    expect(world.sockets).toHaveLength(1);
  });

  test("lets the agent be heard to its end first, and the user speak", async () => {
    stubPage();
    const world = await longConnected({}, pushToTalkConfig);
    world.socket.says({ type: "turn.start", role: "assistant", turn_id: "a1" });
    world.socket.says({ type: "response.audio", turn_id: "a1", content: audioContent(8) });
    sleepFor(60_000, monotonic);
    vi.advanceTimersByTime(30_000);
    expect(shown(world).status).toBe("connected");
    await world.client.triggerUserTurnStarted();
    vi.advanceTimersByTime(60_000);
    expect(shown(world).status).toBe("connected");
  });

  test("while reconnecting tries at once, and has its whole time again", async () => {
    stubPage();
    const world = await longConnected({ connectTimeout: 120_000 });
    const { answer } = world;
    world.answer = () => new Promise(() => {});
    world.socket.drop(1006);
    vi.advanceTimersByTime(50_000);
    await settle();
    sleepFor(600_000, monotonic);
    world.answer = () => Promise.reject(new TypeError("fetch failed"));
    for (let s = 0; s < 50; s++) {
      vi.advanceTimersByTime(1000);
      await settle();
    }
    expect(shown(world).status).toBe("reconnecting");
    world.answer = answer;
    await world.comesBack();
    expect(shown(world).status).toBe("connected");
  });

  test("before it was connected is left to its own time", async () => {
    stubPage();
    const world = createWorld();
    const connecting = world.client.connect();
    await settle();
    sleepFor(60_000, monotonic);
    vi.advanceTimersByTime(9000);
    expect(shown(world).status).toBe("connecting");
    world.socket.open();
    world.microphone.starts[0]?.opening.resolve();
    await connecting;
    vi.advanceTimersByTime(30_000);
    expect(shown(world).status).toBe("connected");
  });
});

describe("what is no sleep", () => {
  test("an idle connection, for an hour", async () => {
    stubPage();
    const world = await longConnected();
    vi.advanceTimersByTime(3_600_000);
    expect(world.sockets).toHaveLength(1);
  });

  test("the timers of a hidden page, which fire once a minute; nor what passed until it is seen", async () => {
    const page = stubPage();
    const world = await longConnected();
    page.hide();
    for (let minutes = 0; minutes < 10; minutes++) {
      sleepFor(60_000, "runs");
      vi.advanceTimersByTime(5000);
    }
    sleepFor(30_000, "runs");
    page.show();
    vi.advanceTimersByTime(60_000);
    expect(shown(world).status).toBe("connected");
    expect(world.sockets).toHaveLength(1);
  });

  test("ten seconds without a turn of the loop, and a clock that is set back", async () => {
    stubPage();
    const world = await longConnected();
    sleepFor(10_000, "runs");
    vi.advanceTimersByTime(20_000);
    vi.setSystemTime(Date.now() - 3_600_000);
    vi.advanceTimersByTime(60_000);
    expect(world.sockets).toHaveLength(1);
  });

  test("but a hidden page that slept is noticed where the clock stood still", async () => {
    const page = stubPage();
    const world = await longConnected();
    page.hide();
    sleepFor(60_000);
    vi.advanceTimersByTime(5000 + 8000);
    expect(shown(world).status).toBe("reconnecting");
  });
});
