import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { connected, finishedType } from "../../test/conversation.js";
import { pushToTalkConfig } from "../../test/world.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("an interruption", () => {
  test("by the user's turn: silence at once, what comes late is dropped, what was heard is told", async () => {
    const scene = await connected();
    scene.agentStarts("assistant-1");
    scene.text("1", "A long story");
    scene.audio("assistant-1", "d1");
    scene.playerEvents.onStarted("assistant-1");
    scene.userStarts("user-2");
    expect(scene.client.agentSpeaking).toBe(false);
    expect(scene.client.userSpeaking).toBe(true);
    expect(scene.player.done.at(-1)).toBe("interrupt");
    // The last delta was rendered, and cut before it was heard.
    scene.playerEvents.onInterrupted(scene.player.at("assistant-1", "d2"), scene.player.at("assistant-1", "d1"));
    scene.audio("1", "d2");
    scene.ends("assistant-1");
    expect(scene.player.done.at(-1)).toBe("interrupt");
    expect(scene.finished).toEqual([
      { type: finishedType, reason: "completed", turn_id: "assistant-1", last_delta_id_played: "d1" },
    ]);
    expect(scene.client.getSnapshot().messages).toMatchObject([{ text: "A long story", status: "interrupted" }]);
    scene.agentStarts("assistant-3");
    scene.audio("assistant-3");
    expect(scene.player.done.at(-1)).toBe("enqueue assistant-3 null 3200");
  });

  test.each(["onFinished", "onUnderrun"] as const)(
    "that crosses the player's own %s is answered by it, once",
    async (report) => {
      const scene = await connected();
      scene.agentStarts("a1");
      scene.audio("a1");
      scene.userStarts("u1");
      scene.playerEvents[report](scene.player.at("a1", "d1"));
      scene.playerEvents[report](scene.player.at("a1", "d1"));
      expect(scene.finished).toHaveLength(1);
    },
  );

  test("in an underrun is answered at once: the player has nothing to interrupt", async () => {
    const scene = await connected();
    scene.agentStarts("a0");
    scene.ends("a0");
    scene.agentStarts("a1");
    scene.audio("a1", "d1");
    scene.playerEvents.onUnderrun(scene.player.at("a1", "d1"));
    scene.userStarts("u1");
    expect(scene.finished.at(-1)).toMatchObject({ turn_id: "a1", last_delta_id_played: "d1" });
    expect(scene.client.agentSpeaking).toBe(false);
  });

  test("before the first sound of a turn drops all that still comes of it", async () => {
    const scene = await connected();
    scene.agentStarts("a1");
    scene.text("a1", "Well");
    scene.userStarts("u1");
    scene.audio("a1");
    scene.text("a1", ", no.");
    expect(scene.player.done.filter((what) => what.startsWith("enqueue"))).toEqual([]);
    expect(scene.client.getSnapshot().messages).toMatchObject([{ text: "Well", status: "interrupted" }]);
  });

  test("of two turns that wait is answered once, by what was playing", async () => {
    const scene = await connected();
    for (const turn of ["a1", "a2"]) {
      scene.agentStarts(turn);
      scene.audio(turn, "d1");
    }
    scene.userStarts("u1");
    scene.playerEvents.onInterrupted(scene.player.at("a1", "d1"), scene.player.at("a1", "d1"));
    scene.playerEvents.onFinished(scene.player.at("a2", "d1"));
    expect(scene.finished).toMatchObject([{ turn_id: "a1" }]);
  });

  test("of a turn that was heard to its end is none", async () => {
    const scene = await connected();
    scene.agentStarts("a1");
    scene.text("a1", "Yes.");
    scene.audio("a1");
    scene.ends("a1");
    scene.playerEvents.onFinished(scene.player.at("a1"));
    scene.userStarts("u1");
    expect(scene.player.done).not.toContain("interrupt");
    expect(scene.client.getSnapshot().messages).toMatchObject([{ status: "final" }]);
    expect(scene.finished).toHaveLength(1);
  });

  test("of a turn that nothing had named drops what comes before the next one", async () => {
    const scene = await connected();
    scene.socket.says({ type: "turn.start", role: "assistant" });
    scene.userStarts("u1");
    scene.audio("a1");
    expect(scene.player.done).toEqual([]);
    scene.socket.says({ type: "turn.start", role: "assistant" });
    scene.audio("a2");
    expect(scene.player.done).toEqual(["enqueue a2 null 3200"]);
  });

  describe("where the agent can not be interrupted", () => {
    const uninterruptible = (trigger: "automatic" | "push_to_talk" = "automatic") =>
      connected({}, { transcription: { trigger, can_interrupt: false, automatic: true } });

    test("by speech is none: it speaks on", async () => {
      const scene = await uninterruptible();
      scene.agentStarts("a1");
      scene.text("a1", "I was saying");
      scene.audio("a1");
      scene.playerEvents.onStarted("a1");
      scene.userStarts("u1");
      scene.audio("a1");
      expect(scene.player.done).toEqual(["enqueue a1 null 3200", "enqueue a1 null 3200"]);
      expect(scene.client.agentSpeaking).toBe(true);
      expect(scene.client.getSnapshot().messages).toMatchObject([{ status: "interim" }]);
    });

    test("by a typed message is one", async () => {
      const scene = await uninterruptible();
      scene.agentStarts("a1");
      scene.audio("a1");
      await scene.client.sendClientResponseText("stop");
      scene.playerEvents.onInterrupted(scene.player.at("a1"), scene.player.at("a1"));
      expect(scene.player.done).toContain("interrupt");
      expect(scene.socket.types.slice(-2)).toEqual(["client.response.text", finishedType]);
    });

    test("by a press is one", async () => {
      const scene = await uninterruptible("push_to_talk");
      scene.agentStarts("a1");
      scene.audio("a1");
      await scene.client.triggerUserTurnStarted();
      expect(scene.player.done.at(-1)).toBe("interrupt");
    });

    test("by disconnect() is one", async () => {
      const scene = await uninterruptible();
      scene.agentStarts("a1");
      scene.text("a1", "I was saying");
      scene.audio("a1");
      await scene.client.disconnect();
      expect(scene.player.done.at(-1)).toBe("stop");
      expect(scene.client.getSnapshot().messages).toMatchObject([{ status: "interrupted", interruptedBy: "user" }]);
    });
  });

  test("drops late audio of its turn for good, whatever the server puts before the turn's id", async () => {
    const scene = await connected();
    scene.agentStarts("assistant-1");
    scene.audio("1");
    scene.userStarts("u1");
    scene.agentStarts("2");
    scene.audio("1");
    scene.audio("assistant-1");
    scene.agentStarts("assistant-1");
    scene.audio("assistant-1");
    scene.audio("2");
    expect(scene.player.done).toEqual(["enqueue 1 null 3200", "interrupt", "enqueue 2 null 3200"]);
  });

  test("of a turn that nothing had named drops its late audio also after the next one has begun", async () => {
    const scene = await connected();
    scene.socket.says({ type: "turn.start", role: "assistant" });
    scene.userStarts("u1");
    scene.audio("a1");
    scene.socket.says({ type: "turn.start", role: "assistant" });
    scene.audio("a1");
    scene.audio("a2");
    expect(scene.player.done).toEqual(["enqueue a2 null 3200"]);
  });

  test("by a press comes after trigger.turn.start on the wire, once until the release", async () => {
    const scene = await connected({}, pushToTalkConfig);
    scene.agentStarts("a1");
    scene.audio("a1");
    await scene.client.triggerUserTurnStarted();
    await scene.client.triggerUserTurnStarted();
    scene.playerEvents.onInterrupted(scene.player.at("a1"), scene.player.at("a1"));
    expect(scene.socket.types).toEqual(["client.ready", "trigger.turn.start", finishedType]);
    expect(scene.client.getSnapshot().pushToTalk).toEqual({ enabled: true, pressed: true });
    expect(scene.client.userSpeaking).toBe(true);
    await scene.client.disconnect();
    expect(scene.socket.types.at(-1)).toBe("trigger.turn.end");
    expect(scene.client.getSnapshot().pushToTalk.pressed).toBe(false);
  });
});
