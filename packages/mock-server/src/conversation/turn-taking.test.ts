import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  initialTurns,
  isAgentSpeaking,
  isListening,
  type TurnEffect,
  type TurnEvent,
  type TurnSettings,
  type TurnState,
  takeTurns,
} from "./turn-taking.js";

const automatic: TurnSettings = { trigger: "automatic", canInterrupt: true };
const pushToTalk: TurnSettings = { trigger: "push_to_talk", canInterrupt: true };
const polite: TurnSettings = { trigger: "automatic", canInterrupt: false };

function play(settings: TurnSettings, ...events: TurnEvent[]): { state: TurnState; effects: TurnEffect[] } {
  let state = initialTurns(settings);
  let effects: readonly TurnEffect[] = [];
  for (const event of events) ({ state, effects } = takeTurns(state, event));
  return { state, effects: [...effects] };
}

const voice = (turnId: string, at = 0): TurnEvent => ({ type: "voice.started", turnId, at });
const audio = (turnId: string, deltaId: string, at = 0): TurnEvent => ({
  type: "reply.audio",
  turnId,
  deltaId,
  at,
  durationMs: 100,
});
const finished = (turnId: string | null, deltaId: string | null = null): TurnEvent => ({
  type: "replay.finished",
  turnId,
  deltaId,
});

test("speech opens the user's turn, its end is answered", () => {
  expect(play(automatic, voice("u")).effects).toEqual([{ type: "open-user-turn", turnId: "u", by: "voice" }]);
  expect(play(automatic, voice("u"), { type: "voice.ended" }).effects).toEqual([
    { type: "answer-speech", turnId: "u", by: "voice" },
  ]);
});

test("speech during a reply aborts it, then opens the user's turn", () => {
  expect(play(automatic, { type: "reply.started", turnId: "a" }, voice("u")).effects).toEqual([
    { type: "abort-reply", turnId: "a" },
    { type: "open-user-turn", turnId: "u", by: "voice" },
  ]);
});

test("a new reply replaces the one that is running", () => {
  const { state, effects } = play(
    automatic,
    { type: "reply.started", turnId: "a" },
    { type: "reply.started", turnId: "b" },
  );
  expect(effects).toEqual([{ type: "abort-reply", turnId: "a" }]);
  expect(state.reply).toBe("b");
});

test("the end of an aborted reply does not end the one that runs", () => {
  const { state } = play(
    automatic,
    { type: "reply.started", turnId: "a" },
    { type: "reply.started", turnId: "b" },
    { type: "reply.ended", turnId: "a" },
  );
  expect(state.reply).toBe("b");
});

test("typed text takes over the turn that is open", () => {
  expect(play(automatic, voice("u"), { type: "typed", turnId: "t", text: "hi" }).effects).toEqual([
    { type: "forget-speech" },
    { type: "answer-text", turnId: "u", text: "hi" },
  ]);
});

describe("push-to-talk", () => {
  test("only a press is listened to, only the release ends it", () => {
    expect(isListening(play(pushToTalk).state, 0)).toBe(false);
    const pressed = play(pushToTalk, { type: "pressed", turnId: "u" });
    expect(isListening(pressed.state, 0)).toBe(true);
    expect(takeTurns(pressed.state, { type: "voice.ended" }).effects).toEqual([]);
    expect(takeTurns(pressed.state, { type: "released" }).effects).toEqual([
      { type: "answer-speech", turnId: "u", by: "press" },
    ]);
  });

  test("a second press and a release without a press change nothing", () => {
    const twice = play(pushToTalk, { type: "pressed", turnId: "u" }, { type: "pressed", turnId: "v" });
    expect(twice.effects).toEqual([]);
    expect(twice.state.userTurn?.turnId).toBe("u");
    expect(play(pushToTalk, { type: "released" }).effects).toEqual([]);
  });

  test("a press in mid-speech holds the turn that is open", () => {
    const { state } = play(automatic, voice("u"), { type: "pressed", turnId: "v" });
    expect(state.userTurn).toEqual({ turnId: "u", by: "press" });
  });
});

describe("can_interrupt: false", () => {
  test("speech is not heard while the agent writes or is heard; a press and typed text are", () => {
    const writing = play(polite, { type: "reply.started", turnId: "a" }).state;
    expect(isListening(writing, 0)).toBe(false);
    expect(takeTurns(writing, voice("u")).effects).toEqual([]);
    for (const event of [
      { type: "pressed", turnId: "u" },
      { type: "typed", turnId: "u", text: "stop" },
    ] as const)
      expect(takeTurns(writing, event).effects[0]).toEqual({ type: "abort-reply", turnId: "a" });
  });

  test("it is heard again once the client reports the end, or must have reached it", () => {
    const played = play(polite, { type: "reply.started", turnId: "a" }, audio("a", "1"), {
      type: "reply.ended",
      turnId: "a",
    }).state;
    expect(isListening(played, 1000)).toBe(false);
    expect(isListening(takeTurns(played, finished("a", "1")).state, 1000)).toBe(true);
    expect(isListening(played, 60_000)).toBe(true);
  });
});

describe("replay_finished", () => {
  const playing = play(automatic, audio("a", "1"), audio("a", "2")).state;
  test.each([
    ["names the last delta", finished("a", "2"), false],
    ["names no turn and no delta", finished(null), false],
    ["names the turn with its role", finished("assistant-a"), false],
    ["names an earlier delta", finished("a", "1"), true],
    ["names another turn", finished("b"), true],
  ])("%s", (_, event, stillPlaying) => {
    expect(isAgentSpeaking(takeTurns(playing, event).state, 0)).toBe(stillPlaying);
  });
});

test("whatever happens: no answer without an open turn, no abort of what does not run, one floor", () => {
  const id = fc.constantFrom("a", "b", "c");
  const at = fc.nat(10_000);
  const event: fc.Arbitrary<TurnEvent> = fc.oneof(
    fc.record({ type: fc.constant("voice.started" as const), turnId: id, at }),
    fc.constant({ type: "voice.ended" as const }),
    fc.record({ type: fc.constant("pressed" as const), turnId: id }),
    fc.constant({ type: "released" as const }),
    fc.record({ type: fc.constant("typed" as const), turnId: id, text: fc.string() }),
    fc.record({ type: fc.constantFrom("reply.started" as const, "reply.ended" as const), turnId: id }),
    fc.record({ type: fc.constant("reply.audio" as const), turnId: id, deltaId: id, at, durationMs: fc.nat(500) }),
    fc.record({
      type: fc.constant("replay.finished" as const),
      turnId: fc.option(id),
      deltaId: fc.option(id),
    }),
  );
  const settings = fc.record({
    trigger: fc.constantFrom("automatic" as const, "push_to_talk" as const),
    canInterrupt: fc.boolean(),
  });
  fc.assert(
    fc.property(settings, fc.array(event, { maxLength: 60 }), (given, events) => {
      let state = initialTurns(given);
      for (const next of events) {
        const before = state;
        const { state: after, effects } = takeTurns(state, next);
        state = after;
        for (const effect of effects) {
          if (effect.type === "abort-reply") expect(effect.turnId).toBe(before.reply);
          if (effect.type === "answer-speech") expect(effect.turnId).toBe(before.userTurn?.turnId);
          if (effect.type === "open-user-turn") {
            expect(before.userTurn).toBeNull();
            expect([after.reply, after.playing]).toEqual([null, null]);
          }
        }
        if (given.trigger === "push_to_talk" && !after.userTurn) expect(isListening(after, 0)).toBe(false);
      }
    }),
  );
});
