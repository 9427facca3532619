import { describe, expect, test, vi } from "vitest";
import { longConnected, shown, stopTime, type World } from "../../test/long-connected.js";
import { audioContent, createWorld, idleTimers, settle } from "../../test/world.js";

stopTime();

describe("the turn that a lost connection cuts", () => {
  const says = (world: World, ...messages: object[]) => {
    for (const message of messages) world.socket.says(message);
  };
  const audio = (turn_id: string) => ({ type: "response.audio", turn_id, content: audioContent(8), delta_id: "d" });

  test("falls silent, is interrupted with the cause connection, and is not heard again", async () => {
    const world = await longConnected();
    says(world, { type: "turn.start", role: "assistant", turn_id: "a1" });
    says(world, { type: "response.text.delta", turn_id: "a1", content: "Once upon" }, audio("a1"));
    world.speaker.events?.onStarted("a1");
    expect(shown(world)).toMatchObject({ agentSpeaking: true, agentState: "speaking" });
    world.socket.drop(1006);
    expect(world.speaker.done.at(-1)).toBe("interrupt");
    expect(shown(world)).toMatchObject({
      agentSpeaking: false,
      turn: null,
      messages: [{ text: "Once upon", status: "interrupted", interruptedBy: "connection" }],
    });
    world.speaker.events?.onInterrupted(world.speaker.at("a1"), world.speaker.at("a1"));
    await world.comesBack();
    const before = world.speaker.done.length;
    says(world, audio("assistant-a1"), { type: "response.text.delta", turn_id: "a1", content: " a time" });
    says(world, { type: "response.end", turn_id: "a1" });
    expect(world.speaker.done).toHaveLength(before);
    expect(shown(world).messages).toMatchObject([{ text: "Once upon" }]);
    expect(world.socket.types).toEqual(["client.ready"]);
    says(world, { type: "turn.start", role: "assistant", turn_id: "a2" }, audio("a2"));
    expect(world.speaker.done.at(-1)).toBe("enqueue a2 d 16");
  });

  test.each([
    ["a dry player", (world: World) => world.speaker.events?.onUnderrun(world.speaker.at("a1")), [audio("a1")]],
    ["a turn without a sound", () => {}, [{ type: "response.text", turn_id: "a1", content: "Hi." }]],
  ] as const)("leaves no timer behind of %s", async (_, happens, messages) => {
    const world = await longConnected();
    says(world, { type: "turn.start", role: "assistant", turn_id: "a1" }, ...messages);
    happens(world);
    expect(vi.getTimerCount()).toBe(1 + idleTimers);
    world.socket.drop(1006);
    await settle();
    // That of the next attempt.
    expect(vi.getTimerCount()).toBe(1 + idleTimers);
  });

  test("is final when it was heard to its end, and is not heard again either", async () => {
    const world = await longConnected();
    says(world, { type: "turn.start", role: "assistant", turn_id: "a1" }, audio("a1"));
    says(world, { type: "response.text", turn_id: "a1", content: "Hi." }, { type: "response.end", turn_id: "a1" });
    world.speaker.events?.onFinished(world.speaker.at("a1"));
    world.socket.drop(1006);
    expect(world.speaker.done).not.toContain("interrupt");
    expect(shown(world).messages).toMatchObject([{ status: "final" }]);
    expect(shown(world).messages[0]).not.toHaveProperty("cause");
    await world.comesBack();
    const before = world.speaker.done.length;
    says(world, audio("a1"));
    expect(world.speaker.done).toHaveLength(before);
  });

  test("is the user's: what was understood stays", async () => {
    const world = await longConnected();
    says(world, { type: "turn.start", role: "user", turn_id: "u1" });
    says(world, { type: "user.transcript.interim_delta", turn_id: "u1", content: "what's the", delta_counter: 0 });
    world.socket.drop(1006);
    expect(shown(world)).toMatchObject({ userSpeaking: false, messages: [{ text: "what's the", status: "final" }] });
  });

  test("acknowledges nothing before client.ready, also when the microphone is slow", async () => {
    const world = createWorld({ audioOutput: false });
    const connecting = world.client.connect();
    await settle();
    world.socket.open();
    says(world, { type: "turn.start", role: "assistant", turn_id: "a1" });
    vi.advanceTimersByTime(1000);
    expect(world.socket.types).toEqual([]);
    world.microphone.starts[0]?.opening.resolve();
    await connecting;
    expect(world.socket.types).toEqual(["client.ready", "trigger.response.audio.replay_finished"]);
  });
});

