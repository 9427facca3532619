import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { connected, finishedType } from "../../test/conversation.js";
import { pushToTalkConfig } from "../../test/world.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
});
afterEach(() => {
  vi.useRealTimers();
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

  it("before the first sound of a turn drops all that still comes of it", async () => {
    const it = await connected();
    it.agentStarts("a1");
    it.text("a1", "Well");
    it.userStarts("u1");
    it.audio("a1");
    it.text("a1", ", no.");
    expect(it.player.done.filter((what) => what.startsWith("enqueue"))).toEqual([]);
    expect(it.client.getSnapshot().messages).toMatchObject([{ text: "Well", status: "interrupted" }]);
  });

  it("of two turns that wait is answered once, by what was playing", async () => {
    const it = await connected();
    for (const turn of ["a1", "a2"]) {
      it.agentStarts(turn);
      it.audio(turn, "d1");
    }
    it.userStarts("u1");
    it.playerEvents.onInterrupted(it.player.at("a1", "d1"), it.player.at("a1", "d1"));
    it.playerEvents.onFinished(it.player.at("a2", "d1"));
    expect(it.finished).toMatchObject([{ turn_id: "a1" }]);
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
