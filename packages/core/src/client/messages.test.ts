import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { connected, finishedType } from "../../test/conversation.js";
import { createWorld, idleTimers } from "../../test/world.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("what the app sees", () => {
  test("every message but audio and data, with who was speaking, its own acknowledgement too; data by itself", async () => {
    const messages: unknown[] = [];
    const data: unknown[] = [];
    const scene = await connected({
      onMessage: (message) => messages.push(message),
      onDataMessage: (message) => data.push(message),
    });
    scene.agentStarts("a1");
    scene.audio("a1");
    scene.playerEvents.onStarted("a1");
    scene.socket.says({ type: "response.data", turn_id: "a1", content: { n: 1 } });
    scene.socket.says({ type: "future.thing", deep: [1] });
    scene.playerEvents.onFinished(scene.player.at("a1"));
    expect(messages).toEqual([
      { type: "turn.start", role: "assistant", turn_id: "a1", agentSpeaking: false, userSpeaking: false },
      { type: "future.thing", deep: [1], agentSpeaking: true, userSpeaking: false },
      { type: finishedType, reason: "completed", turn_id: "a1", agentSpeaking: false, userSpeaking: false },
    ]);
    expect(data).toEqual([{ type: "response.data", turn_id: "a1", content: { n: 1 }, agentSpeaking: true }]);
  });

  test("a snapshot that audio does not change, and that is there before its events", async () => {
    const scene = await connected();
    scene.agentStarts("a1");
    const before = scene.client.getSnapshot();
    scene.audio("a1");
    scene.microphone.hearFrame(11);
    expect(scene.client.getSnapshot()).toBe(before);
    let seen = "";
    scene.client.on("transcript", () => {
      seen = scene.client.getSnapshot().messages[0]?.text ?? "";
    });
    scene.text("a1", "Hi");
    expect(seen).toBe("Hi");
    expect(scene.client.getSnapshot()).not.toBe(before);
  });

  test("a malformed frame as an error; the connection stays", async () => {
    const scene = await connected();
    scene.socket.says("{");
    scene.socket.says({ type: "turn.start", role: "nobody" });
    expect(scene.log.slice(-2)).toEqual(["error protocol", "error protocol"]);
    expect(scene.client.status).toBe("connected");
  });

  test("all of it, also when a listener throws", async () => {
    const reported = vi.fn();
    vi.stubGlobal("reportError", reported);
    const scene = await connected();
    const undo = scene.client.subscribe(() => {
      throw new Error("subscriber");
    });
    scene.client.on("turn", () => {
      throw new Error("listener");
    });
    const turns: unknown[] = [];
    scene.client.on("turn", (turn) => turns.push(turn));
    scene.agentStarts("a1");
    expect(turns).toEqual([{ role: "assistant", turnId: "a1" }]);
    expect(reported.mock.calls.map(([error]) => error.message)).toEqual(["subscriber", "listener"]);
    undo();
    scene.userStarts("u1");
    expect(reported).toHaveBeenCalledTimes(3);
    vi.unstubAllGlobals();
  });

  test("userSpeaking only while it may be heard", async () => {
    const scene = await connected();
    scene.client.mute();
    scene.userStarts("u1");
    expect(scene.client.userSpeaking).toBe(false);
    await scene.client.unmute();
    scene.userStarts("u2");
    expect(scene.client.userSpeaking).toBe(true);
    scene.client.mute();
    expect(scene.client.userSpeaking).toBe(false);
    await scene.client.unmute();
    scene.userStarts("u3");
    scene.agentStarts("a1");
    expect(scene.client.userSpeaking).toBe(false);
  });

  test("amplitudes 30 times a second, only while somebody listens", async () => {
    const scene = await connected();
    expect(vi.getTimerCount()).toBe(idleTimers);
    const heard: number[] = [];
    const off = scene.client.on("userAmplitude", (amplitude) => heard.push(amplitude));
    scene.microphone.loudness = 0.5;
    vi.advanceTimersByTime(100);
    scene.microphone.loudness = 0.25;
    vi.advanceTimersByTime(100);
    expect(heard).toEqual([0.5, 0.25]);
    off();
    expect(vi.getTimerCount()).toBe(idleTimers);
  });
});

describe("typed messages and data", () => {
  test("go out as they are; blank text does not", async () => {
    const scene = await connected();
    await scene.client.sendClientResponseText("hello");
    await scene.client.sendClientResponseText("  ");
    for (const data of [{ cart: 3 }, [1], null, "text", 0]) await scene.client.sendClientResponseData(data);
    expect(scene.socket.sent.slice(1)).toEqual([
      { type: "client.response.text", content: "hello" },
      { type: "client.response.data", data: { cart: 3 } },
      { type: "client.response.data", data: [1] },
      { type: "client.response.data", data: null },
      { type: "client.response.data", data: "text" },
      { type: "client.response.data", data: 0 },
    ]);
    expect(scene.client.getSnapshot().messages).toMatchObject([{ role: "user", text: "hello", turnId: null }]);
    scene.socket.says({ type: "user.transcript", turn_id: "u1", content: "hello" });
    expect(scene.client.getSnapshot().messages).toMatchObject([{ text: "hello", turnId: "u1" }]);
  });

  test("reject while not connected, and for data that JSON cannot carry", async () => {
    const world = createWorld();
    await expect(world.client.sendClientResponseText("x")).rejects.toMatchObject({ code: "not-connected" });
    await expect(world.client.triggerUserTurnStarted()).rejects.toMatchObject({ code: "not-connected" });
    await expect(world.client.triggerUserTurnFinished()).rejects.toMatchObject({ code: "not-connected" });
    await world.connect();
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    for (const data of [undefined, () => {}, circle, { big: 1n }])
      await expect(world.client.sendClientResponseData(data)).rejects.toMatchObject({
        code: "invalid-option",
      });
    expect(world.socket.types).toEqual(["client.ready"]);
    expect(world.client.status).toBe("connected");
  });
});
