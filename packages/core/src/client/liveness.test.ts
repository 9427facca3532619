import { busyFor } from "@layercode/client-testing/vitest";
import { describe, expect, test, vi } from "vitest";
import { longConnected, shown, stopTime, type World } from "../../test/long-connected.js";
import { audioContent, createWorld, idleTimers, pushToTalkConfig, settle } from "../../test/world.js";

stopTime();

describe("a server that says nothing", () => {
  test("for 8 s after a typed message: the connection is stalled, and mended", async () => {
    const world = await longConnected();
    await world.client.sendClientResponseText("hello?");
    vi.advanceTimersByTime(7999);
    expect(shown(world).status).toBe("connected");
    await world.client.sendClientResponseText("are you there?");
    vi.advanceTimersByTime(1);
    expect(shown(world)).toMatchObject({
      status: "reconnecting",
      reconnecting: { reason: { code: 1006, wasClean: false, cause: "stalled" } },
      messages: [{ delivery: "unknown" }, { delivery: "unknown" }],
    });
    expect(world.held).toEqual({ sockets: 0, microphone: true, speaker: true });
    await world.comesBack();
    expect(world.socket.types).toEqual(["client.ready"]);
  });

  test("for 8 s after a press was let go", async () => {
    const world = await longConnected({}, pushToTalkConfig);
    await world.client.triggerUserTurnStarted();
    vi.advanceTimersByTime(60_000);
    await world.client.triggerUserTurnFinished();
    vi.advanceTimersByTime(8000);
    expect(shown(world).reconnecting?.reason.cause).toBe("stalled");
  });

  test.each([
    ["turn.end", { role: "user" }],
    ["user.transcript", { content: "Are you there?" }],
  ])("for 8 s after it has heard the user to the end (%s)", async (type, fields) => {
    const world = await longConnected();
    world.socket.says({ type: "turn.start", role: "user", turn_id: "u1" });
    vi.advanceTimersByTime(60_000);
    world.socket.says({ type, turn_id: "u1", ...fields });
    vi.advanceTimersByTime(7999);
    expect(shown(world).status).toBe("connected");
    vi.advanceTimersByTime(1);
    expect(shown(world).reconnecting?.reason.cause).toBe("stalled");
  });

  test("before the microphone is open, is no connection that was lost", async () => {
    const world = createWorld();
    const connecting = world.client.connect();
    await settle();
    world.socket.open();
    world.socket.says({ type: "turn.start", role: "user", turn_id: "u1" });
    world.socket.says({ type: "turn.end", role: "user", turn_id: "u1" });
    vi.advanceTimersByTime(10_000);
    expect(shown(world).status).toBe("connecting");
    world.microphone.starts[0]?.opening.resolve();
    await connecting;
    await world.client.disconnect();
  });

  test("because it has answered already, or listens to the next press, is not stalled", async () => {
    const world = await longConnected({}, pushToTalkConfig);
    world.socket.says({ type: "turn.start", role: "user", turn_id: "u1" });
    world.socket.says({ type: "turn.end", role: "user", turn_id: "u1" });
    world.socket.says({ type: "turn.start", role: "assistant", turn_id: "a1" });
    world.socket.says({ type: "user.transcript", turn_id: "u1", content: "Hello." });
    vi.advanceTimersByTime(60_000);
    await world.client.sendClientResponseText("hello?");
    await world.client.triggerUserTurnStarted();
    vi.advanceTimersByTime(60_000);
    expect(shown(world).status).toBe("connected");
  });

  test("because the agent is heard to its end first: the 8 s begin when it was", async () => {
    const world = await longConnected(
      {},
      { transcription: { trigger: "automatic", can_interrupt: false, automatic: true } },
    );
    world.socket.says({ type: "turn.start", role: "assistant", turn_id: "a1" });
    world.socket.says({ type: "response.audio", turn_id: "a1", content: audioContent(8) });
    world.socket.says({ type: "response.end", turn_id: "a1" });
    world.socket.says({ type: "turn.start", role: "user", turn_id: "u1" });
    world.socket.says({ type: "turn.end", role: "user", turn_id: "u1" });
    vi.advanceTimersByTime(15_000);
    world.speaker.events?.onFinished(world.speaker.at("a1"));
    vi.advanceTimersByTime(7999);
    expect(shown(world).status).toBe("connected");
    vi.advanceTimersByTime(1);
    expect(shown(world).reconnecting?.reason.cause).toBe("stalled");
  });

  test("whatever comes is a sign of life, and an idle connection is none", async () => {
    const world = await longConnected();
    vi.advanceTimersByTime(3_600_000);
    await world.client.sendClientResponseText("hello?");
    vi.advanceTimersByTime(7999);
    world.socket.says("no json");
    vi.advanceTimersByTime(3_600_000);
    expect(shown(world).status).toBe("connected");
    expect(vi.getTimerCount()).toBe(idleTimers);
  });
});

describe("a network that takes nothing of what the user says", () => {
  /** The user speaks for so many ms. */
  function talk(world: World, ms: number): void {
    for (let passed = 0; passed < ms; passed += 20) {
      vi.advanceTimersByTime(20);
      world.microphone.hearFrame(11 + passed / 1000);
    }
  }

  test("for 6 s, while nothing comes: the connection is stalled, and mended; said is what was said last", async () => {
    const world = await longConnected();
    world.socket.isSlow = true;
    talk(world, 6000);
    expect(shown(world).status).toBe("connected");
    talk(world, 40);
    expect(shown(world)).toMatchObject({
      status: "reconnecting",
      reconnecting: { reason: { code: 1006, wasClean: false, cause: "stalled" } },
    });
    expect(world.held).toEqual({ sockets: 0, microphone: true, speaker: true });
    await world.comesBack();
    talk(world, 20_000);
    expect(shown(world).status).toBe("connected");
    expect(world.socket.types.length).toBeGreaterThan(1000);
  });

  test.each<[string, (world: World) => void]>([
    ["takes a little now and then", ({ socket }) => socket.drain(100)],
    ["brings a message now and then", (world) => world.says({ type: "response.data", content: {} })],
  ])("but %s, is slow and no more", async (_, lives) => {
    const world = await longConnected();
    world.socket.isSlow = true;
    for (let n = 0; n < 20; n++) {
      talk(world, 5000);
      lives(world);
    }
    expect(shown(world).status).toBe("connected");
  });

  test("because the page was busy and is not told what the network took, takes all", async () => {
    const world = await longConnected();
    for (let n = 0; n < 20; n++) {
      world.socket.isSlow = true;
      busyFor(10_000);
      for (let frame = 0; frame < 500; frame++) world.microphone.hearFrame(11, frame);
      world.socket.drain();
      talk(world, 20);
    }
    expect(shown(world).status).toBe("connected");
    expect(world.socket.types.length).toBeGreaterThan(20 * 500);
  });

  test("of an old connection, says nothing of the new one", async () => {
    const world = await longConnected();
    world.socket.isSlow = true;
    talk(world, 5900);
    world.socket.drop(1006);
    await world.comesBack();
    world.socket.isSlow = true;
    talk(world, 5900);
    expect(shown(world).status).toBe("connected");
  });
});
