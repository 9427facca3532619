import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
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
function speaks(scene: Conversation, turn: string, text: string, seconds: number): void {
  scene.agentStarts(turn);
  scene.text(turn, text);
  scene.audio(turn, undefined, seconds * second);
}

describe("an interrupted message is cut to what was heard:", () => {
  test("the share of the speech, where all of it has come", async () => {
    const scene = await connected();
    speaks(scene, "a1", story, 2);
    scene.ends("a1");
    scene.userStarts("u1");
    expect(messages(scene)[0]).toMatchObject({ status: "interrupted", interruptedBy: "user" });
    expect(messages(scene)[0]).not.toHaveProperty("heardText");
    // Rendered further than heard: the output held the rest.
    scene.playerEvents.onInterrupted(scene.player.at("a1", null, 1400), scene.player.at("a1", null, 1000));
    expect(messages(scene)).toMatchObject([{ text: story, heardText: "Once upon a time", heardTextIsEstimate: true }]);
  });

  test("what the usual rate makes of the time, where more would have come", async () => {
    const scene = await connected();
    speaks(scene, "a1", story, 2);
    scene.userStarts("u1");
    scene.playerEvents.onInterrupted(scene.player.at("a1", null, 850), scene.player.at("a1", null, 850));
    // 15 characters a second, after a little silence.
    expect(messages(scene)).toMatchObject([{ heardText: "Once upon", heardTextIsEstimate: true }]);
  });

  test("what the rate of the turns before makes of it, once there is one", async () => {
    const scene = await connected();
    speaks(scene, "a1", "So it begins here.", 1);
    scene.playerEvents.onUnderrun(scene.player.at("a1", null, 1000));
    vi.advanceTimersByTime(300);
    speaks(scene, "a2", story, 2);
    scene.userStarts("u1");
    scene.playerEvents.onInterrupted(scene.player.at("a2", null, 850), scene.player.at("a2", null, 850));
    expect(messages(scene)[1]).toMatchObject({ heardText: "Once upon a time", heardTextIsEstimate: true });
  });

  test("of which rates one does not count that was cut short: its text goes on beyond its speech", async () => {
    const scene = await connected();
    speaks(
      scene,
      "a1",
      "A hundred characters, of which nobody knows how many are in a tenth of the time that they take.",
      1,
    );
    scene.userStarts("u1");
    scene.playerEvents.onUnderrun(scene.player.at("a1", null, 1000));
    speaks(scene, "a2", story, 2);
    scene.userStarts("u2");
    scene.playerEvents.onInterrupted(scene.player.at("a2", null, 850), scene.player.at("a2", null, 850));
    expect(messages(scene)[1]).toMatchObject({ heardText: "Once upon" });
  });

  test("nothing, where its speech had not begun", async () => {
    const scene = await connected();
    scene.agentStarts("a1");
    scene.text("a1", story);
    scene.userStarts("u1");
    expect(messages(scene)).toMatchObject([{ status: "interrupted", heardText: "", heardTextIsEstimate: false }]);
  });

  test("all, where only the silence after it was cut", async () => {
    const scene = await connected();
    speaks(scene, "a1", story, 1);
    scene.ends("a1");
    scene.userStarts("u1");
    scene.playerEvents.onFinished(scene.player.at("a1", null, 1000));
    expect(messages(scene)).toMatchObject([{ heardText: story, heardTextIsEstimate: false }]);
  });

  test("in an underrun, what was heard until then", async () => {
    const scene = await connected();
    scene.agentStarts("a0");
    scene.ends("a0");
    speaks(scene, "a1", story, 1);
    scene.playerEvents.onUnderrun(scene.player.at("a1", null, 850));
    scene.userStarts("u1");
    expect(messages(scene)).toMatchObject([{ heardText: "Once upon" }]);
  });

  test("nothing of a turn that was queued behind the one that was heard", async () => {
    const scene = await connected();
    speaks(scene, "a1", story, 2);
    scene.ends("a1");
    speaks(scene, "a2", "And then?", 1);
    scene.userStarts("u1");
    scene.playerEvents.onInterrupted(scene.player.at("a1", null, 1000), scene.player.at("a1", null, 1000));
    expect(messages(scene)).toMatchObject([{ heardText: "Once upon a time" }, { heardText: "" }]);
    expect(scene.finished).toHaveLength(1);
  });

  test("once: what the player says later changes nothing", async () => {
    const scene = await connected();
    speaks(scene, "a1", story, 2);
    scene.userStarts("u1");
    scene.playerEvents.onInterrupted(scene.player.at("a1", null, 850), scene.player.at("a1", null, 850));
    const before = messages(scene);
    scene.playerEvents.onInterrupted(scene.player.at("a1", null, 2000), scene.player.at("a1", null, 2000));
    scene.playerEvents.onFinished(scene.player.at("a1", null, 2000));
    scene.text("a1", " The end.");
    scene.userStarts("u2");
    expect(messages(scene)).toBe(before);
  });
});

