import { busyFor } from "@layercode/client-testing/vitest";
import { describe, expect, test, vi } from "vitest";
import { longConnected, shown, stopTime, type World } from "../../test/long-connected.js";
import { pushToTalkConfig, settle } from "../../test/world.js";

stopTime();

// A debugger, an alert(), a slow route: for seconds the page takes nothing, then all that happened meanwhile at once. The
// order is the browser's: what the user did comes first, and timers may come before what the network brought.

const samplesOf = (world: World) =>
  world.socket.sent
    .filter(({ type }) => type === "client.audio")
    .flatMap(({ content }) => [...new Int16Array(Uint8Array.from(Buffer.from(String(content), "base64")).buffer)]);
const valuesOf = (world: World) => [...new Set(samplesOf(world))];

/** The page is busy; the clocks go on. What is said meanwhile comes afterwards: hear it. */
function isBusy(world: World, seconds: number): void {
  busyFor(seconds * 1000);
  world.microphone.clock += seconds;
}
/** Frames that were captured from `from` to `to`, in seconds, and come at once. */
function hear(world: World, from: number, to: number): void {
  for (let n = 0; n < Math.round((to - from) * 50); n++) world.microphone.hearFrame(from + n / 50, n + 1);
}
/** An event of the page that happened so many ms ago. */
const event = (agoMs: number) => ({ timeStamp: performance.now() - agoMs });

describe("a page that was busy", () => {
  test.each([3, 60])(
    "for %i s sends all that was said meanwhile, in order, and does not blame the network",
    async (s) => {
      const world = await longConnected();
      const told = vi.fn();
      world.client.on("audio:uplink-congested", told);
      // As in a browser: within a task nobody is told what the network has taken.
      world.socket.isSlow = true;
      isBusy(world, s);
      hear(world, 10, 10 + s);
      expect(valuesOf(world)).toEqual(Array.from({ length: s * 50 }, (_, n) => n + 1));
      world.socket.drain();
      expect(told).not.toHaveBeenCalled();
      expect(shown(world).status).toBe("connected");
    },
  );

  test("for half of every second loses nothing either", async () => {
    const world = await longConnected();
    const told = vi.fn();
    world.client.on("audio:uplink-congested", told);
    world.socket.isSlow = true;
    let count = 0;
    for (let second = 0; second < 30; second++) {
      isBusy(world, 0.5);
      for (let n = 0; n < 25; n++) world.microphone.hearFrame(11, ++count);
      for (let n = 0; n < 25; n++) {
        vi.advanceTimersByTime(20);
        world.socket.drain();
        world.microphone.hearFrame(11, ++count);
      }
    }
    expect(valuesOf(world)).toHaveLength(count);
    expect(told).not.toHaveBeenCalled();
  });

  test("when push-to-talk was pressed and released sends what was said in between, to the sample", async () => {
    const world = await longConnected({}, pushToTalkConfig);
    isBusy(world, 3);
    const { clock } = world.microphone;
    // Pressed 2.5 s ago, released 0.5 s ago.
    vi.spyOn(performance, "now").mockReturnValue(100_000);
    await world.client.triggerUserTurnStarted(event(2500));
    world.microphone.flushing = Promise.resolve().then(() => hear(world, clock - 3, clock));
    await world.client.triggerUserTurnFinished(event(500));
    expect(samplesOf(world)).toHaveLength(2 * 8000);
    expect(world.socket.types.at(-1)).toBe("trigger.turn.end");
  });

  test("whose audio clock has stood still meanwhile lets nothing out that was said before the press", async () => {
    const world = await longConnected({}, pushToTalkConfig);
    const now = vi.spyOn(performance, "now").mockReturnValue(100_000);
    world.microphone.clock = 12;
    hear(world, 11.98, 12);
    now.mockReturnValue(103_000);
    // The page's clock says that it was pressed 1 s ago; the audio clock says it is still 12, and not 15.
    await world.client.triggerUserTurnStarted(event(1000));
    hear(world, 12, 15);
    expect(samplesOf(world).length / 8000).toBeCloseTo(1.02, 3);
  });

  test.each([NaN, -5000, 1e9])("and an event that says nothing of when it happened: it is now (%d)", async (ago) => {
    const world = await longConnected({}, pushToTalkConfig);
    await world.client.triggerUserTurnStarted(event(ago));
    hear(world, 9, 11);
    expect(samplesOf(world)).toHaveLength(8000);
  });

  test("waits for the tail of a press that came later than its timer, then ends the turn", async () => {
    const world = await longConnected({}, pushToTalkConfig);
    await world.client.triggerUserTurnStarted();
    world.microphone.clock = 11;
    let tail = () => {};
    world.microphone.flushing = new Promise((resolve) => {
      tail = resolve;
    });
    const released = world.client.triggerUserTurnFinished();
    isBusy(world, 3);
    vi.advanceTimersByTime(500);
    hear(world, 9, 14);
    tail();
    await released;
    expect(samplesOf(world)).toHaveLength(8000);
    expect(world.socket.types.at(-1)).toBe("trigger.turn.end");
  });

  test("when the reply was due hears it first: the connection is not stalled", async () => {
    const world = await longConnected();
    await world.client.sendClientResponseText("hello?");
    isBusy(world, 30);
    vi.advanceTimersByTime(8000);
    expect(shown(world).status).toBe("connected");
    world.server.agentStarts("a1");
    vi.advanceTimersByTime(60_000);
    expect(shown(world).status).toBe("connected");
  });

  test("and a server that says nothing all the same: the connection is stalled", async () => {
    const world = await longConnected();
    await world.client.sendClientResponseText("hello?");
    isBusy(world, 30);
    vi.advanceTimersByTime(8050);
    expect(shown(world).reconnecting?.reason.cause).toBe("stalled");
    await settle();
  });
});

