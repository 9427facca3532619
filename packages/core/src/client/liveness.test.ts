import { describe, expect, it, vi } from "vitest";
import { longConnected, shown, stopTime } from "../../test/long-connected.js";
import { pushToTalkConfig } from "../../test/world.js";

stopTime();

describe("a server that says nothing", () => {
  it("for 8 s after a typed message: the connection is stalled, and mended", async () => {
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

  it("for 8 s after a press was let go", async () => {
    const world = await longConnected({}, pushToTalkConfig);
    await world.client.triggerUserTurnStarted();
    vi.advanceTimersByTime(60_000);
    await world.client.triggerUserTurnFinished();
    vi.advanceTimersByTime(8000);
    expect(shown(world).reconnecting?.reason.cause).toBe("stalled");
  });

  it("whatever comes is a sign of life, and an idle connection is none", async () => {
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
