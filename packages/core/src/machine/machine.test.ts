import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { failure, initial, namesOf, phases, start } from "../../test/slices.js";
import { snapshotOf } from "../client/snapshot.js";
import type { ClientEvent } from "./events.js";
import { gateOf } from "./gate-state.js";
import { type Handlers, reduce } from "./machine.js";
import type { Model } from "./model.js";
import { sessionHandlers } from "./session.js";

const at = (session: Handlers, now = 100_000) => ({ session, now, time: now, random: 0.5 });
const loaded = at(sessionHandlers);
const unloaded = at({});

/** Takes events one after the other. */
function after(model: Model, ...events: ClientEvent[]): Model {
  return events.reduce((before, event) => reduce(before, event, loaded).state, model);
}

const connect: ClientEvent = { type: "connect", call: 1 };
const authorized: ClientEvent = {
  type: "authorized",
  attempt: 1,
  clientSessionKey: "key",
  conversationId: "conv",
  config: null,
};
const opened = (channel: "audioInput" | "audioOutput", id = 1): ClientEvent => ({
  type: "channelOpened",
  channel,
  id,
  deviceId: null,
  canSetDevice: false,
});
const message = (fields: object): ClientEvent =>
  ({ type: "socketMessage", attempt: 1, frame: { ok: true, message: fields }, pcm: new Uint8Array(4) }) as ClientEvent;

const connected = after(initial, connect, authorized, opened("audioOutput"), opened("audioInput"), {
  type: "socketOpened",
  attempt: 1,
});

describe("one event through the slices", () => {
  test("connect(): the speaker opens before the microphone, and both before anything is asked for", () => {
    const { state, effects } = reduce(initial, connect, unloaded);
    expect(namesOf(effects)).toEqual([
      "openChannel",
      "mute",
      "schedule promptExpired",
      "openChannel",
      "setVolume",
      "schedule connectTimedOut",
      "authorize",
    ]);
    expect(state.audioInput.status).toBe("opening");
  });

  test("the last of socket and channels makes it connected: client.ready is the first that is written", () => {
    expect(snapshotOf(connected).status).toBe("connected");
    const waiting = after(initial, connect, authorized, opened("audioOutput"), { type: "socketOpened", attempt: 1 });
    expect(snapshotOf(waiting).status).toBe("connecting");
    const { effects } = reduce(waiting, opened("audioInput"), loaded);
    expect(effects.find(({ type }) => type === "send")).toEqual({ type: "send", message: { type: "client.ready" } });
  });

  test("a signal is taken in its place: what interrupts is written before the acknowledgement", () => {
    const speaking = after(
      connected,
      message({ type: "turn.start", role: "assistant", turn_id: "a" }),
      message({ type: "response.audio", turn_id: "a", content: "" }),
      { type: "playbackRanDry", channel: "audioOutput", id: 1, position: { turnId: "a", deltaId: null, ms: 1 } },
    );
    const { effects } = reduce(speaking, { type: "sendText", text: "Stop.", call: 9 }, loaded);
    const written = effects.flatMap((effect) => (effect.type === "send" ? [effect.message.type] : []));
    expect(written).toEqual(["client.response.text", "trigger.response.audio.replay_finished"]);
  });

  test("an event that names a channel reaches that one alone", () => {
    const { state } = reduce(connected, { type: "setChannel", channel: "audioOutput", on: false, call: 3 }, loaded);
    expect([state.audioOutput.isOn, state.audioInput.isOn]).toEqual([false, true]);
    expect(state.audioInput).toBe(connected.audioInput);
  });

  test("switching the sound off tells the server of what it still waits for, and ends the sound first", () => {
    const speaking = after(
      connected,
      message({ type: "turn.start", role: "assistant", turn_id: "a" }),
      message({ type: "response.audio", turn_id: "a", content: "" }),
    );
    const { effects } = reduce(speaking, { type: "setChannel", channel: "audioOutput", on: false, call: 3 }, loaded);
    const names = namesOf(effects);
    expect(names.indexOf("interrupt")).toBeLessThan(names.indexOf("closeChannel"));
    expect(names).toContain("send");
  });
});

