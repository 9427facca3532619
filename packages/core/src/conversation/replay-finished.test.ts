import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { connected, finishedType } from "../../test/conversation.js";
import { idleTimers, pushToTalkConfig } from "../../test/world.js";

// One test for each sentence of the protocol on `replay_finished` (§2), in its words.

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const finished = (turn_id: string, last_delta_id_played?: string) => ({
  type: finishedType,
  reason: "completed",
  turn_id,
  ...(last_delta_id_played && { last_delta_id_played }),
});

test("it means: everything you sent so far has been heard", async () => {
  const scene = await connected();
  scene.agentStarts("a1");
  scene.audio("a1");
  scene.ends("a1");
  scene.playerEvents.onStarted("a1");
  expect(scene.finished).toEqual([]);
  scene.playerEvents.onFinished(scene.player.at("a1"));
  expect(scene.finished).toEqual([finished("a1")]);
});

test("several per turn are normal: if more audio comes in the same turn, it is sent again", async () => {
  const scene = await connected();
  scene.agentStarts("a1");
  scene.audio("a1", "d1");
  scene.ends("a1");
  scene.playerEvents.onFinished(scene.player.at("a1", "d1"));
  scene.audio("a1", "d2");
  scene.ends("a1");
  scene.playerEvents.onFinished(scene.player.at("a1", "d2"));
  expect(scene.finished).toEqual([finished("a1", "d1"), finished("a1", "d2")]);
});

describe("it is also sent after an interruption of audio that was playing", () => {
  test("after trigger.turn.start on the wire", async () => {
    const scene = await connected({}, pushToTalkConfig);
    scene.agentStarts("a1");
    scene.audio("a1");
    await scene.client.triggerUserTurnStarted();
    scene.playerEvents.onInterrupted(scene.player.at("a1"), scene.player.at("a1"));
    expect(scene.socket.types).toEqual(["client.ready", "trigger.turn.start", finishedType]);
  });

  test("after client.response.text on the wire", async () => {
    const scene = await connected();
    scene.agentStarts("a1");
    scene.audio("a1");
    await scene.client.sendClientResponseText("Stop.");
    scene.playerEvents.onInterrupted(scene.player.at("a1"), scene.player.at("a1"));
    expect(scene.socket.types).toEqual(["client.ready", "client.response.text", finishedType]);
  });

  test("once, also when the server opens the user's turn before the player has answered", async () => {
    const scene = await connected();
    scene.agentStarts("a1");
    scene.audio("a1");
    await scene.client.sendClientResponseText("Stop.");
    scene.userStarts("u1");
    scene.playerEvents.onInterrupted(scene.player.at("a1", "d1"), scene.player.at("a1", "d1"));
    expect(scene.finished).toEqual([finished("a1", "d1")]);
    expect(scene.player.done.filter((call) => call === "interrupt")).toHaveLength(1);
  });

  test("and of a turn that had made no sound yet there is none", async () => {
    const scene = await connected();
    scene.agentStarts("a1");
    scene.text("a1", "Well,");
    scene.userStarts("u1");
    vi.advanceTimersByTime(5000);
    expect(scene.finished).toEqual([]);
    expect(vi.getTimerCount()).toBe(idleTimers);
  });
});