describe("what was heard when the speech was cut off is told by the player, also when all is over:", () => {
  const endings: Record<string, (scene: Conversation) => unknown> = {
    "disconnect()": (scene) => scene.client.disconnect(),
    "dispose()": (scene) => scene.client.dispose(),
    "a server that ends the session": (scene) => scene.socket.drop(1000),
    "a server that refuses it": (scene) => scene.socket.drop(1008),
    "a connection that breaks": (scene) => scene.socket.drop(1006),
    "disconnect() while the connection is mended": (scene) => {
      scene.socket.drop(1006);
      return scene.client.disconnect();
    },
  };

  test.each(Object.entries(endings))("%s", async (_, end) => {
    const scene = await connected();
    speaks(scene, "a1", story, 2);
    scene.ends("a1");
    speaks(scene, "a2", "And then?", 1);
    const { playerEvents } = scene;
    await end(scene);
    const commands = scene.player.done.filter((command) => !command.startsWith("e"));
    expect(["interrupt", "interrupt,stop"]).toContain(String(commands));
    expect(messages(scene)).toMatchObject([{ status: "interrupted" }, { status: "interrupted" }]);
    expect(messages(scene)[0]).not.toHaveProperty("heardText");
    playerEvents.onInterrupted(scene.player.at("a1", null, 1400), scene.player.at("a1", null, 1000));
    expect(messages(scene)).toMatchObject([{ heardText: "Once upon a time" }, { heardText: "" }]);
    const before = messages(scene);
    playerEvents.onFinished(scene.player.at("a1", null, 2000));
    expect(messages(scene)).toBe(before);
    expect(scene.finished).toEqual([]);
    await scene.client.disconnect().catch(() => {});
  });

  test("in time for disconnect() where it answers at once", async () => {
    const scene = await connected();
    speaks(scene, "a1", story, 2);
    const { playerEvents } = scene;
    scene.player.interrupt = () =>
      playerEvents.onInterrupted(scene.player.at("a1", null, 850), scene.player.at("a1", null, 850));
    await scene.client.disconnect();
    expect(messages(scene)).toMatchObject([{ heardText: "Once upon", interruptedBy: "user" }]);
  });

  test.each(["onFinished", "onUnderrun"] as const)("its %s that crosses the end tells it, too", async (report) => {
    const scene = await connected();
    speaks(scene, "a1", story, 2);
    scene.ends("a1");
    const { playerEvents } = scene;
    await scene.client.disconnect();
    playerEvents[report](scene.player.at("a1", null, 2000));
    expect(messages(scene)).toMatchObject([{ heardText: story, heardTextIsEstimate: false }]);
  });

  test("in an underrun it has told it before", async () => {
    for (const end of [1000, 1006]) {
      const scene = await connected();
      scene.agentStarts("a0");
      scene.ends("a0");
      speaks(scene, "a1", story, 1);
      scene.playerEvents.onUnderrun(scene.player.at("a1", null, 850));
      scene.socket.drop(end);
      expect(messages(scene)).toMatchObject([{ heardText: "Once upon", interruptedBy: "connection" }]);
      expect(scene.player.done).not.toContain("interrupt");
      await scene.client.disconnect();
    }
  });

  test("nothing, where its speech had not begun", async () => {
    const scene = await connected();
    scene.agentStarts("a1");
    scene.text("a1", story);
    await scene.client.disconnect();
    expect(messages(scene)).toMatchObject([{ status: "interrupted", heardText: "", heardTextIsEstimate: false }]);
  });

  test("of another conversation, and of turns that nobody cut, nothing is taken", async () => {
    const scene = await connected();
    speaks(scene, "a1", story, 2);
    const { playerEvents } = scene;
    scene.client.setOptions({ ...scene.options, conversationId: "lc_conv_2" });
    await scene.client.disconnect();
    await scene.connect();
    speaks(scene, "a1", story, 2);
    playerEvents.onInterrupted(scene.player.at("a1", null, 2000), scene.player.at("a1", null, 2000));
    scene.userStarts("u1");
    scene.playerEvents.onInterrupted(scene.player.at("a1", null, 850), scene.player.at("a1", null, 850));
    expect(messages(scene)).toMatchObject([{ heardText: "Once upon" }]);
    await scene.client.disconnect();
  });
});

