import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { connected } from "../../test/conversation.js";
import { createWorld } from "../../test/world.js";
import type { ClientEvents } from "../options/client-events.js";
import type { ClientState } from "./snapshot.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("state first, then events:", () => {
  const fields = {
    status: "status",
    turn: "turn",
    transcript: "messages",
    userSpeaking: "userSpeaking",
    agentSpeaking: "agentSpeaking",
    mute: "isMuted",
    audioInput: "audioInput",
    audioOutput: "audioOutput",
  } as const satisfies Partial<Record<keyof ClientEvents, keyof ClientState>>;

  test("whatever an event tells of the snapshot, the snapshot shows, and subscribers have been told", async () => {
    const world = createWorld();
    const { client } = world;
    const told = new Set<string>();
    let seen = client.getSnapshot();
    client.subscribe(() => {
      seen = client.getSnapshot();
    });
    for (const [event, field] of Object.entries(fields))
      client.on(event as keyof typeof fields, (value: unknown) => {
        told.add(event);
        expect(client.getSnapshot()[field]).toBe(value);
        expect(seen).toBe(client.getSnapshot());
      });
    await world.connect();
    world.socket.says({ type: "turn.start", role: "user", turn_id: "u1" });
    world.socket.says({ type: "user.transcript", turn_id: "u1", content: "Hello." });
    world.socket.says({ type: "turn.start", role: "assistant", turn_id: "a1" });
    world.socket.says({ type: "response.audio", turn_id: "a1", content: "AAAA" });
    world.speaker.events?.onStarted("a1");
    client.mute();
    await client.setAudioInput(false);
    await client.setAudioOutput(false);
    await client.disconnect();
    expect([...told].sort()).toEqual(Object.keys(fields).sort());
  });

  test("a message is shown after what it did", async () => {
    const seen: unknown[] = [];
    const scene = await connected({ onMessage: () => seen.push(scene.client.getSnapshot().messages[0]?.text) });
    scene.text("a1", "Hello.");
    expect(seen).toEqual(["Hello."]);
  });
});

describe("one thing after the other:", () => {
  test("what comes while listeners are told of something is told after it, in the order in which it came", async () => {
    const seen: string[] = [];
    const scene = await connected();
    scene.client.on("message", ({ type }) => {
      seen.push(`first ${type}`);
      if (type !== "turn.start") return;
      scene.text("a1", "Hello.");
      scene.client.mute();
      scene.ends("a1");
    });
    scene.client.on("message", ({ type }) => seen.push(`second ${type}`));
    scene.client.on("mute", () => seen.push("mute"));
    scene.agentStarts("a1");
    const finished = "trigger.response.audio.replay_finished";
    expect(seen).toEqual([
      ...["first turn.start", "second turn.start"],
      ...["first response.text", "second response.text"],
      "mute",
      // Written, and so shown, before the message that it answers.
      ...[`first ${finished}`, `second ${finished}`],
      ...["first response.end", "second response.end"],
    ]);
  });
});

describe("a listener that throws", () => {
  test("is reported and stops nobody: not the others, not the client, not what comes after", async () => {
    const reported: string[] = [];
    vi.stubGlobal("reportError", ({ message }: Error) => reported.push(message));
    const fails = (name: string) => () => {
      throw new Error(name);
    };
    const seen: string[] = [];
    const scene = await connected({ onMessage: fails("option") });
    scene.client.subscribe(fails("subscriber"));
    scene.client.subscribe(() => seen.push("subscriber"));
    scene.client.on("message", fails("listener"));
    scene.client.on("message", ({ type }) => seen.push(type));
    scene.agentStarts("a1");
    scene.text("a1", "Hello.");
    expect(seen).toEqual(["subscriber", "turn.start", "subscriber", "response.text"]);
    expect(reported).toEqual(["subscriber", "option", "listener", "subscriber", "option", "listener"]);
    expect(scene.client.getSnapshot().messages).toMatchObject([{ text: "Hello." }]);
    await scene.client.disconnect();
    expect(scene.client.status).toBe("disconnected");
  });
});
