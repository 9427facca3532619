import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { connected, finishedType } from "../../test/conversation.js";

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