describe("a turn of an earlier connection that the server sends once more", () => {
  const turns = ["heard", "silent", "read", "cut", "last"];
  const sends = (world: World, turn_id: string) => {
    world.socket.says({ type: "turn.start", role: "assistant", turn_id });
    if (turn_id !== "read") world.socket.says({ type: "response.audio", turn_id, content: audioContent(8) });
    if (turn_id !== "silent") world.socket.says({ type: "response.text", turn_id, content: `Text of ${turn_id}.` });
  };
  const heard = ({ speaker }: World) => speaker.done.filter((what) => what.startsWith("enqueue"));

  /** A conversation of five turns, the last of them not heard to its end. */
  async function spoken(): Promise<World> {
    const world = await longConnected();
    for (const turn of turns) {
      sends(world, turn);
      if (turn === "cut") world.socket.says({ type: "turn.start", role: "user", turn_id: "u1" });
      else if (turn !== "last") world.socket.says({ type: "response.end", turn_id: turn });
      if (turn === "heard" || turn === "silent") world.speaker.events?.onFinished(world.speaker.at(turn));
    }
    world.speaker.events?.onInterrupted(world.speaker.at("cut"), world.speaker.at("cut"));
    return world;
  }

  const comebacks: Record<string, (world: World) => Promise<void>> = {
    "on a connection that was lost": async (world) => {
      world.socket.drop(1006);
      await world.comesBack();
    },
    "after disconnect() and connect()": async (world) => {
      await world.client.disconnect();
      await world.connect();
    },
    "after a session that the server ended": async (world) => {
      world.socket.drop(1000);
      await world.connect();
    },
    "after a second and a third time": async (world) => {
      world.socket.drop(1006);
      await world.comesBack();
      for (let n = 0; n < 2; n++) {
        await world.client.disconnect();
        await world.connect();
      }
    },
  };

  test.each(Object.entries(comebacks))("%s is neither heard nor written again", async (_, comesBack) => {
    const world = await spoken();
    await comesBack(world);
    const [before, written] = [heard(world), shown(world).messages];
    for (const turn of turns) sends(world, `assistant-${turn}`);
    expect(heard(world)).toEqual(before);
    expect(shown(world).messages).toEqual(written);
    sends(world, "next");
    expect(heard(world)).toHaveLength(before.length + 1);
    expect(shown(world).messages.at(-1)?.text).toBe("Text of next.");
    await world.client.disconnect();
  });

  test("is not heard again after the page was loaded anew, where its messages were kept", async () => {
    const { client } = await spoken();
    const world = await longConnected({ initialMessages: client.getSnapshot().messages });
    sends(world, "heard");
    expect(heard(world)).toEqual([]);
  });

  test("and that was interrupted before it made a sound is never heard", async () => {
    const world = await longConnected();
    world.socket.says({ type: "turn.start", role: "assistant" });
    world.socket.says({ type: "turn.start", role: "user", turn_id: "u1" });
    world.socket.says({ type: "response.audio", turn_id: "a1", content: audioContent(8) });
    world.socket.drop(1006);
    await world.comesBack();
    sends(world, "a1");
    expect(heard(world)).toEqual([]);
  });

  test("in another conversation is another turn", async () => {
    const world = await spoken();
    await world.client.disconnect();
    world.client.setOptions({ ...world.options, conversationId: "lc_conv_2" });
    await world.connect();
    const before = heard(world).length;
    for (const turn of turns) sends(world, turn);
    expect(heard(world)).toHaveLength(before + 4);
    expect(shown(world).messages.map(({ turnId }) => turnId)).toEqual(["heard", "read", "cut", "last"]);
  });
});

test("a second welcome is the server's right: it is heard, and the transcript shows both", async () => {
  const world = await longConnected();
  const welcome = (turn_id: string) => {
    world.socket.says({ type: "turn.start", role: "assistant", turn_id });
    world.socket.says({ type: "response.text", turn_id, content: "Welcome!" });
    world.socket.says({ type: "response.end", turn_id });
  };
  welcome("a1");
  world.socket.drop(1006);
  await world.comesBack();
  welcome("a2");
  expect(shown(world).messages.map(({ text, status }) => [text, status])).toEqual([
    ["Welcome!", "final"],
    ["Welcome!", "final"],
  ]);
});

test("what comes of a turn beside the current one is cut with the connection, too", async () => {
  const world = await longConnected();
  world.socket.says({ type: "turn.start", role: "assistant", turn_id: "a1" });
  world.socket.says({ type: "response.text", turn_id: "a2", content: "Beside." });
  await world.client.disconnect();
  expect(shown(world).messages).toMatchObject([{ status: "interrupted", interruptedBy: "user" }]);
});

test("what the user was saying when the session ended is final: nothing more will come of it", async () => {
  const world = await longConnected();
  world.socket.says({ type: "user.transcript.interim_delta", turn_id: "u1", content: "what's the", delta_counter: 0 });
  await world.client.disconnect();
  expect(shown(world).messages).toMatchObject([{ text: "what's the", status: "final" }]);
});