describe("what came late", () => {
  test.each<[string, ClientEvent]>([
    ["an answer of an earlier attempt", { ...authorized, attempt: 0 }],
    ["a message of an earlier socket", { ...message({ type: "turn.start", role: "user" }), attempt: 0 } as ClientEvent],
    ["the close of an earlier socket", { type: "socketClosed", attempt: 0, code: 1006, reason: "", wasClean: false }],
    ["an earlier microphone", { type: "channelFailed", channel: "audioInput", id: 0, error: failure() }],
    ["an earlier player", { type: "playbackStarted", channel: "audioOutput", id: 0, turnId: "a" }],
  ])("%s changes nothing", (_, event) => {
    expect(reduce(connected, event, loaded)).toEqual({ state: connected, effects: [] });
  });

  test("the report of a closed player tells how far the reply was heard", () => {
    const interrupted = after(
      connected,
      message({ type: "turn.start", role: "assistant", turn_id: "a" }),
      message({ type: "response.text", turn_id: "a", content: "Once upon a time." }),
      message({ type: "response.audio", turn_id: "a", content: "" }),
      { type: "disconnect", call: 4 },
    );
    const position = { turnId: "a", deltaId: null, ms: 0 };
    const report: ClientEvent = { type: "playbackInterrupted", channel: "audioOutput", id: 1, position };
    expect(interrupted.conversation.transcript.messages[0]).not.toHaveProperty("heardText");
    const { state, effects } = reduce(interrupted, report, loaded);
    expect(state.conversation.transcript.messages[0]).toMatchObject({ status: "interrupted", heardText: "" });
    expect(effects).toEqual([]);
  });
});

describe("before the code of a session is there", () => {
  test("a press is kept and taken when it is; nothing but a session's own is missing", () => {
    const pressed = reduce(reduce(initial, connect, unloaded).state, { type: "press", at: 1, call: 2 }, unloaded);
    expect(pressed.effects).toEqual([]);
    const { state, effects } = reduce(pressed.state, { type: "sessionLoaded" }, loaded);
    expect(state).toMatchObject({ requests: [], talk: { press: { at: 1 } } });
    expect(effects).toEqual([{ type: "settle", calls: [2], error: undefined }]);
  });

  test("code that cannot be had ends the connect(), and gives everything back", () => {
    const connecting = reduce(initial, connect, unloaded).state;
    const { state, effects } = reduce(connecting, { type: "connectFailed", attempt: 1, error: failure() }, unloaded);
    expect(snapshotOf(state)).toMatchObject({ status: "error", error: { code: "connection" } });
    expect(namesOf(effects).filter((name) => name === "closeChannel")).toHaveLength(2);
    expect(state.connection.phase).toEqual(phases.failed);
  });
});

test("the gate follows the connection, the switch and the press", () => {
  const known = { isListening: true, isPushToTalk: false, isModeKnown: true, press: null, preRollMs: null };
  const shut = { ...known, status: "disconnected" };
  expect(gateOf(initial)).toEqual(shut);
  expect(gateOf(after(initial, { type: "connect", call: 1 }))).toEqual({
    ...shut,
    status: "connecting",
    isModeKnown: false,
  });
  const muted = after(connected, { type: "setMuted", muted: "plain", call: 1 }, { type: "press", at: 3, call: 2 });
  expect(gateOf(muted)).toMatchObject({ status: "connected", isListening: false, press: { at: 3, releasedAt: null } });
});

