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

describe("says nothing of what was heard", () => {
  it("with the sound off: the text was read", async () => {
    const it = await connected({ audioOutput: false });
    it.agentStarts("a0");
    it.ends("a0");
    it.agentStarts("a1");
    it.text("a1", story);
    it.userStarts("u1");
    expect(messages(it)[0]).toMatchObject({ text: story, status: "interrupted" });
    expect(messages(it)[0]).not.toHaveProperty("heardText");
  });

  it.each([
    ["disconnect()", "user", (it: Conversation) => it.client.disconnect()],
    ["a connection that breaks", "connection", (it: Conversation) => it.socket.drop(1006)],
  ] as const)("where %s cut the speech off", async (_, interruptedBy, end) => {
    const it = await connected();
    speaks(it, "a1", story, 2);
    await end(it);
    expect(messages(it)).toMatchObject([{ text: story, status: "interrupted", interruptedBy }]);
    expect(messages(it)[0]).not.toHaveProperty("heardText");
  });
});

it("is told by the player also where nobody waits for its answer any more", async () => {
  const it = await connected();
  speaks(it, "a1", story, 2);
  it.ends("a1");
  it.playerEvents.onUnderrun(it.player.at("a1", null, 1000));
  await it.client.disconnect();
  expect(messages(it)[0]).not.toHaveProperty("heardText");
  const { connect } = it;
  await connect();
  it.agentStarts("a2");
  it.playerEvents.onInterrupted(it.player.at("a1", null, 1000), it.player.at("a1", null, 1000));
  expect(messages(it)[0]).toMatchObject({ heardText: "Once upon a time", interruptedBy: "user" });
  expect(it.finished).toEqual([]);
});

it("a message that was complete is not interrupted by what comes after it", async () => {
  const it = await connected();
  speaks(it, "a1", story, 2);
  it.ends("a1");
  it.playerEvents.onFinished(it.player.at("a1", null, 2000));
  await it.client.disconnect();
  expect(messages(it)).toMatchObject([{ status: "final" }]);
});
