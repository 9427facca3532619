import { describe, expect, test, vi } from "vitest";
import { longConnected, shown, stopTime } from "../../test/long-connected.js";
import { audioContent, createWorld, pushToTalkConfig, settle } from "../../test/world.js";

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
    expect(vi.getTimerCount()).toBe(0);
  });
});
