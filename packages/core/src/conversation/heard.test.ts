import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { connected } from "../../test/conversation.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const story = "Once upon a time there was a fox.";
const second = 16_000;

type Conversation = Awaited<ReturnType<typeof connected>>;
const messages = ({ client }: Conversation) => client.getSnapshot().messages;

/** A turn that is on its way: its text, and so many seconds of its speech. */
function speaks(it: Conversation, turn: string, text: string, seconds: number): void {
  it.agentStarts(turn);
  it.text(turn, text);
  it.audio(turn, undefined, seconds * second);
}

describe("an interrupted message is cut to what was heard:", () => {
  it("the share of the speech, where all of it has come", async () => {
    const it = await connected();
    speaks(it, "a1", story, 2);
    it.ends("a1");
    it.userStarts("u1");
    expect(messages(it)[0]).toMatchObject({ status: "interrupted", interruptedBy: "user" });
    expect(messages(it)[0]).not.toHaveProperty("heardText");
    // Rendered further than heard: the output held the rest.
    it.playerEvents.onInterrupted(it.player.at("a1", null, 1400), it.player.at("a1", null, 1000));
    expect(messages(it)).toMatchObject([{ text: story, heardText: "Once upon a time", heardTextIsEstimate: true }]);
  });

  it("what the usual rate makes of the time, where more would have come", async () => {
    const it = await connected();
    speaks(it, "a1", story, 2);
    it.userStarts("u1");
    it.playerEvents.onInterrupted(it.player.at("a1", null, 700), it.player.at("a1", null, 700));
    // 15 characters a second.
    expect(messages(it)).toMatchObject([{ heardText: "Once upon", heardTextIsEstimate: true }]);
  });

  it("what the rate of the turns before makes of it, once there is one", async () => {
    const it = await connected();
    speaks(it, "a1", "Thirty characters in a second.", 1);
    it.playerEvents.onUnderrun(it.player.at("a1", null, 1000));
    vi.advanceTimersByTime(300);
    speaks(it, "a2", story, 2);
    it.userStarts("u1");
    it.playerEvents.onInterrupted(it.player.at("a2", null, 700), it.player.at("a2", null, 700));
    expect(messages(it)[1]).toMatchObject({ heardText: "Once upon a time", heardTextIsEstimate: true });
  });

  it("of which rates one does not count that was cut short: its text goes on beyond its speech", async () => {
    const it = await connected();
    speaks(
      it,
      "a1",
      "A hundred characters, of which nobody knows how many are in a tenth of the time that they take.",
      1,
    );
    it.userStarts("u1");
    it.playerEvents.onUnderrun(it.player.at("a1", null, 1000));
    speaks(it, "a2", story, 2);
    it.userStarts("u2");
    it.playerEvents.onInterrupted(it.player.at("a2", null, 700), it.player.at("a2", null, 700));
    expect(messages(it)[1]).toMatchObject({ heardText: "Once upon" });
  });

  it("nothing, where its speech had not begun", async () => {
    const it = await connected();
    it.agentStarts("a1");
    it.text("a1", story);
    it.userStarts("u1");
    expect(messages(it)).toMatchObject([{ status: "interrupted", heardText: "", heardTextIsEstimate: false }]);
  });

  it("all, where only the silence after it was cut", async () => {
    const it = await connected();
    speaks(it, "a1", story, 1);
    it.ends("a1");
    it.userStarts("u1");
    it.playerEvents.onFinished(it.player.at("a1", null, 1000));
    expect(messages(it)).toMatchObject([{ heardText: story, heardTextIsEstimate: false }]);
  });

  it("in an underrun, what was heard until then", async () => {
    const it = await connected();
    it.agentStarts("a0");
    it.ends("a0");
    speaks(it, "a1", story, 1);
    it.playerEvents.onUnderrun(it.player.at("a1", null, 700));
    it.userStarts("u1");
    expect(messages(it)).toMatchObject([{ heardText: "Once upon" }]);
  });

  it("nothing of a turn that was queued behind the one that was heard", async () => {
    const it = await connected();
    speaks(it, "a1", story, 2);
    it.ends("a1");
    speaks(it, "a2", "And then?", 1);
    it.userStarts("u1");
    it.playerEvents.onInterrupted(it.player.at("a1", null, 1000), it.player.at("a1", null, 1000));
    expect(messages(it)).toMatchObject([{ heardText: "Once upon a time" }, { heardText: "" }]);
    expect(it.finished).toHaveLength(1);
  });

  it("once: what the player says later changes nothing", async () => {
    const it = await connected();
    speaks(it, "a1", story, 2);
    it.userStarts("u1");
    it.playerEvents.onInterrupted(it.player.at("a1", null, 700), it.player.at("a1", null, 700));
    const before = messages(it);
    it.playerEvents.onInterrupted(it.player.at("a1", null, 2000), it.player.at("a1", null, 2000));
    it.playerEvents.onFinished(it.player.at("a1", null, 2000));
    it.text("a1", " The end.");
    it.userStarts("u2");
    expect(messages(it)).toBe(before);
  });
});