describe("with the sound switched off", () => {
  test("nothing is said of what was heard: the text was read", async () => {
    const scene = await connected({ audioOutput: false });
    scene.agentStarts("a0");
    scene.ends("a0");
    scene.agentStarts("a1");
    scene.text("a1", story);
    scene.audio("a1", undefined, second);
    scene.userStarts("u1");
    expect(messages(scene)[0]).toMatchObject({ text: story, status: "interrupted" });
    expect(messages(scene)[0]).not.toHaveProperty("heardText");
  });

  test("just after an interruption, what was heard is told all the same", async () => {
    const scene = await connected();
    speaks(scene, "a1", story, 2);
    scene.ends("a1");
    const { playerEvents } = scene;
    scene.userStarts("u1");
    await scene.client.setAudioOutput(false);
    expect(scene.finished).toMatchObject([{ turn_id: "a1" }]);
    playerEvents.onInterrupted(scene.player.at("a1", null, 1000), scene.player.at("a1", null, 1000));
    expect(messages(scene)).toMatchObject([{ heardText: "Once upon a time" }]);
    expect(scene.finished).toHaveLength(1);
  });

  test.each([
    ["before", 0],
    ["after", 1],
  ])(
    "in mid-speech, and the turn cut later: what was heard until then, also where that is told %s",
    async (_, late) => {
      const scene = await connected();
      scene.agentStarts("a0");
      scene.ends("a0");
      speaks(scene, "a1", story, 1);
      scene.playerEvents.onUnderrun(scene.player.at("a1", null, 100));
      scene.audio("a1", undefined, second / 2);
      const { playerEvents } = scene;
      const told = () =>
        playerEvents.onInterrupted(scene.player.at("a1", null, 1000), scene.player.at("a1", null, 1000));
      await scene.client.setAudioOutput(false);
      if (!late) told();
      expect(messages(scene)).toMatchObject([{ status: "interim" }]);
      scene.userStarts("u1");
      if (late) expect(messages(scene)[0]).not.toHaveProperty("heardText");
      if (late) told();
      expect(messages(scene)).toMatchObject([{ status: "interrupted", heardText: "Once upon a" }]);
    },
  );

  test("in mid-speech, and the rest read: that teaches nothing of how fast the agent speaks", async () => {
    const scene = await connected();
    speaks(scene, "a1", "Words of which a part was heard, and all the others were read.", 1);
    scene.playerEvents.onUnderrun(scene.player.at("a1", null, 1000));
    await scene.client.setAudioOutput(false);
    scene.audio("a1", undefined, 3 * second);
    scene.ends("a1");
    await scene.client.setAudioOutput(true);
    speaks(scene, "a2", story, 2);
    scene.ends("a2");
    speaks(scene, "a3", story, 2);
    scene.userStarts("u1");
    scene.playerEvents.onFinished(scene.player.at("a2", null, 0));
    scene.playerEvents.onInterrupted(scene.player.at("a3", null, 850), scene.player.at("a3", null, 850));
    expect(messages(scene)[2]).toMatchObject({ heardText: "Once upon" });
  });
});

test("a message that was complete is not interrupted by what comes after it", async () => {
  const scene = await connected();
  speaks(scene, "a1", story, 2);
  scene.ends("a1");
  scene.playerEvents.onFinished(scene.player.at("a1", null, 2000));
  await scene.client.disconnect();
  expect(messages(scene)).toMatchObject([{ status: "final" }]);
});
