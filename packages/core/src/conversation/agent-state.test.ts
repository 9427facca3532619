import { expect, it } from "vitest";
import { audioContent, config, createWorld, pushToTalkConfig } from "../../test/world.js";

type World = ReturnType<typeof createWorld>;

/** What happens, and the word for it afterwards. */
async function expectStates(world: World, steps: readonly (readonly [string, () => unknown])[]): Promise<void> {
  for (const [expected, happens] of steps) {
    await happens();
    expect(`${expected} after ${happens}`).toBe(`${world.client.getSnapshot().agentState} after ${happens}`);
  }
}

function sides(world: World) {
  const { client, speaker } = world;
  const says = (type: string, fields: object = {}) => world.socket.says({ type, ...fields });
  return {
    client,
    says,
    userStarts: (turn_id: string) => says("turn.start", { role: "user", turn_id }),
    understood: (turn_id: string) => says("user.transcript", { turn_id, content: "What?" }),
    agentStarts: (turn_id: string) => says("turn.start", { role: "assistant", turn_id }),
    audio: (turn_id: string) => says("response.audio", { turn_id, content: audioContent(8) }),
    ends: (turn_id: string) => says("response.end", { turn_id }),
    ranDry: (turn_id: string) => speaker.events?.onUnderrun(speaker.at(turn_id)),
    heard: (turn_id: string) => speaker.events?.onStarted(turn_id),
    finished: (turn_id: string) => speaker.events?.onFinished(speaker.at(turn_id)),
    cut: (turn_id: string) => speaker.events?.onInterrupted(speaker.at(turn_id), speaker.at(turn_id)),
  };
}

it("listens, thinks, speaks, is interrupted, and begins anew", async () => {
  const world = createWorld({}, config);
  const it = sides(world);
  const told: string[] = [];
  it.client.on("agentState", (state) => told.push(state));
  await expectStates(world, [
    ["idle", () => {}],
    ["listening", () => world.connect()],
    ["listening", () => it.userStarts("u1")],
    ["thinking", () => it.understood("u1")],
    ["thinking", () => it.agentStarts("a1")],
    ["thinking", () => it.audio("a1")],
    ["speaking", () => it.heard("a1")],
    ["speaking", () => it.ends("a1")],
    ["listening", () => it.finished("a1")],
    ["thinking", () => it.agentStarts("a2")],
    ["thinking", () => it.audio("a2")],
    ["speaking", () => it.heard("a2")],
    ["interrupted", () => it.userStarts("u2")],
    ["interrupted", () => it.cut("a2")],
    ["thinking", () => it.says("turn.end", { role: "user", turn_id: "u2" })],
    ["thinking", () => it.agentStarts("a3")],
    ["listening", () => it.ends("a3")],
    // What is understood only after the answer began ends no turn.
    ["thinking", () => it.agentStarts("a4")],
    ["thinking", () => it.understood("u2")],
    ["listening", () => it.ends("a4")],
    ["listening", () => it.userStarts("u3")],
    ["idle", () => it.client.mute()],
    ["idle", () => world.socket.drop(1006)],
  ]);
  expect(told).toEqual([
    ...["listening", "thinking", "speaking", "listening", "thinking", "speaking", "interrupted"],
    ...["thinking", "listening", "thinking", "listening", "idle"],
  ]);
  await it.client.disconnect();
});

it("stops thinking when the user goes on", async () => {
  const world = createWorld({}, config);
  const it = sides(world);
  await expectStates(world, [
    ["listening", () => world.connect()],
    ["listening", () => it.userStarts("u1")],
    ["thinking", () => it.understood("u1")],
    ["listening", () => it.userStarts("u2")],
    ["thinking", () => it.understood("u2")],
  ]);
});

it("thinks about what was typed, also when that interrupts, until the answer is acknowledged", async () => {
  const world = createWorld();
  const it = sides(world);
  await expectStates(world, [
    ["listening", () => world.connect()],
    ["thinking", () => it.client.sendClientResponseText("hello")],
    ["thinking", () => it.agentStarts("a1")],
    ["thinking", () => it.audio("a1")],
    ["speaking", () => it.heard("a1")],
    ["thinking", () => it.client.sendClientResponseText("stop")],
    ["thinking", () => it.cut("a1")],
    ["thinking", () => it.agentStarts("a2")],
    ["listening", () => it.ends("a2")],
    ["idle", () => it.client.setAudioInput(false)],
  ]);
  await it.client.disconnect();
});

it("with push-to-talk it listens only to a press, and thinks from its end", async () => {
  const world = createWorld({}, pushToTalkConfig);
  const it = sides(world);
  await expectStates(world, [
    ["idle", () => world.connect()],
    ["listening", () => it.client.triggerUserTurnStarted()],
    ["thinking", () => it.client.triggerUserTurnFinished()],
    ["thinking", () => it.agentStarts("a1")],
    ["idle", () => it.ends("a1")],
  ]);
  await it.client.disconnect();
});

it("one that speaks to the end owes nothing, also where no server says that it has ended", async () => {
  const world = createWorld();
  const it = sides(world);
  await expectStates(world, [
    ["listening", () => world.connect()],
    ["thinking", () => it.agentStarts("a1")],
    ["thinking", () => it.audio("a1")],
    ["speaking", () => it.heard("a1")],
    ["listening", () => it.finished("a1")],
    ["listening", () => it.userStarts("u1")],
  ]);
  await it.client.disconnect();
});

it("a turn that was heard whole before its late response.end is over with that", async () => {
  const world = createWorld();
  const it = sides(world);
  await expectStates(world, [
    ["listening", () => world.connect()],
    ["thinking", () => it.agentStarts("a1")],
    ["thinking", () => it.audio("a1")],
    ["speaking", () => it.heard("a1")],
    ["speaking", () => it.ends("a1")],
    ["listening", () => it.finished("a1")],
    // From here on the server is known to send response.end: running dry finishes no turn.
    ["thinking", () => it.agentStarts("a2")],
    ["thinking", () => it.audio("a2")],
    ["speaking", () => it.heard("a2")],
    ["speaking", () => it.ranDry("a2")],
    ["listening", () => it.ends("a2")],
  ]);
  await it.client.disconnect();
});
