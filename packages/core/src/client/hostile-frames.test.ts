import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { serverMessages } from "../../test/messages.js";
import { audioContent, config, createWorld, idleTimers, pushToTalkConfig, settle } from "../../test/world.js";
import type { ObservedDataMessage, ObservedMessage } from "../conversation/events.js";
import { LayercodeError } from "../errors.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const frameCount = process.env.LONG ? 10_000 : 2000;
const framesAConversation = 250;
const replayFinished = "trigger.response.audio.replay_finished";

/** A frame, and what is to become of it. `either`: what chance has made of one that was good. */
interface HostileFrame {
  text: string;
  fate: "reported" | "passed on" | "played or dropped" | "either";
}

const turnId = fc.constantFrom(
  "a1",
  "assistant-a1",
  "user-a1",
  "a2",
  "u1",
  "",
  "__proto__",
  "constructor",
  "x".repeat(500),
);
const anyJson = fc.jsonValue({ maxDepth: 3 });
const pollution = fc.constantFrom("__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "type");

const good = fc.oneof(
  fc.record({
    type: fc.constantFrom("turn.start", "turn.end"),
    role: fc.constantFrom("user", "assistant"),
    turn_id: fc.option(turnId),
  }),
  fc.record({
    type: fc.constantFrom("response.text", "response.text.delta", "user.transcript"),
    turn_id: turnId,
    content: fc.string({ unit: "binary" }),
  }),
  fc.record({
    type: fc.constantFrom("user.transcript.delta", "user.transcript.interim_delta"),
    turn_id: turnId,
    content: fc.string(),
    delta_counter: fc.oneof(fc.nat(), fc.nat().map(String)),
  }),
  fc.record({ type: fc.constant("response.end"), turn_id: turnId }),
  fc.record({ type: fc.constant("response.data"), turn_id: turnId, content: anyJson }),
);
const audio = fc.record({
  type: fc.constant("response.audio"),
  turn_id: turnId,
  content: fc.nat(64).map(audioContent),
  delta_id: fc.option(fc.constantFrom("d1", "d2", "__proto__")),
});
const foreign = fc.record({
  type: fc
    .oneof(fc.string({ maxLength: 20 }), pollution, fc.constantFrom("unknown", "client.ready", "error", "close"))
    .filter((type) => !Object.hasOwn(serverMessages, type)),
  raw: anyJson,
  content: anyJson,
  turn_id: anyJson,
});
const message = fc.oneof(good, audio, foreign);

// A field that the protocol gives a type, with a value that is none of it.
const wrong = fc
  .constantFrom(...Object.values(serverMessages))
  .filter(({ refused }) => Object.values(refused).some((values) => values.length > 0))
  .chain(({ message, refused }) => {
    const fields = Object.entries(refused).filter(([, values]) => values.length > 0);
    return fc
      .constantFrom(...fields)
      .chain(([field, values]) => fc.constantFrom(...values).map((value) => ({ ...message, [field]: value })));
  });

// By hand: an object literal would take "__proto__" for its prototype.
const polluted = fc
  .tuple(message, pollution, anyJson)
  .map(([fields, key, value]) => `${JSON.stringify(fields).slice(0, -1)},"${key}":${JSON.stringify(value)}}`);

const passed = (text: string): HostileFrame => ({ text, fate: "passed on" });
const reported = (text: string): HostileFrame => ({ text, fate: "reported" });
const either = (text: string): HostileFrame => ({ text, fate: "either" });

const frame: fc.Arbitrary<HostileFrame> = fc.oneof(
  { weight: 6, arbitrary: good.map((fields) => passed(JSON.stringify(fields))) },
  {
    weight: 4,
    arbitrary: audio.map((fields): HostileFrame => ({ text: JSON.stringify(fields), fate: "played or dropped" })),
  },
  { weight: 2, arbitrary: foreign.map((fields) => passed(JSON.stringify(fields))) },
  { weight: 3, arbitrary: wrong.map((fields) => reported(JSON.stringify(fields))) },
  { weight: 2, arbitrary: polluted.map(either) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        message.map((fields) => JSON.stringify(fields)),
        fc.double({ min: 0, max: 0.99, noNaN: true }),
      )
      .map(([text, share]) => reported(text.slice(0, Math.floor(text.length * share)))),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        message.map((fields) => JSON.stringify(fields)),
        fc.nat(),
        fc.string({ unit: "binary", maxLength: 2 }),
      )
      .map(([text, at, put]) => either(text.slice(0, at % text.length) + put + text.slice((at % text.length) + 1))),
  },
  {
    weight: 1,
    arbitrary: fc
      .oneof(fc.constantFrom("null", "[]", "1", '""', "true", "{}", '{"type":null}', '{"type":{}}', "", " ", "\u0000"))
      .map(reported),
  },
  {
    weight: 1,
    arbitrary: fc
      .jsonValue()
      .filter((value) => !(value && typeof value === "object" && "type" in value))
      .map((value) => reported(JSON.stringify(value))),
  },
);