describe("what was heard when the speech was cut off is told by the player, also when all is over:", () => {
  const endings: Record<string, (it: Conversation) => unknown> = {
    "disconnect()": (it) => it.client.disconnect(),
    "dispose()": (it) => it.client.dispose(),
    "a server that ends the session": (it) => it.socket.drop(1000),
    "a server that refuses it": (it) => it.socket.drop(1008),
    "a connection that breaks": (it) => it.socket.drop(1006),
    "disconnect() while the connection is mended": (it) => {
      it.socket.drop(1006);
      return it.client.disconnect();
    },
  };

  it.each(Object.entries(endings))("%s", async (_, end) => {
    const it = await connected();
    speaks(it, "a1", story, 2);
    it.ends("a1");
    speaks(it, "a2", "And then?", 1);
    const { playerEvents } = it;
    await end(it);
    const commands = it.player.done.filter((command) => !command.startsWith("e"));
    expect(["interrupt", "interrupt,stop"]).toContain(String(commands));
    expect(messages(it)).toMatchObject([{ status: "interrupted" }, { status: "interrupted" }]);
    expect(messages(it)[0]).not.toHaveProperty("heardText");
    playerEvents.onInterrupted(it.player.at("a1", null, 1400), it.player.at("a1", null, 1000));
    expect(messages(it)).toMatchObject([{ heardText: "Once upon a time" }, { heardText: "" }]);
    const before = messages(it);
    playerEvents.onFinished(it.player.at("a1", null, 2000));
    expect(messages(it)).toBe(before);
    expect(it.finished).toEqual([]);
    await it.client.disconnect().catch(() => {});
  });

  it("in time for disconnect() where it answers at once", async () => {
    const it = await connected();
    speaks(it, "a1", story, 2);
    const { playerEvents } = it;
    it.player.interrupt = () =>
      playerEvents.onInterrupted(it.player.at("a1", null, 700), it.player.at("a1", null, 700));
    await it.client.disconnect();
    expect(messages(it)).toMatchObject([{ heardText: "Once upon", interruptedBy: "user" }]);
  });

  it.each(["onFinished", "onUnderrun"] as const)("its %s that crosses the end tells it, too", async (report) => {
    const it = await connected();
    speaks(it, "a1", story, 2);
    it.ends("a1");
    const { playerEvents } = it;
    await it.client.disconnect();
    playerEvents[report](it.player.at("a1", null, 2000));
    expect(messages(it)).toMatchObject([{ heardText: story, heardTextIsEstimate: false }]);
  });

  it("in an underrun it has told it before", async () => {
    for (const end of [1000, 1006]) {
      const it = await connected();
      it.agentStarts("a0");
      it.ends("a0");
      speaks(it, "a1", story, 1);
      it.playerEvents.onUnderrun(it.player.at("a1", null, 700));
      it.socket.drop(end);
      expect(messages(it)).toMatchObject([{ heardText: "Once upon", interruptedBy: "connection" }]);
      expect(it.player.done).not.toContain("interrupt");
      await it.client.disconnect();
    }
  });

  it("nothing, where its speech had not begun", async () => {
    const it = await connected();
    it.agentStarts("a1");
    it.text("a1", story);
    await it.client.disconnect();
    expect(messages(it)).toMatchObject([{ status: "interrupted", heardText: "", heardTextIsEstimate: false }]);
  });

  it("of another conversation, and of turns that nobody cut, nothing is taken", async () => {
    const it = await connected();
    speaks(it, "a1", story, 2);
    const { playerEvents } = it;
    it.client.setOptions({ ...it.options, conversationId: "lc_conv_2" });
    await it.client.disconnect();
    await it.connect();
    speaks(it, "a1", story, 2);
    playerEvents.onInterrupted(it.player.at("a1", null, 2000), it.player.at("a1", null, 2000));
    it.userStarts("u1");
    it.playerEvents.onInterrupted(it.player.at("a1", null, 700), it.player.at("a1", null, 700));
    expect(messages(it)).toMatchObject([{ heardText: "Once upon" }]);
    await it.client.disconnect();
  });
});