describe("a press", () => {
  test("on a network that takes nothing loses none of it, until its end and after a loss", async () => {
    const world = await longConnected({}, pushToTalkConfig);
    await world.client.triggerUserTurnStarted();
    world.socket.bufferedAmount = 50_000;
    for (let n = 1; n <= 1500; n++) {
      vi.advanceTimersByTime(20);
      if (n % 100 === 0) world.says({ type: "response.data", content: {} });
      world.microphone.hearFrame(10 + n / 50, n);
    }
    world.microphone.clock = 50;
    await world.client.triggerUserTurnFinished();
    expect(valuesOf(world)).toEqual(Array.from({ length: 1500 }, (_, n) => n + 1));
    expect(world.socket.types.at(-1)).toBe("trigger.turn.end");
  });

  test("of more than a minute, of which nothing can be written, loses its beginning, and says so once", async () => {
    const world = await longConnected({}, pushToTalkConfig);
    const told = vi.fn();
    world.client.on("audio:uplink-congested", told);
    world.socket.drop(1006);
    await world.client.triggerUserTurnStarted();
    hear(world, 10, 70);
    expect(told).not.toHaveBeenCalled();
    hear(world, 70, 80);
    expect(told).toHaveBeenCalledOnce();
    await world.comesBack();
    world.microphone.hearFrame(80, 9);
    expect(world.socket.types.slice(0, 3)).toEqual(["client.ready", "trigger.turn.start", "client.audio"]);
    expect(samplesOf(world).length / 8000).toBe(60);
  });

  test("that ends before its tail has come writes what waited ahead of its end", async () => {
    const world = await longConnected({}, pushToTalkConfig);
    await world.client.triggerUserTurnStarted();
    world.socket.bufferedAmount = 50_000;
    for (let n = 1; n <= 100; n++) {
      vi.advanceTimersByTime(20);
      world.microphone.hearFrame(10 + n / 50, n);
    }
    world.microphone.clock = 20;
    world.microphone.flushing = new Promise(() => {});
    void world.client.triggerUserTurnFinished();
    await world.client.triggerUserTurnStarted();
    const types = world.socket.types.filter((type) => String(type).startsWith("trigger") || type === "client.audio");
    expect(types).toEqual([
      "trigger.turn.start",
      ...Array.from({ length: 100 }, () => "client.audio"),
      "trigger.turn.end",
      "trigger.turn.start",
    ]);
  });
});