const huge = "x".repeat(1_000_000);
const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
const heavy: HostileFrame[] = [
  passed(JSON.stringify({ type: "response.text", turn_id: "a1", content: huge })),
  passed(JSON.stringify({ type: "turn.start", role: "assistant", turn_id: huge })),
  passed(JSON.stringify({ type: "user.transcript", turn_id: "u1", content: huge })),
  passed(JSON.stringify({ type: huge })),
  reported(JSON.stringify({ type: "turn.start", role: huge })),
  reported(huge),
  reported(deep),
  passed(`{"type":"response.data","turn_id":"a1","content":${deep}}`),
  passed(`{"type":"deep","raw":${deep}}`),
  reported(`{"type":"response.end","turn_id":${deep}}`),
];

type World = ReturnType<typeof createWorld>;

/** What is not as it is to be between any two frames. */
function faultsOf({ client, held, speaker }: World): string[] {
  const { status, error, turn, userSpeaking, agentSpeaking, isMuted, messages } = client.getSnapshot();
  const holds: Record<string, boolean> = {
    "it stays connected": status === "connected" && error === null,
    "it holds what it held": held.sockets === 1 && held.microphone && held.speaker && !isMuted,
    "somebody's turn is the user's or the agent's": turn === null || ["user", "assistant"].includes(turn.role),
    "the user does not speak in the agent's turn": turn?.role !== "assistant" || !userSpeaking,
    "the agent speaks only where there was audio": !agentSpeaking || queuedTurn(speaker) !== undefined,
    "the transcript is bounded": messages.length <= 20,
    // One for a silence, one for an underrun of another turn.
    "there are two timers at most": vi.getTimerCount() <= 2 + idleTimers,
  };
  return Object.keys(holds).filter((name) => !holds[name]);
}

/** The turn whose audio was queued last. */
function queuedTurn({ done }: World["speaker"]): string | undefined {
  return done.findLast((call) => call.startsWith("enqueue"))?.match(/^enqueue (.*) \S+ \d+$/)?.[1];
}

/** The player does its part: it answers interruptions, and plays, runs dry and finishes now and then. */
function play({ speaker }: World, index: number): void {
  const turnId = queuedTurn(speaker);
  if (turnId === undefined || !speaker.events) return;
  if (speaker.done.at(-1) === "interrupt")
    speaker.events.onInterrupted(speaker.at(turnId, null, index % 30), speaker.at(turnId, null, index % 30));
  if (index % 7 === 0) speaker.events.onStarted(turnId);
  if (index % 11 === 0) speaker.events.onUnderrun(speaker.at(turnId, null, index % 50));
  if (index % 13 === 0) speaker.events.onFinished(speaker.at(turnId, null, index % 80));
}

