import { describe, expect, it, vi } from "vitest";
import { longConnected, shown, stopTime, type World } from "../../test/long-connected.js";
import { audioContent, createWorld, settle } from "../../test/world.js";

stopTime();

describe("the turn that a lost connection cuts", () => {
  const says = (world: World, ...messages: object[]) => {
    for (const message of messages) world.socket.says(message);
  };
  const audio = (turn_id: string) => ({ type: "response.audio", turn_id, content: audioContent(8), delta_id: "d" });

  it("falls silent, is interrupted with the cause connection, and is not heard again", async () => {
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

  it("is final when it was heard to its end, and is not heard again either", async () => {
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

  it("is the user's: what was understood stays", async () => {
    const world = await longConnected();
    says(world, { type: "turn.start", role: "user", turn_id: "u1" });
    says(world, { type: "user.transcript.interim_delta", turn_id: "u1", content: "what's the", delta_counter: 0 });
    world.socket.drop(1006);
    expect(shown(world)).toMatchObject({ userSpeaking: false, messages: [{ text: "what's the", status: "final" }] });
  });

  it("acknowledges nothing before client.ready, also when the microphone is slow", async () => {
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
