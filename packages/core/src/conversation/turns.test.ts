import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { connected, finishedType } from "../../test/conversation.js";
import { idleTimers } from "../../test/world.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the agent's turn", () => {
  test("plays, and is acknowledged with its turn and last delta when it was heard", async () => {
    const scene = await connected();
    scene.agentStarts("a1");
    scene.audio("a1", "d1");
    scene.audio("a1", "d2");
    scene.ends("a1");
    expect(scene.player.done).toEqual(["enqueue a1 d1 3200", "enqueue a1 d2 3200", "end a1"]);
    expect(scene.client.agentSpeaking).toBe(false);
    scene.playerEvents.onStarted("a1");
    expect(scene.client.agentSpeaking).toBe(true);
    expect(scene.finished).toEqual([]);
    scene.playerEvents.onFinished(scene.player.at("a1", "d2"));
    expect(scene.client.agentSpeaking).toBe(false);
    expect(scene.finished).toEqual([
      { type: finishedType, reason: "completed", turn_id: "a1", last_delta_id_played: "d2" },
    ]);
  });

  test("on a server that never sends response.end, running dry for 300 ms is the end; more audio is one more", async () => {
    const scene = await connected();
    scene.agentStarts("a1");
    scene.audio("a1");
    scene.playerEvents.onUnderrun(scene.player.at("a1"));
    vi.advanceTimersByTime(200);
    scene.audio("a1");
    vi.advanceTimersByTime(200);
    expect(scene.finished).toEqual([]);
    scene.playerEvents.onUnderrun(scene.player.at("a1"));
    vi.advanceTimersByTime(300);
    expect(scene.finished).toHaveLength(1);
    scene.audio("a1");
    scene.playerEvents.onUnderrun(scene.player.at("a1"));
    vi.advanceTimersByTime(300);
    expect(scene.finished).toHaveLength(2);
    expect(vi.getTimerCount()).toBe(idleTimers);
  });

  test("a late response.end of the turn before does not begin it again", async () => {
    const scene = await connected();
    scene.agentStarts("a1");
    scene.audio("a1");
    scene.agentStarts("a2");
    scene.ends("a1");
    scene.audio("a2");
    scene.ends("a2");
    expect(scene.player.done).toEqual(["enqueue a1 null 3200", "end a1", "end a1", "enqueue a2 null 3200", "end a2"]);
  });

  test("is one to the player, also where its id comes with and without a prefix", async () => {
    const scene = await connected();
    scene.agentStarts("assistant-1");
    scene.audio("1");
    scene.audio("assistant-1");
    scene.ends("assistant-1");
    expect(scene.player.done).toEqual(["enqueue 1 null 3200", "enqueue 1 null 3200", "end 1"]);
    scene.playerEvents.onFinished(scene.player.at("1"));
    await scene.client.setAudioOutput(false);
    expect(scene.finished).toHaveLength(1);
  });

  test("is complete with a text that comes after its end", async () => {
    const scene = await connected();
    scene.agentStarts("a1");
    scene.ends("a1");
    scene.text("a1", "Late.");
    expect(scene.client.getSnapshot().messages).toMatchObject([{ text: "Late.", status: "final" }]);
  });

  test("begun twice is one turn", async () => {
    const scene = await connected();
    scene.agentStarts("a1");
    scene.audio("a1");
    scene.agentStarts("a1");
    scene.audio("a1");
    expect(scene.player.done).toEqual(["enqueue a1 null 3200", "enqueue a1 null 3200"]);
  });

  test("reports content that is not base64 as an error and goes on", async () => {
    const scene = await connected();
    scene.agentStarts("a1");
    scene.socket.says({ type: "response.audio", turn_id: "a1", content: "***" });
    scene.audio("a1");
    expect(scene.log.at(-1)).toBe("error protocol");
    expect(scene.player.done).toEqual(["enqueue a1 null 3200"]);
  });
});

describe("the agent's sound", () => {
  test("switched off in mid-speech: the server does not wait for the turn", async () => {
    const scene = await connected();
    scene.agentStarts("a1");
    scene.audio("a1");
    scene.playerEvents.onStarted("a1");
    await scene.client.setAudioOutput(false);
    scene.audio("a1");
    scene.ends("a1");
    expect(scene.finished).toHaveLength(1);
    expect(scene.client.agentSpeaking).toBe(false);
    expect(scene.player.done).toEqual(["enqueue a1 null 3200", "interrupt", "stop"]);
  });
});
