// [docs/protocol.md](../../../../docs/protocol.md) §7: what nobody knows of what Layercode's server writes. Each is a setting,
// and its default is the documented form.
import { describe, expect, test } from "vitest";
import type { TestClient } from "../../test/client.js";
import { converse, forms, obliging, pressAndRelease, said, settled, speak, wire } from "../../test/conformance.js";
import { recordedSpeech } from "../../test/recorded/js-sdk.js";
import type { ProtocolSettings, Scenario } from "../index.js";

/** One push-to-talk turn and one typed turn, each with its answer. */
async function talk(protocol: Partial<ProtocolSettings> = {}): Promise<TestClient> {
  const client = await converse({ protocol });
  pressAndRelease(client);
  await client.session.waitForSent((message) => message.type === "response.audio");
  await settled(client);
  client.type("Hello");
  await client.session.waitForSent((message) => message.type === "response.text" && message.content !== said.answer);
  await settled(client);
  return client;
}

const turnIds = (client: TestClient) =>
  client.session.sent.flatMap(({ message }) => ("turn_id" in message ? [[message.type, String(message.turn_id)]] : []));

describe("turn.start.turn_id present or absent", () => {
  test("present", async () => {
    for (const start of wire(await talk(), "turn.start")) expect(start).toHaveProperty("turn_id", expect.any(String));
  });

  test("absent", async () => {
    const client = await talk({ turnStartTurnId: false });
    expect(wire(client, "turn.start").length).toBeGreaterThan(2);
    for (const start of wire(client, "turn.start")) expect(start).not.toHaveProperty("turn_id");
    expect(wire(client, "response.text")[0]).toHaveProperty("turn_id");
  });
});

describe("turn ids prefixed or not", () => {
  test("not", async () => {
    for (const [, id] of turnIds(await talk())) expect(id).toMatch(/^[0-9a-f]{8}-/);
  });

  test("prefixed by the role, and understood so", async () => {
    const client = await talk({ turnIds: "prefixed" });
    for (const [type, id] of turnIds(client).filter(([type]) => type !== "turn.start"))
      expect(id).toMatch(type?.startsWith("user.") ? /^user-[0-9a-f]{8}-/ : /^assistant-[0-9a-f]{8}-/);
    for (const { role, turn_id } of wire(client, "turn.start")) expect(turn_id).toMatch(new RegExp(`^${role}-`));
    const { turnId } = await client.session.say("Good evening.");
    expect(client.ofTurn(turnId).length).toBeGreaterThan(2);
  });

  test("a replay_finished with a prefixed id is for its turn", async () => {
    const client = await converse({
      protocol: { turnIds: "prefixed" },
      config: { transcription: { can_interrupt: false } },
    });
    client.type("Hello");
    const { turn_id } = await client.next("response.end");
    client.send({ type: "trigger.response.audio.replay_finished", reason: "completed", turn_id });
    client.speak(recordedSpeech());
    await client.next("turn.start", ({ role }) => role === "user");
  });
});

test.each([
  ["not sent", {}, []],
  ["sent", { turnEnd: true }, ["user", "assistant"]],
])("turn.end %s", async (_, protocol, roles) => {
  const client = await converse({ protocol });
  pressAndRelease(client);
  await client.next("response.end");
  await settled(client);
  expect(wire(client, "turn.end").map(({ role }) => role)).toEqual(roles);
});

test.each([
  ["sent", true, 1],
  ["not sent", false, 0],
])("response.end %s", async (_, responseEnd, count) => {
  const client = await converse({ protocol: { responseEnd } });
  await client.session.say("Good evening.");
  await settled(client);
  expect(wire(client, "response.end")).toHaveLength(count);
});

const whole = `${said.answer} ${said.more}`;
test.each([
  ["as chunks, without deltas", {}, [said.answer, ` ${said.more}`], ""],
  ["as chunks, with deltas", { responseTextDeltas: true }, [said.answer, ` ${said.more}`], whole],
  ["as the full text, without deltas", { responseText: "full" }, [whole], ""],
  ["as the full text, with deltas", { responseText: "full", responseTextDeltas: true }, [whole], whole],
] as const)("response.text %s", async (_, protocol, texts, deltas) => {
  const client = await converse({ protocol });
  client.type("Hello");
  await client.next("response.end");
  const contents = (type: string) => wire(client, type).map(({ content }) => content);
  expect(contents("response.text")).toEqual(texts);
  expect(contents("response.text.delta").join("")).toBe(deltas);
});

