import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { connected, finishedType } from "../../test/conversation.js";
import { createWorld } from "../../test/world.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("what the app sees", () => {
  it("every message but audio, with who was speaking, its own acknowledgement too", async () => {
    const messages: unknown[] = [];
    const data: unknown[] = [];
    const it = await connected({
      onMessage: (message) => messages.push(message),
      onDataMessage: (message) => data.push(message),
    });
    it.agentStarts("a1");
    it.audio("a1");
    it.playerEvents.onStarted("a1");
    it.socket.says({ type: "response.data", turn_id: "a1", content: { n: 1 } });
    it.socket.says({ type: "future.thing", deep: [1] });
    it.playerEvents.onFinished(it.player.at("a1"));
    expect(messages).toEqual([
      { type: "turn.start", role: "assistant", turn_id: "a1", agentSpeaking: false, userSpeaking: false },
      { type: "response.data", turn_id: "a1", content: { n: 1 }, agentSpeaking: true, userSpeaking: false },
      { type: "future.thing", deep: [1], agentSpeaking: true, userSpeaking: false },
      { type: finishedType, reason: "completed", turn_id: "a1", agentSpeaking: false, userSpeaking: false },
    ]);
    expect(data).toEqual([{ type: "response.data", turn_id: "a1", content: { n: 1 }, agentSpeaking: true }]);
  });

  it("a snapshot that audio does not change, and that is there before its events", async () => {
    const it = await connected();
    it.agentStarts("a1");
    const before = it.client.getSnapshot();
    it.audio("a1");
    it.microphone.hearFrame(11);
    expect(it.client.getSnapshot()).toBe(before);
    let seen = "";
    it.client.on("transcript", () => {
      seen = it.client.getSnapshot().messages[0]?.text ?? "";
    });
    it.text("a1", "Hi");
    expect(seen).toBe("Hi");
    expect(it.client.getSnapshot()).not.toBe(before);
  });

  it("a malformed frame as an error; the connection stays", async () => {
    const it = await connected();
    it.socket.says("{");
    it.socket.says({ type: "turn.start", role: "nobody" });
    expect(it.log.slice(-2)).toEqual(["error protocol", "error protocol"]);
    expect(it.client.status).toBe("connected");
  });

  it("all of it, also when a listener throws", async () => {
    const reported = vi.fn();
    vi.stubGlobal("reportError", reported);
    const it = await connected();
    const undo = it.client.subscribe(() => {
      throw new Error("subscriber");
    });
    it.client.on("turn", () => {
      throw new Error("listener");
    });
    const turns: unknown[] = [];
    it.client.on("turn", (turn) => turns.push(turn));
    it.agentStarts("a1");
    expect(turns).toEqual([{ role: "assistant", turnId: "a1" }]);
    expect(reported.mock.calls.map(([error]) => error.message)).toEqual(["subscriber", "listener"]);
    undo();
    it.userStarts("u1");
    expect(reported).toHaveBeenCalledTimes(3);
    vi.unstubAllGlobals();
  });

  it("userSpeaking only while it may be heard", async () => {
    const it = await connected();
    it.client.mute();
    it.userStarts("u1");
    expect(it.client.userSpeaking).toBe(false);
    await it.client.unmute();
    it.userStarts("u2");
    expect(it.client.userSpeaking).toBe(true);
    it.client.mute();
    expect(it.client.userSpeaking).toBe(false);
    await it.client.unmute();
    it.userStarts("u3");
    it.agentStarts("a1");
    expect(it.client.userSpeaking).toBe(false);
  });

  it("amplitudes 30 times a second, only while somebody listens", async () => {
    const it = await connected();
    expect(vi.getTimerCount()).toBe(0);
    const heard: number[] = [];
    const off = it.client.on("userAmplitude", (amplitude) => heard.push(amplitude));
    it.microphone.loudness = 0.5;
    vi.advanceTimersByTime(100);
    it.microphone.loudness = 0.25;
    vi.advanceTimersByTime(100);
    expect(heard).toEqual([0.5, 0.25]);
    off();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("typed messages and data", () => {
  it("go out as they are; blank text does not", async () => {
    const it = await connected();
    await it.client.sendClientResponseText("hello");
    await it.client.sendClientResponseText("  ");
    await it.client.sendClientResponseData({ cart: 3 });
    expect(it.socket.sent.slice(1)).toEqual([
      { type: "client.response.text", content: "hello" },
      { type: "client.response.data", data: { cart: 3 } },
    ]);
    expect(it.client.getSnapshot().messages).toMatchObject([{ role: "user", text: "hello", turnId: null }]);
    it.socket.says({ type: "user.transcript", turn_id: "u1", content: "hello" });
    expect(it.client.getSnapshot().messages).toMatchObject([{ text: "hello", turnId: "u1" }]);
  });

  it("reject while not connected, and for data that is no object", async () => {
    const world = createWorld();
    await expect(world.client.sendClientResponseText("x")).rejects.toMatchObject({ code: "not-connected" });
    await expect(world.client.triggerUserTurnStarted()).rejects.toMatchObject({ code: "not-connected" });
    await expect(world.client.triggerUserTurnFinished()).rejects.toMatchObject({ code: "not-connected" });
    await world.connect();
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    for (const data of [[1], null, "text", circle, { big: 1n }])
      await expect(world.client.sendClientResponseData(data as object)).rejects.toMatchObject({
        code: "invalid-option",
      });
    expect(world.socket.types).toEqual(["client.ready"]);
    expect(world.client.status).toBe("connected");
  });
});