describe("with audio output off, exactly one per assistant turn, at the first of", () => {
  test("its first response.audio", async () => {
    const scene = await connected({ audioOutput: false });
    scene.agentStarts("a1");
    scene.audio("a1");
    expect(scene.finished).toEqual([finished("a1")]);
    scene.audio("a1");
    scene.ends("a1");
    vi.advanceTimersByTime(5000);
    expect(scene.finished).toHaveLength(1);
  });

  test("its response.end", async () => {
    const scene = await connected({ audioOutput: false });
    scene.agentStarts("a1");
    scene.ends("a1");
    expect(scene.finished).toEqual([finished("a1")]);
    scene.audio("a1");
    vi.advanceTimersByTime(5000);
    expect(scene.finished).toHaveLength(1);
  });

  test("1000 ms after its turn.start", async () => {
    const scene = await connected({ audioOutput: false });
    scene.agentStarts("a1");
    scene.text("a1", "Well,");
    vi.advanceTimersByTime(999);
    expect(scene.finished).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(scene.finished).toEqual([finished("a1")]);
    scene.audio("a1");
    scene.ends("a1");
    expect(scene.finished).toHaveLength(1);
  });

  test("and whatever a turn consists of, and whoever cuts it short", async () => {
    const step = fc.constantFrom("audio", "text", "ends", "wait", "userStarts") as fc.Arbitrary<string>;
    const turns = fc.array(fc.array(step, { maxLength: 5 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(turns, async (all) => {
        const scene = await connected({ audioOutput: false });
        all.forEach((steps, index) => {
          const turn = `a${index}`;
          scene.agentStarts(turn);
          for (const one of steps) {
            if (one === "audio") scene.audio(turn);
            if (one === "text") scene.text(turn, "So.");
            if (one === "ends") scene.ends(turn);
            if (one === "wait") vi.advanceTimersByTime(600);
            if (one === "userStarts") scene.userStarts(`u${index}`);
          }
        });
        vi.advanceTimersByTime(1000);
        expect(scene.finished).toEqual(all.map((_, index) => finished(`a${index}`)));
        expect(vi.getTimerCount()).toBe(idleTimers);
        await scene.client.disconnect();
      }),
      { numRuns: 100 },
    );
  });
});

test("a turn that ends (response.end) with audio output on and no audio at all needs one as well", async () => {
  const scene = await connected();
  scene.agentStarts("a1");
  scene.audio("a1", undefined, 0);
  scene.ends("a1");
  expect(scene.finished).toEqual([finished("a1")]);
  scene.agentStarts("a2");
  scene.text("a2", "Only text.");
  scene.ends("a2");
  expect(scene.finished).toEqual([finished("a1"), finished("a2")]);
  expect(scene.client.getSnapshot().messages).toMatchObject([
    { text: "Only text.", status: "final", role: "assistant" },
  ]);
});

describe("a turn without response.end, with audio output on and no audio at all,", () => {
  test("is acknowledged 1 s after its last text, and is complete", async () => {
    const scene = await connected();
    scene.agentStarts("a1");
    vi.advanceTimersByTime(5000);
    scene.text("a1", "Only ");
    vi.advanceTimersByTime(999);
    scene.text("a1", "text.");
    vi.advanceTimersByTime(999);
    expect(scene.finished).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(scene.finished).toEqual([finished("a1")]);
    expect(scene.client.getSnapshot().messages).toMatchObject([{ text: "Only text.", status: "final" }]);
    scene.text("a1", "More.");
    expect(vi.getTimerCount()).toBe(idleTimers);
  });

  test("is not where the server is known to send response.end", async () => {
    const scene = await connected();
    scene.agentStarts("a0");
    scene.ends("a0");
    scene.agentStarts("a1");
    scene.text("a1", "Only text.");
    expect(vi.getTimerCount()).toBe(idleTimers);
  });

  test("is not where that is known only by the time it would be", async () => {
    const scene = await connected();
    scene.agentStarts("a1");
    scene.text("a1", "Only text.");
    scene.ends("a0");
    vi.advanceTimersByTime(5000);
    expect(scene.finished).toEqual([]);
    scene.ends("a1");
    expect(scene.finished).toEqual([finished("a1")]);
  });

  test("is acknowledged by what is heard, once its audio has come", async () => {
    const scene = await connected();
    scene.agentStarts("a1");
    scene.text("a1", "Well,");
    scene.audio("a1");
    expect(vi.getTimerCount()).toBe(idleTimers);
    scene.playerEvents.onUnderrun(scene.player.at("a1"));
    vi.advanceTimersByTime(300);
    expect(scene.finished).toEqual([finished("a1")]);
  });
});

test("this client sends turn_id, and last_delta_id_played when the server gave delta ids", async () => {
  const scene = await connected();
  for (const [turn, delta] of [["a1"], ["a2", "d1"]] as const) {
    scene.agentStarts(turn);
    scene.audio(turn, delta);
    scene.ends(turn);
    scene.playerEvents.onFinished(scene.player.at(turn, delta));
  }
  expect(scene.finished).toEqual([finished("a1"), finished("a2", "d1")]);
});

describe("a network underrun in the middle of a turn", () => {
  test("is not finished while response.end is outstanding and the server is known to send it", async () => {
    const underruns: unknown[] = [];
    const scene = await connected();
    scene.client.on("audio:underrun", (turn) => underruns.push(turn));
    scene.agentStarts("a0");
    scene.ends("a0");
    scene.agentStarts("a1");
    scene.audio("a1", "d1");
    scene.playerEvents.onStarted("a1");
    scene.playerEvents.onUnderrun(scene.player.at("a1", "d1"));
    vi.advanceTimersByTime(5000);
    expect(scene.finished).toEqual([finished("a0")]);
    expect(scene.client.agentSpeaking).toBe(true);
    expect(underruns).toEqual([]);
    scene.playerEvents.onStarted("a1", 400);
    expect(underruns).toEqual([{ turnId: "a1", silentMs: 400 }]);
    scene.ends("a1");
    scene.playerEvents.onFinished(scene.player.at("a1", "d1"));
    expect(scene.finished).toEqual([finished("a0"), finished("a1", "d1")]);
  });

  test("is not finished either where that becomes known within the grace", async () => {
    const scene = await connected();
    scene.agentStarts("a1");
    scene.audio("a1");
    scene.playerEvents.onUnderrun(scene.player.at("a1"));
    scene.ends("a0");
    vi.advanceTimersByTime(5000);
    expect(scene.finished).toEqual([]);
  });
});

test("when no response.end is known, drain plus a short grace (300 ms) counts as finished", async () => {
  const scene = await connected();
  scene.agentStarts("a1");
  scene.text("a1", "Yes.");
  scene.audio("a1");
  scene.playerEvents.onUnderrun(scene.player.at("a1"));
  vi.advanceTimersByTime(299);
  expect(scene.finished).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(scene.finished).toEqual([finished("a1")]);
  expect(scene.client.getSnapshot().messages).toMatchObject([{ status: "final" }]);
  scene.userStarts("u1");
  expect(scene.client.getSnapshot().messages).toMatchObject([{ status: "final" }]);
});

describe("no timer outlives its turn", () => {
  const silences = {
    "of a text that nothing follows": { options: {}, begin: (scene: Conversation) => scene.text("a1", "So.") },
    "of a turn with the sound off": { options: { audioOutput: false }, begin: () => {} },
    "of a turn that ran dry": {
      options: {},
      begin: (scene: Conversation) => {
        scene.audio("a1");
        scene.playerEvents.onUnderrun(scene.player.at("a1"));
      },
    },
  };
  const endings = {
    "the user's turn": (scene: Conversation) => scene.userStarts("u1"),
    "a typed message": (scene: Conversation) => scene.client.sendClientResponseText("Stop."),
    "a press": (scene: Conversation) => scene.client.triggerUserTurnStarted(),
    "the disconnect": (scene: Conversation) => scene.client.disconnect(),
    "the sound switched off": (scene: Conversation) => scene.client.setAudioOutput(false),
  };
  type Conversation = Awaited<ReturnType<typeof connected>>;

  for (const [silence, { options, begin }] of Object.entries(silences))
    test.each(Object.entries(endings))(`that ${silence}, past %s`, async (_, end) => {
      const scene = await connected(options);
      scene.agentStarts("a1");
      begin(scene);
      expect(vi.getTimerCount()).toBe(1 + idleTimers);
      await end(scene);
      // What the user has said, the server is to show signs of: that has a timer of its own.
      scene.socket.says({ type: "future.thing" });
      expect(vi.getTimerCount()).toBe(scene.client.status === "connected" ? idleTimers : 0);
    });

  test("past the agent's next turn", async () => {
    const scene = await connected();
    scene.agentStarts("a1");
    scene.text("a1", "So.");
    scene.agentStarts("a2");
    expect(vi.getTimerCount()).toBe(idleTimers);
    scene.audio("a2");
    scene.playerEvents.onUnderrun(scene.player.at("a2"));
    expect(vi.getTimerCount()).toBe(1 + idleTimers);
    scene.agentStarts("a3");
    expect(vi.getTimerCount()).toBe(idleTimers);
    // As a player does at the end of what it has rendered already.
    scene.playerEvents.onFinished(scene.player.at("a2"));
    expect(scene.finished).toEqual([finished("a2")]);
  });
});