describe("when turn.start user is sent", () => {
  test("at speech start", async () => {
    const client = await converse();
    client.speak(recordedSpeech().slice(0, 3200));
    await client.next("turn.start", ({ role }) => role === "user");
    expect(forms(client)).toEqual(["turn.start user"]);
  });

  test("at the first transcript; the reply is interrupted at speech start all the same", async () => {
    const client = await converse({ protocol: { userTurnStart: "first-transcript" } });
    client.speak(recordedSpeech().slice(0, 3200));
    await settled(client);
    expect(forms(client)).toEqual(["response.data"]);
    speak(client);
    await client.next("response.end");
    expect(forms(client).slice(1, 3)).toEqual(["turn.start user", "user.transcript.interim_delta"]);
    expect(forms(client).filter((form) => form === "turn.start user")).toHaveLength(1);
  });
});

test.each([
  ["not", false, []],
  ["sent", true, ["turn.start user"]],
])("turn.start user for typed text: %s", async (_, typedTurnStart, before) => {
  const client = await converse({ protocol: { typedTurnStart } });
  client.type("Hello");
  await client.next("response.end");
  expect(forms(client).slice(0, before.length + 2)).toEqual([...before, "user.transcript", "turn.start assistant"]);
});

describe("can_interrupt: false", () => {
  const config = { transcription: { can_interrupt: false } };
  const scenario: Scenario = { ...obliging, start: (turn) => turn.say("On and on. ".repeat(50)) };

  test("user audio is dropped while the agent speaks", async () => {
    const client = await converse({ config, scenario });
    await client.next("response.audio");
    speak(client);
    await settled(client);
    expect(forms(client)).not.toContain("turn.start user");
  });

  test("or the agent is interrupted all the same", async () => {
    const client = await converse({ config, scenario, protocol: { cannotInterrupt: "interrupt" } });
    await client.next("response.audio");
    speak(client);
    await client.next("turn.start", ({ role }) => role === "user");
  });
});

test.each([
  ["interrupts", true],
  ["ignored", false],
] as const)("speech over the agent: %s", async (speechOverAgent, isHeard) => {
  const scenario: Scenario = { ...obliging, start: (turn) => turn.say("On and on. ".repeat(50)) };
  const client = await converse({ scenario, protocol: { speechOverAgent } });
  await client.next("response.audio");
  client.send({ type: "vad_events", event: "vad_start" });
  speak(client);
  await settled(client);
  expect(forms(client).includes("turn.start user")).toBe(isHeard);
});

test.each([
  ["from 0, without gaps", {}, [0, 1]],
  ["a first delta_counter of 6", { firstDeltaCounter: 6 }, [6, 7]],
  ["gaps", { deltaCounterStep: 3 }, [0, 3]],
  ["string counters", { deltaCounters: "string", firstDeltaCounter: 6 }, ["6", "7"]],
] as const)("delta_counter: %s", async (_, protocol, counters) => {
  const client = await converse({ protocol });
  for (const _ of counters) {
    const before = client.messages.length;
    pressAndRelease(client);
    await client.next("user.transcript", (message) => client.messages.indexOf(message) >= before);
  }
  expect(wire(client, "user.transcript.delta").map(({ delta_counter }) => delta_counter)).toEqual(counters);
  expect(wire(client, "user.transcript.interim_delta").map(({ delta_counter }) => delta_counter)).toEqual(counters);
});

test("delta_id absent", async () => {
  const client = await converse({ protocol: { deltaIds: false } });
  await client.session.say("Good evening.");
  expect(wire(client, "response.audio").length).toBeGreaterThan(5);
  for (const audio of wire(client, "response.audio")) expect(audio).not.toHaveProperty("delta_id");
});