/** Looks at every message of the transcript. */
function expectSound({ client }: World): void {
  const { messages } = client.getSnapshot();
  expect(new Set(messages.map(({ id }) => id)).size).toBe(messages.length);
  expect(JSON.parse(JSON.stringify(messages))).toEqual(messages);
  for (const { role, status, text, turnId, heardText = "" } of messages) {
    expect([typeof text, typeof turnId]).toEqual(["string", "string"]);
    expect(["user", "assistant"]).toContain(role);
    expect(["interim", "final", ...(role === "assistant" ? ["interrupted"] : [])]).toContain(status);
    expect(text.startsWith(heardText)).toBe(true);
  }
}

test(`${frameCount} hostile frames: none throws, leaks or leads astray; each is reported or passed on`, {
  timeout: 60_000,
}, async () => {
  const prototypes = [Object, Array, Function, String].map(({ prototype }) => Reflect.ownKeys(prototype).length);
  const frames = fc.sample(frame, { numRuns: frameCount - heavy.length, seed: 6 });
  // Heavy ones in between; and every tenth twice, or after the one behind it.
  for (const [index, one] of heavy.entries()) frames.splice((index + 1) * 900, 0, one);
  for (let index = 9; index < frames.length - 1; index += 10) {
    const [first, second] = [frames[index]!, frames[index + 1]!];
    if (index % 20 === 9) frames[index + 1] = first;
    else frames.splice(index, 2, second, first);
  }
  const fates = { reported: 0, "passed on": 0, "played or dropped": 0, either: 0 };
  for (let start = 0; start < frames.length; start += framesAConversation) {
    const errors: LayercodeError[] = [];
    const seen: (ObservedMessage | ObservedDataMessage)[] = [];
    const inPushToTalk = (start / framesAConversation) % 2 === 1;
    const world = createWorld(
      {
        maxMessages: 20,
        onError: (error) => errors.push(error),
        onMessage: (message) => seen.push(message),
        onDataMessage: (message) => seen.push(message),
      },
      inPushToTalk ? pushToTalkConfig : config,
    );
    await world.connect();
    for (const [index, { text, fate }] of frames.slice(start, start + framesAConversation).entries()) {
      const before = { errors: errors.length, calls: world.speaker.done.length };
      seen.length = 0;
      world.socket.says(text);
      const failed = errors.length - before.errors;
      // The client's own acknowledgements are shown, too.
      const shown = seen.filter(({ type }) => type !== replayFinished).length;
      const queued = world.speaker.done.slice(before.calls).filter((call) => call.startsWith("enqueue")).length;
      const outcome = { failed, shown, queued, faults: faultsOf(world) };
      const expected = {
        reported: { failed: 1, shown: 0, queued: 0 },
        "passed on": { failed: 0, shown: 1, queued: 0 },
        "played or dropped": { failed: 0, shown: 0, queued: Math.min(queued, 1) },
        either: { failed, shown, queued: Math.min(queued, 1 - failed - shown) },
      }[fate];
      if (JSON.stringify(outcome) !== JSON.stringify({ ...expected, faults: [] }))
        expect(outcome, text.slice(0, 200)).toEqual({ ...expected, faults: [] });
      fates[fate]++;
      play(world, index);
      vi.advanceTimersByTime(20);
    }
    for (const error of errors) {
      expect(error).toBeInstanceOf(LayercodeError);
      expect(error).toMatchObject({ code: "protocol", fatal: false });
      expect(error.message.length).toBeLessThan(500);
    }
    expectSound(world);
    await world.client.disconnect();
    await settle();
    expect(world.held).toEqual({ sockets: 0, microphone: false, speaker: false });
    expect(world.client.getSnapshot()).toMatchObject({ status: "disconnected", turn: null, agentSpeaking: false });
    expect(vi.getTimerCount()).toBe(0);
    expect(JSON.parse(await world.client.exportSessionLog()).events.length).toBeLessThanOrEqual(500);
  }
  expect(Object.values(fates).reduce((sum, count) => sum + count)).toBe(frameCount);
  for (const count of Object.values(fates)) expect(count).toBeGreaterThan(frameCount / 20);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  expect([Object, Array, Function, String].map(({ prototype }) => Reflect.ownKeys(prototype).length)).toEqual(
    prototypes,
  );
});
