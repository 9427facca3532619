import { expect, test } from "vitest";
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

test("listens, thinks, speaks, is interrupted, and begins anew", async () => {
  const world = createWorld({}, config);
  const scene = sides(world);
  const told: string[] = [];
  scene.client.on("agentState", (state) => told.push(state));
  await expectStates(world, [
    ["idle", () => {}],
    ["listening", () => world.connect()],
    ["listening", () => scene.userStarts("u1")],
    ["thinking", () => scene.understood("u1")],
    ["thinking", () => scene.agentStarts("a1")],
    ["thinking", () => scene.audio("a1")],
    ["speaking", () => scene.heard("a1")],
    ["speaking", () => scene.ends("a1")],
    ["listening", () => scene.finished("a1")],
    ["thinking", () => scene.agentStarts("a2")],
    ["thinking", () => scene.audio("a2")],
    ["speaking", () => scene.heard("a2")],
    ["interrupted", () => scene.userStarts("u2")],
    ["interrupted", () => scene.cut("a2")],
    ["thinking", () => scene.says("turn.end", { role: "user", turn_id: "u2" })],
    ["thinking", () => scene.agentStarts("a3")],
    ["listening", () => scene.ends("a3")],
    // What is understood only after the answer began ends no turn.
    ["thinking", () => scene.agentStarts("a4")],
    ["thinking", () => scene.understood("u2")],
    ["listening", () => scene.ends("a4")],
    ["listening", () => scene.userStarts("u3")],
    ["idle", () => scene.client.mute()],
    ["idle", () => world.socket.drop(1006)],
  ]);
  expect(told).toEqual([
    ...["listening", "thinking", "speaking", "listening", "thinking", "speaking", "interrupted"],
    ...["thinking", "listening", "thinking", "listening", "idle"],
  ]);
  await scene.client.disconnect();
});

test("stops thinking when the user goes on", async () => {
  const world = createWorld({}, config);
  const scene = sides(world);
  await expectStates(world, [
    ["listening", () => world.connect()],
    ["listening", () => scene.userStarts("u1")],
    ["thinking", () => scene.understood("u1")],
    ["listening", () => scene.userStarts("u2")],
    ["thinking", () => scene.understood("u2")],
  ]);
});

test("thinks about what was typed, also when that interrupts, until the answer is acknowledged", async () => {
  const world = createWorld();
  const scene = sides(world);
  await expectStates(world, [
    ["listening", () => world.connect()],
    ["thinking", () => scene.client.sendClientResponseText("hello")],
    ["thinking", () => scene.agentStarts("a1")],
    ["thinking", () => scene.audio("a1")],
    ["speaking", () => scene.heard("a1")],
    ["thinking", () => scene.client.sendClientResponseText("stop")],
    ["thinking", () => scene.cut("a1")],
    ["thinking", () => scene.agentStarts("a2")],
    ["listening", () => scene.ends("a2")],
    ["idle", () => scene.client.setAudioInput(false)],
  ]);
  await scene.client.disconnect();
});

test("with push-to-talk it listens only to a press, and thinks from its end", async () => {
  const world = createWorld({}, pushToTalkConfig);
  const scene = sides(world);
  await expectStates(world, [
    ["idle", () => world.connect()],
    ["listening", () => scene.client.triggerUserTurnStarted()],
    ["thinking", () => scene.client.triggerUserTurnFinished()],
    ["thinking", () => scene.agentStarts("a1")],
    ["idle", () => scene.ends("a1")],
  ]);
  await scene.client.disconnect();
});

test("one that speaks to the end owes nothing, also where no server says that it has ended", async () => {
  const world = createWorld();
  const scene = sides(world);
  await expectStates(world, [
    ["listening", () => world.connect()],
    ["thinking", () => scene.agentStarts("a1")],
    ["thinking", () => scene.audio("a1")],
    ["speaking", () => scene.heard("a1")],
    ["listening", () => scene.finished("a1")],
    ["listening", () => scene.userStarts("u1")],
  ]);
  await scene.client.disconnect();
});

test("a turn that was heard whole before its late response.end is over with that", async () => {
  const world = createWorld();
  const scene = sides(world);
  await expectStates(world, [
    ["listening", () => world.connect()],
    ["thinking", () => scene.agentStarts("a1")],
    ["thinking", () => scene.audio("a1")],
    ["speaking", () => scene.heard("a1")],
    ["speaking", () => scene.ends("a1")],
    ["listening", () => scene.finished("a1")],
    // From here on the server is known to send response.end: running dry finishes no turn.
    ["thinking", () => scene.agentStarts("a2")],
    ["thinking", () => scene.audio("a2")],
    ["speaking", () => scene.heard("a2")],
    ["speaking", () => scene.ranDry("a2")],
    ["listening", () => scene.ends("a2")],
  ]);
  await scene.client.disconnect();
});