describe("with the sound switched off", () => {
  it("nothing is said of what was heard: the text was read", async () => {
    const it = await connected({ audioOutput: false });
    it.agentStarts("a0");
    it.ends("a0");
    it.agentStarts("a1");
    it.text("a1", story);
    it.audio("a1", undefined, second);
    it.userStarts("u1");
    expect(messages(it)[0]).toMatchObject({ text: story, status: "interrupted" });
    expect(messages(it)[0]).not.toHaveProperty("heardText");
  });

  it("just after an interruption, what was heard is told all the same", async () => {
    const it = await connected();
    speaks(it, "a1", story, 2);
    it.ends("a1");
    const { playerEvents } = it;
    it.userStarts("u1");
    await it.client.setAudioOutput(false);
    expect(it.finished).toMatchObject([{ turn_id: "a1" }]);
    playerEvents.onInterrupted(it.player.at("a1", null, 1000), it.player.at("a1", null, 1000));
    expect(messages(it)).toMatchObject([{ heardText: "Once upon a time" }]);
    expect(it.finished).toHaveLength(1);
  });

  it.each([
    ["before", 0],
    ["after", 1],
  ])(
    "in mid-speech, and the turn cut later: what was heard until then, also where that is told %s",
    async (_, late) => {
      const it = await connected();
      it.agentStarts("a0");
      it.ends("a0");
      speaks(it, "a1", story, 1);
      it.playerEvents.onUnderrun(it.player.at("a1", null, 100));
      it.audio("a1", undefined, second / 2);
      const { playerEvents } = it;
      const told = () => playerEvents.onInterrupted(it.player.at("a1", null, 1000), it.player.at("a1", null, 1000));
      await it.client.setAudioOutput(false);
      if (!late) told();
      expect(messages(it)).toMatchObject([{ status: "interim" }]);
      it.userStarts("u1");
      if (late) expect(messages(it)[0]).not.toHaveProperty("heardText");
      if (late) told();
      expect(messages(it)).toMatchObject([{ status: "interrupted", heardText: "Once upon a" }]);
    },
  );

  it("in mid-speech, and the rest read: that teaches nothing of how fast the agent speaks", async () => {
    const it = await connected();
    speaks(it, "a1", "Words of which a part was heard, and all the others were read.", 1);
    it.playerEvents.onUnderrun(it.player.at("a1", null, 1000));
    await it.client.setAudioOutput(false);
    it.audio("a1", undefined, 3 * second);
    it.ends("a1");
    await it.client.setAudioOutput(true);
    speaks(it, "a2", story, 2);
    it.ends("a2");
    speaks(it, "a3", story, 2);
    it.userStarts("u1");
    it.playerEvents.onFinished(it.player.at("a2", null, 0));
    it.playerEvents.onInterrupted(it.player.at("a3", null, 700), it.player.at("a3", null, 700));
    expect(messages(it)[2]).toMatchObject({ heardText: "Once upon" });
  });
});

it("a message that was complete is not interrupted by what comes after it", async () => {
  const it = await connected();
  speaks(it, "a1", story, 2);
  it.ends("a1");
  it.playerEvents.onFinished(it.player.at("a1", null, 2000));
  await it.client.disconnect();
  expect(messages(it)).toMatchObject([{ status: "final" }]);
});
