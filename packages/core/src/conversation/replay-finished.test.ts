import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { connected, finishedType } from "../../test/conversation.js";
import { pushToTalkConfig } from "../../test/world.js";

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

it("it means: everything you sent so far has been heard", async () => {
  const it = await connected();
  it.agentStarts("a1");
  it.audio("a1");
  it.ends("a1");
  it.playerEvents.onStarted("a1");
  expect(it.finished).toEqual([]);
  it.playerEvents.onFinished(it.player.at("a1"));
  expect(it.finished).toEqual([finished("a1")]);
});

it("several per turn are normal: if more audio comes in the same turn, it is sent again", async () => {
  const it = await connected();
  it.agentStarts("a1");
  it.audio("a1", "d1");
  it.ends("a1");
  it.playerEvents.onFinished(it.player.at("a1", "d1"));
  it.audio("a1", "d2");
  it.ends("a1");
  it.playerEvents.onFinished(it.player.at("a1", "d2"));
  expect(it.finished).toEqual([finished("a1", "d1"), finished("a1", "d2")]);
});

describe("it is also sent after an interruption of audio that was playing", () => {
  it("after trigger.turn.start on the wire", async () => {
    const it = await connected({}, pushToTalkConfig);
    it.agentStarts("a1");
    it.audio("a1");
    await it.client.triggerUserTurnStarted();
    it.playerEvents.onInterrupted(it.player.at("a1"), it.player.at("a1"));
    expect(it.socket.types).toEqual(["client.ready", "trigger.turn.start", finishedType]);
  });

  it("after client.response.text on the wire", async () => {
    const it = await connected();
    it.agentStarts("a1");
    it.audio("a1");
    await it.client.sendClientResponseText("Stop.");
    it.playerEvents.onInterrupted(it.player.at("a1"), it.player.at("a1"));
    expect(it.socket.types).toEqual(["client.ready", "client.response.text", finishedType]);
  });

  it("once, also when the server opens the user's turn before the player has answered", async () => {
    const it = await connected();
    it.agentStarts("a1");
    it.audio("a1");
    await it.client.sendClientResponseText("Stop.");
    it.userStarts("u1");
    it.playerEvents.onInterrupted(it.player.at("a1", "d1"), it.player.at("a1", "d1"));
    expect(it.finished).toEqual([finished("a1", "d1")]);
    expect(it.player.done.filter((call) => call === "interrupt")).toHaveLength(1);
  });

  it("and of a turn that had made no sound yet there is none", async () => {
    const it = await connected();
    it.agentStarts("a1");
    it.text("a1", "Well,");
    it.userStarts("u1");
    vi.advanceTimersByTime(5000);
    expect(it.finished).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("with audio output off, exactly one per assistant turn, at the first of", () => {
  it("its first response.audio", async () => {
    const it = await connected({ audioOutput: false });
    it.agentStarts("a1");
    it.audio("a1");
    expect(it.finished).toEqual([finished("a1")]);
    it.audio("a1");
    it.ends("a1");
    vi.advanceTimersByTime(5000);
    expect(it.finished).toHaveLength(1);
  });

  it("its response.end", async () => {
    const it = await connected({ audioOutput: false });
    it.agentStarts("a1");
    it.ends("a1");
    expect(it.finished).toEqual([finished("a1")]);
    it.audio("a1");
    vi.advanceTimersByTime(5000);
    expect(it.finished).toHaveLength(1);
  });

  it("1000 ms after its turn.start", async () => {
    const it = await connected({ audioOutput: false });
    it.agentStarts("a1");
    it.text("a1", "Well,");
    vi.advanceTimersByTime(999);
    expect(it.finished).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(it.finished).toEqual([finished("a1")]);
    it.audio("a1");
    it.ends("a1");
    expect(it.finished).toHaveLength(1);
  });

  it("and whatever a turn consists of, and whoever cuts it short", async () => {
    const step = fc.constantFrom("audio", "text", "ends", "wait", "userStarts") as fc.Arbitrary<string>;
    const turns = fc.array(fc.array(step, { maxLength: 5 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(turns, async (all) => {
        const it = await connected({ audioOutput: false });
        all.forEach((steps, index) => {
          const turn = `a${index}`;
          it.agentStarts(turn);
          for (const one of steps) {
            if (one === "audio") it.audio(turn);
            if (one === "text") it.text(turn, "So.");
            if (one === "ends") it.ends(turn);
            if (one === "wait") vi.advanceTimersByTime(600);
            if (one === "userStarts") it.userStarts(`u${index}`);
          }
        });
        vi.advanceTimersByTime(1000);
        expect(it.finished).toEqual(all.map((_, index) => finished(`a${index}`)));
        expect(vi.getTimerCount()).toBe(0);
      }),
      { numRuns: 100 },
    );
  });
});

it("a turn that ends (response.end) with audio output on and no audio at all needs one as well", async () => {
  const it = await connected();
  it.agentStarts("a1");
  it.audio("a1", undefined, 0);
  it.ends("a1");
  expect(it.finished).toEqual([finished("a1")]);
  it.agentStarts("a2");
  it.text("a2", "Only text.");
  it.ends("a2");
  expect(it.finished).toEqual([finished("a1"), finished("a2")]);
  expect(it.client.getSnapshot().messages).toMatchObject([{ text: "Only text.", status: "final", role: "assistant" }]);
});

describe("a turn without response.end, with audio output on and no audio at all,", () => {
  it("is acknowledged 1 s after its last text, and is complete", async () => {
    const it = await connected();
    it.agentStarts("a1");
    vi.advanceTimersByTime(5000);
    it.text("a1", "Only ");
    vi.advanceTimersByTime(999);
    it.text("a1", "text.");
    vi.advanceTimersByTime(999);
    expect(it.finished).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(it.finished).toEqual([finished("a1")]);
    expect(it.client.getSnapshot().messages).toMatchObject([{ text: "Only text.", status: "final" }]);
    it.text("a1", "More.");
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is not where the server is known to send response.end", async () => {
    const it = await connected();
    it.agentStarts("a0");
    it.ends("a0");
    it.agentStarts("a1");
    it.text("a1", "Only text.");
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is not where that is known only by the time it would be", async () => {
    const it = await connected();
    it.agentStarts("a1");
    it.text("a1", "Only text.");
    it.ends("a0");
    vi.advanceTimersByTime(5000);
    expect(it.finished).toEqual([]);
    it.ends("a1");
    expect(it.finished).toEqual([finished("a1")]);
  });

  it("is acknowledged by what is heard, once its audio has come", async () => {
    const it = await connected();
    it.agentStarts("a1");
    it.text("a1", "Well,");
    it.audio("a1");
    expect(vi.getTimerCount()).toBe(0);
    it.playerEvents.onUnderrun(it.player.at("a1"));
    vi.advanceTimersByTime(300);
    expect(it.finished).toEqual([finished("a1")]);
  });
});

it("this client sends turn_id, and last_delta_id_played when the server gave delta ids", async () => {
  const it = await connected();
  for (const [turn, delta] of [["a1"], ["a2", "d1"]] as const) {
    it.agentStarts(turn);
    it.audio(turn, delta);
    it.ends(turn);
    it.playerEvents.onFinished(it.player.at(turn, delta));
  }
  expect(it.finished).toEqual([finished("a1"), finished("a2", "d1")]);
});

describe("a network underrun in the middle of a turn", () => {
  it("is not finished while response.end is outstanding and the server is known to send it", async () => {
    const underruns: unknown[] = [];
    const it = await connected();
    it.client.on("audio:underrun", (turn) => underruns.push(turn));
    it.agentStarts("a0");
    it.ends("a0");
    it.agentStarts("a1");
    it.audio("a1", "d1");
    it.playerEvents.onStarted("a1");
    it.playerEvents.onUnderrun(it.player.at("a1", "d1"));
    vi.advanceTimersByTime(5000);
    expect(it.finished).toEqual([finished("a0")]);
    expect(it.client.agentSpeaking).toBe(true);
    expect(underruns).toEqual([{ turnId: "a1" }]);
    it.ends("a1");
    it.playerEvents.onFinished(it.player.at("a1", "d1"));
    expect(it.finished).toEqual([finished("a0"), finished("a1", "d1")]);
  });

  it("is not finished either where that becomes known within the grace", async () => {
    const it = await connected();
    it.agentStarts("a1");
    it.audio("a1");
    it.playerEvents.onUnderrun(it.player.at("a1"));
    it.ends("a0");
    vi.advanceTimersByTime(5000);
    expect(it.finished).toEqual([]);
  });
});

it("when no response.end is known, drain plus a short grace (300 ms) counts as finished", async () => {
  const it = await connected();
  it.agentStarts("a1");
  it.text("a1", "Yes.");
  it.audio("a1");
  it.playerEvents.onUnderrun(it.player.at("a1"));
  vi.advanceTimersByTime(299);
  expect(it.finished).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(it.finished).toEqual([finished("a1")]);
  expect(it.client.getSnapshot().messages).toMatchObject([{ status: "final" }]);
  it.userStarts("u1");
  expect(it.client.getSnapshot().messages).toMatchObject([{ status: "final" }]);
});

describe("no timer outlives its turn", () => {
  const silences = {
    "of a text that nothing follows": { options: {}, begin: (it: Conversation) => it.text("a1", "So.") },
    "of a turn with the sound off": { options: { audioOutput: false }, begin: () => {} },
    "of a turn that ran dry": {
      options: {},
      begin: (it: Conversation) => {
        it.audio("a1");
        it.playerEvents.onUnderrun(it.player.at("a1"));
      },
    },
  };
  const endings = {
    "the user's turn": (it: Conversation) => it.userStarts("u1"),
    "a typed message": (it: Conversation) => it.client.sendClientResponseText("Stop."),
    "a press": (it: Conversation) => it.client.triggerUserTurnStarted(),
    "the disconnect": (it: Conversation) => it.client.disconnect(),
    "the sound switched off": (it: Conversation) => it.client.setAudioOutput(false),
  };
  type Conversation = Awaited<ReturnType<typeof connected>>;

  for (const [silence, { options, begin }] of Object.entries(silences))
    it.each(Object.entries(endings))(`that ${silence}, past %s`, async (_, end) => {
      const it = await connected(options);
      it.agentStarts("a1");
      begin(it);
      expect(vi.getTimerCount()).toBe(1);
      await end(it);
      // What the user has said, the server is to show signs of: that has a timer of its own.
      it.socket.says({ type: "future.thing" });
      expect(vi.getTimerCount()).toBe(0);
    });

  it("past the agent's next turn", async () => {
    const it = await connected();
    it.agentStarts("a1");
    it.text("a1", "So.");
    it.agentStarts("a2");
    expect(vi.getTimerCount()).toBe(0);
    it.audio("a2");
    it.playerEvents.onUnderrun(it.player.at("a2"));
    expect(vi.getTimerCount()).toBe(1);
    it.agentStarts("a3");
    expect(vi.getTimerCount()).toBe(0);
    // As a player does at the end of what it has rendered already.
    it.playerEvents.onFinished(it.player.at("a2"));
    expect(it.finished).toEqual([finished("a2")]);
  });
});
