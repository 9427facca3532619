import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
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

  it("whatever an event tells of the snapshot, the snapshot shows, and subscribers have been told", async () => {
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

  it("a message is shown after what it did", async () => {
    const seen: unknown[] = [];
    const it = await connected({ onMessage: () => seen.push(it.client.getSnapshot().messages[0]?.text) });
    it.text("a1", "Hello.");
    expect(seen).toEqual(["Hello."]);
  });
});

describe("one thing after the other:", () => {
  it("what comes while listeners are told of something is told after it, in the order in which it came", async () => {
    const seen: string[] = [];
    const it = await connected();
    it.client.on("message", ({ type }) => {
      seen.push(`first ${type}`);
      if (type !== "turn.start") return;
      it.text("a1", "Hello.");
      it.client.mute();
      it.ends("a1");
    });
    it.client.on("message", ({ type }) => seen.push(`second ${type}`));
    it.client.on("mute", () => seen.push("mute"));
    it.agentStarts("a1");
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
  it("is reported and stops nobody: not the others, not the client, not what comes after", async () => {
    const reported: string[] = [];
    vi.stubGlobal("reportError", ({ message }: Error) => reported.push(message));
    const fails = (name: string) => () => {
      throw new Error(name);
    };
    const seen: string[] = [];
    const it = await connected({ onMessage: fails("option") });
    it.client.subscribe(fails("subscriber"));
    it.client.subscribe(() => seen.push("subscriber"));
    it.client.on("message", fails("listener"));
    it.client.on("message", ({ type }) => seen.push(type));
    it.agentStarts("a1");
    it.text("a1", "Hello.");
    expect(seen).toEqual(["subscriber", "turn.start", "subscriber", "response.text"]);
    expect(reported).toEqual(["subscriber", "option", "listener", "subscriber", "option", "listener"]);
    expect(it.client.getSnapshot().messages).toMatchObject([{ text: "Hello." }]);
    await it.client.disconnect();
    expect(it.client.status).toBe("disconnected");
  });
});