describe("whatever happens", () => {
  const turn = fc.constantFrom("a", "b", "assistant-a");
  const text = fc.constantFrom("Yes.", "", "No, no.");
  const position = fc.record({ turnId: turn, deltaId: fc.constant(null), ms: fc.nat(500) });
  const channel = fc.constantFrom("audioInput" as const, "audioOutput" as const);
  const messages = fc.oneof(
    fc.record({ type: fc.constant("turn.start"), role: fc.constantFrom("user", "assistant"), turn_id: turn }),
    fc.record({ type: fc.constant("turn.end"), role: fc.constantFrom("user", "assistant"), turn_id: turn }),
    fc.record({ type: fc.constantFrom("response.text", "response.text.delta"), turn_id: turn, content: text }),
    fc.record({ type: fc.constant("response.audio"), turn_id: turn, content: fc.constant("") }),
    fc.record({ type: fc.constant("response.end"), turn_id: turn }),
    fc.record({ type: fc.constant("user.transcript"), turn_id: turn, content: text }),
  );
  /** An event for a model: outcomes mostly carry the current number, sometimes an old one. */
  const happenings = fc.oneof(
    fc.constantFrom<object>(
      connect,
      { type: "disconnect", call: 2 },
      { type: "sessionLoaded" },
      { type: "resumeAudio", call: 3 },
      { type: "connectTimedOut" },
      { type: "attemptDue" },
      { type: "replyOverdue" },
      { type: "graceExpired" },
      { type: "silentTurnExpired" },
      { type: "flushExpired" },
      { type: "promptExpired" },
      { type: "takenOver", error: failure("aborted") },
      { type: "sendData", data: {}, call: 4 },
      { ...authorized },
      { type: "socketOpened", attempt: 1 },
      { type: "connectFailed", attempt: 1, error: failure() },
    ),
    fc.record({ type: fc.constant("setChannel"), channel, on: fc.boolean(), call: fc.constant(5) }),
    fc.record({ type: fc.constant("channelOpened"), channel, id: fc.constant(1), deviceId: fc.constant(null) }),
    fc.record({ type: fc.constant("channelFailed"), channel, id: fc.constant(1), error: fc.constant(failure()) }),
    fc.record({
      type: fc.constant("setMuted"),
      muted: fc.constantFrom("plain", "hint", "release", null),
      call: fc.constant(6),
    }),
    fc.record({ type: fc.constantFrom("press", "release"), at: fc.nat(9), call: fc.constant(7) }),
    fc.record({ type: fc.constant("sendText"), text, call: fc.constant(8) }),
    fc.record({ type: fc.constant("pageChanged"), online: fc.boolean(), visible: fc.boolean() }),
    fc.record({
      type: fc.constant("socketClosed"),
      attempt: fc.constant(1),
      code: fc.constantFrom(1000, 1006, 1008),
      reason: fc.constant(""),
      wasClean: fc.boolean(),
    }),
    messages.map((fields) => message(fields)),
    fc.record({
      type: fc.constantFrom("playbackRanDry", "playbackFinished", "playbackInterrupted"),
      channel: fc.constant("audioOutput"),
      id: fc.constant(1),
      position,
    }),
    fc.record({
      type: fc.constant("playbackStarted"),
      channel: fc.constant("audioOutput"),
      id: fc.constant(1),
      turnId: turn,
    }),
  );
  const sequences = fc.array(fc.tuple(happenings, fc.integer({ min: 0, max: 9 })), { maxLength: 60, size: "max" });

  /** Gives an outcome the number that is current, nine times of ten. */
  function addressed(model: Model, event: object, chance: number): ClientEvent {
    const named = event as ClientEvent;
    if (chance === 0) return named;
    if ("attempt" in named) return { ...named, attempt: model.connection.attempt };
    return "id" in named ? { ...named, id: model[named.channel].id } : named;
  }

  /** A device reports only what was asked of it, a socket only while there is one. */
  function isPossible({ connection, ...model }: Model, event: ClientEvent): boolean {
    const { name } = connection.phase;
    if (event.type === "socketMessage") return name === "open" || name === "connected";
    if ("attempt" in event) return name !== "idle" && name !== "waiting";
    if (!("id" in event)) return true;
    const { status } = model[event.channel];
    return event.type === "channelOpened" ? status === "opening" : status !== "off";
  }

  function deepFreeze<T>(value: T): T {
    if (typeof value !== "object" || value === null || Object.isFrozen(value) || ArrayBuffer.isView(value))
      return value;
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
    return value;
  }

  test.each([
    ["with", [connect, authorized] as ClientEvent[], { reconnect: {} }],
    ["without", [] as ClientEvent[], { reconnect: false as const }],
  ])("%s a session, no slice throws, none changes what it was given, and the parts agree", (_, begin, options) => {
    fc.assert(
      fc.property(sequences, (sequence) => {
        let now = 100_000;
        let model = deepFreeze(after({ ...initial, settings: { ...start, ...options } }, ...begin));
        let snapshot = snapshotOf(model);
        for (const [event, chance] of sequence) {
          now += chance * 700;
          const happened = addressed(model, event, chance);
          if (!isPossible(model, happened)) continue;
          const before = model.conversation.replies.current;
          const taken = reduce(model, deepFreeze(happened), at(sessionHandlers, now));
          model = deepFreeze(taken.state);
          const { conversation, connection, talk } = model;
          const { replies, playback } = conversation;
          // The kind of bug that this shape is there for: a copy taken before a call, written back after it.
          const { current } = replies;
          const isSameReply =
            before && current?.turnId === before.turnId && Number(current.ended) >= Number(before.ended);
          if (isSameReply && before.acknowledged) expect(current.acknowledged).toBe(true);
          if (playback.isPlaying) expect(playback.queuedTurnIds).not.toEqual([]);
          if (playback.ranDryAt) expect(playback.queuedTurnIds).toContain(playback.ranDryAt.turnId);
          for (const turnId of playback.queuedTurnIds) expect(replies.ignoredTurnIds).not.toContain(turnId);
          if (connection.phase.name === "idle") {
            expect([talk.press, model.outbox.waiting, model.requests]).toEqual([null, [], []]);
            expect([model.audioInput.status, model.audioOutput.status]).toEqual(["off", "off"]);
            expect([conversation.turn, playback.queuedTurnIds]).toEqual([null, []]);
          }
          const shown = snapshotOf(model, snapshot);
          const isSame = (Object.keys(shown) as (keyof typeof shown)[]).every((key) => shown[key] === snapshot[key]);
          expect(shown === snapshot).toBe(isSame);
          snapshot = shown;
        }
      }),
      { numRuns: 400 },
    );
  });
});
