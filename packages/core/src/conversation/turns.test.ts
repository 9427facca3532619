import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { connected, finishedType } from "../../test/conversation.js";
import { createWorld, pushToTalkConfig } from "../../test/world.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the agent's turn", () => {
  it("plays, and is acknowledged with its turn and last delta when it was heard", async () => {
    const it = await connected();
    it.agentStarts("a1");
    it.audio("a1", "d1");
    it.audio("a1", "d2");
    it.ends("a1");
    expect(it.player.done).toEqual(["enqueue a1 d1 3200", "enqueue a1 d2 3200", "end a1"]);
    expect(it.client.agentSpeaking).toBe(false);
    it.playerEvents.onStarted("a1");
    expect(it.client.agentSpeaking).toBe(true);
    expect(it.finished).toEqual([]);
    it.playerEvents.onFinished(it.player.at("a1", "d2"));
    expect(it.client.agentSpeaking).toBe(false);
    expect(it.finished).toEqual([
      { type: finishedType, reason: "completed", turn_id: "a1", last_delta_id_played: "d2" },
    ]);
  });

  it("on a server that never sends response.end, running dry for 300 ms is the end; more audio is one more", async () => {
    const it = await connected();
    it.agentStarts("a1");
    it.audio("a1");
    it.playerEvents.onUnderrun(it.player.at("a1"));
    vi.advanceTimersByTime(200);
    it.audio("a1");
    vi.advanceTimersByTime(200);
    expect(it.finished).toEqual([]);
    it.playerEvents.onUnderrun(it.player.at("a1"));
    vi.advanceTimersByTime(300);
    expect(it.finished).toHaveLength(1);
    it.audio("a1");
    it.playerEvents.onUnderrun(it.player.at("a1"));
    vi.advanceTimersByTime(300);
    expect(it.finished).toHaveLength(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("a late response.end of the turn before does not begin it again", async () => {
    const it = await connected();
    it.agentStarts("a1");
    it.audio("a1");
    it.agentStarts("a2");
    it.ends("a1");
    it.audio("a2");
    it.ends("a2");
    expect(it.player.done).toEqual(["enqueue a1 null 3200", "end a1", "end a1", "enqueue a2 null 3200", "end a2"]);
  });

  it("is one to the player, also where its id comes with and without a prefix", async () => {
    const it = await connected();
    it.agentStarts("assistant-1");
    it.audio("1");
    it.audio("assistant-1");
    it.ends("assistant-1");
    expect(it.player.done).toEqual(["enqueue 1 null 3200", "enqueue 1 null 3200", "end 1"]);
    it.playerEvents.onFinished(it.player.at("1"));
    await it.client.setAudioOutput(false);
    expect(it.finished).toHaveLength(1);
  });

  it("is complete with a text that comes after its end", async () => {
    const it = await connected();
    it.agentStarts("a1");
    it.ends("a1");
    it.text("a1", "Late.");
    expect(it.client.getSnapshot().messages).toMatchObject([{ text: "Late.", status: "final" }]);
  });

  it("begun twice is one turn", async () => {
    const it = await connected();
    it.agentStarts("a1");
    it.audio("a1");
    it.agentStarts("a1");
    it.audio("a1");
    expect(it.player.done).toEqual(["enqueue a1 null 3200", "enqueue a1 null 3200"]);
  });

  it("reports content that is not base64 as an error and goes on", async () => {
    const it = await connected();
    it.agentStarts("a1");
    it.socket.says({ type: "response.audio", turn_id: "a1", content: "***" });
    it.audio("a1");
    expect(it.log.at(-1)).toBe("error protocol");
    expect(it.player.done).toEqual(["enqueue a1 null 3200"]);
  });
});

describe("an interruption", () => {
  it("by the user's turn: silence at once, what comes late is dropped, what was heard is told", async () => {
    const it = await connected();
    it.agentStarts("assistant-1");
    it.text("1", "A long story");
    it.audio("assistant-1", "d1");
    it.playerEvents.onStarted("assistant-1");
    it.userStarts("user-2");
    expect(it.client.agentSpeaking).toBe(false);
    expect(it.client.userSpeaking).toBe(true);
    expect(it.player.done.at(-1)).toBe("interrupt");
    // The last delta was rendered, and cut before it was heard.
    it.playerEvents.onInterrupted(it.player.at("assistant-1", "d2"), it.player.at("assistant-1", "d1"));
    it.audio("1", "d2");
    it.ends("assistant-1");
    expect(it.player.done.at(-1)).toBe("interrupt");
    expect(it.finished).toEqual([
      { type: finishedType, reason: "completed", turn_id: "assistant-1", last_delta_id_played: "d1" },
    ]);
    expect(it.client.getSnapshot().messages).toMatchObject([{ text: "A long story", status: "interrupted" }]);
    it.agentStarts("assistant-3");
    it.audio("assistant-3");
    expect(it.player.done.at(-1)).toBe("enqueue assistant-3 null 3200");
  });

  it.each(["onFinished", "onUnderrun"] as const)(
    "that crosses the player's own %s is answered by it, once",
    async (report) => {
      const it = await connected();
      it.agentStarts("a1");
      it.audio("a1");
      it.userStarts("u1");
      it.playerEvents[report](it.player.at("a1", "d1"));
      it.playerEvents[report](it.player.at("a1", "d1"));
      expect(it.finished).toHaveLength(1);
    },
  );

  it("in an underrun is answered at once: the player has nothing to interrupt", async () => {
    const it = await connected();
    it.agentStarts("a0");
    it.ends("a0");
    it.agentStarts("a1");
    it.audio("a1", "d1");
    it.playerEvents.onUnderrun(it.player.at("a1", "d1"));
    it.userStarts("u1");
    expect(it.finished.at(-1)).toMatchObject({ turn_id: "a1", last_delta_id_played: "d1" });
    expect(it.client.agentSpeaking).toBe(false);
  });

  it("of a turn that was heard to its end is none", async () => {
    const it = await connected();
    it.agentStarts("a1");
    it.text("a1", "Yes.");
    it.audio("a1");
    it.ends("a1");
    it.playerEvents.onFinished(it.player.at("a1"));
    it.userStarts("u1");
    expect(it.player.done).not.toContain("interrupt");
    expect(it.client.getSnapshot().messages).toMatchObject([{ status: "final" }]);
    expect(it.finished).toHaveLength(1);
  });

  it("of a turn that nothing had named drops what comes before the next one", async () => {
    const it = await connected();
    it.socket.says({ type: "turn.start", role: "assistant" });
    it.userStarts("u1");
    it.audio("a1");
    expect(it.player.done).toEqual([]);
    it.socket.says({ type: "turn.start", role: "assistant" });
    it.audio("a2");
    expect(it.player.done).toEqual(["enqueue a2 null 3200"]);
  });

  describe("where the agent can not be interrupted", () => {
    const uninterruptible = (trigger: "automatic" | "push_to_talk" = "automatic") =>
      connected({}, { transcription: { trigger, can_interrupt: false } });

    it("by speech is none: it speaks on", async () => {
      const it = await uninterruptible();
      it.agentStarts("a1");
      it.text("a1", "I was saying");
      it.audio("a1");
      it.playerEvents.onStarted("a1");
      it.userStarts("u1");
      it.audio("a1");
      expect(it.player.done).toEqual(["enqueue a1 null 3200", "enqueue a1 null 3200"]);
      expect(it.client.agentSpeaking).toBe(true);
      expect(it.client.getSnapshot().messages).toMatchObject([{ status: "interim" }]);
    });

    it("by a typed message is one", async () => {
      const it = await uninterruptible();
      it.agentStarts("a1");
      it.audio("a1");
      await it.client.sendClientResponseText("stop");
      it.playerEvents.onInterrupted(it.player.at("a1"), it.player.at("a1"));
      expect(it.player.done).toContain("interrupt");
      expect(it.socket.types.slice(-2)).toEqual(["client.response.text", finishedType]);
    });

    it("by a press is one", async () => {
      const it = await uninterruptible("push_to_talk");
      it.agentStarts("a1");
      it.audio("a1");
      await it.client.triggerUserTurnStarted();
      expect(it.player.done.at(-1)).toBe("interrupt");
    });

    it("by disconnect() is one", async () => {
      const it = await uninterruptible();
      it.agentStarts("a1");
      it.text("a1", "I was saying");
      it.audio("a1");
      await it.client.disconnect();
      expect(it.player.done.at(-1)).toBe("stop");
      expect(it.client.getSnapshot().messages).toMatchObject([{ status: "interrupted", interruptedBy: "user" }]);
    });
  });

  it("drops late audio of its turn for good, whatever the server puts before the turn's id", async () => {
    const it = await connected();
    it.agentStarts("assistant-1");
    it.audio("1");
    it.userStarts("u1");
    it.agentStarts("2");
    it.audio("1");
    it.audio("assistant-1");
    it.agentStarts("assistant-1");
    it.audio("assistant-1");
    it.audio("2");
    expect(it.player.done).toEqual(["enqueue 1 null 3200", "interrupt", "enqueue 2 null 3200"]);
  });

  it("of a turn that nothing had named drops its late audio also after the next one has begun", async () => {
    const it = await connected();
    it.socket.says({ type: "turn.start", role: "assistant" });
    it.userStarts("u1");
    it.audio("a1");
    it.socket.says({ type: "turn.start", role: "assistant" });
    it.audio("a1");
    it.audio("a2");
    expect(it.player.done).toEqual(["enqueue a2 null 3200"]);
  });

  it("by a press comes after trigger.turn.start on the wire, once until the release", async () => {
    const it = await connected({}, pushToTalkConfig);
    it.agentStarts("a1");
    it.audio("a1");
    await it.client.triggerUserTurnStarted();
    await it.client.triggerUserTurnStarted();
    it.playerEvents.onInterrupted(it.player.at("a1"), it.player.at("a1"));
    expect(it.socket.types).toEqual(["client.ready", "trigger.turn.start", finishedType]);
    expect(it.client.getSnapshot().pushToTalk).toEqual({ enabled: true, pressed: true });
    expect(it.client.userSpeaking).toBe(true);
    await it.client.disconnect();
    expect(it.socket.types.at(-1)).toBe("trigger.turn.end");
    expect(it.client.getSnapshot().pushToTalk.pressed).toBe(false);
  });
});

describe("the agent's sound", () => {
  it("switched off in mid-speech: the server does not wait for the turn", async () => {
    const it = await connected();
    it.agentStarts("a1");
    it.audio("a1");
    it.playerEvents.onStarted("a1");
    await it.client.setAudioOutput(false);
    it.audio("a1");
    it.ends("a1");
    expect(it.finished).toHaveLength(1);
    expect(it.client.agentSpeaking).toBe(false);
    expect(it.player.done).toEqual(["enqueue a1 null 3200", "interrupt", "stop"]);
  });
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
