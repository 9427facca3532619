import { describe, expect, test } from "vitest";
import { contextOf, initial, namesOf, phases } from "../../../test/slices.js";
import { isPressed, type Talk } from "./press.js";
import { talkHandlers } from "./push-to-talk.js";

const { pressAccepted: press, releaseAccepted: release, flushed, connected, connectionLost } = talkHandlers;

const up: Talk = initial.talk;
const down: Talk = { press: { id: 1, at: 5, releasedAt: null }, pressCount: 1, releaseCalls: [] };
const flushing: Talk = { press: { id: 1, at: 5, releasedAt: 6 }, pressCount: 1, releaseCalls: [2] };

const open = contextOf({ isPushToTalk: true });
const connecting = contextOf({ phase: phases.opening, isPushToTalk: true });

const starts = ["→ send", "→ userTurnStarted"];
const ends = ["cancel flushExpired", "→ send", "→ pressEnded", "settle"];
const discards = ["cancel flushExpired", "discardHeldAudio", "settle"];

test.each([
  ["nothing", up, false],
  ["held", down, true],
  ["released, its tail on the way", flushing, false],
])("is it pressed: %s", (_, talk, expected) => {
  expect(isPressed(talk)).toBe(expected);
});

describe("a press", () => {
  test.each([
    ["while connected begins a turn: the trigger first", up, open, ["settle", ...starts], 1],
    ["while connecting waits", up, connecting, ["settle"], 1],
    ["during a press changes nothing", down, open, ["settle"], 1],
    ["while a tail is on its way ends that turn without it", flushing, open, ["settle", ...ends, ...starts], 2],
  ])("%s", (_, talk, context, expected, id) => {
    const { state, effects } = press(talk, { at: 7, call: 3 }, context);
    expect(namesOf(effects)).toEqual(expected);
    expect(state.press).toMatchObject({ id, releasedAt: null });
    expect(state.pressCount).toBe(id);
  });
});

describe("a release", () => {
  test("lets the tail go first, and waits for it for half a second", () => {
    const { state, effects } = release(down, { at: 6, call: 2 }, open);
    expect(state).toEqual(flushing);
    expect(effects).toEqual([
      { signal: "pressReleased" },
      { type: "flush", press: 1 },
      { type: "schedule", timer: "flushExpired", afterMs: 500 },
    ]);
  });

  test.each([
    ["without a press", up, open, ["settle"], null],
    ["once more: the moment stays, and both calls wait", flushing, open, [], 6],
    ["with the microphone closed", down, { ...open, isMicrophoneOpen: false }, ["→ pressReleased", ...ends], null],
    ["while connecting: nothing of it leaves", down, connecting, ["→ pressReleased", ...discards], null],
  ])("%s", (_, talk, context, expected, releasedAt) => {
    const { state, effects } = release(talk, { at: 9, call: 3 }, context);
    expect(namesOf(effects)).toEqual(expected);
    expect(state.press?.releasedAt ?? null).toBe(releasedAt);
    if (state.press) expect(state.releaseCalls).toEqual([2, 3]);
  });
});

describe("the tail", () => {
  test("on the wire ends its own turn, not the next one's", () => {
    const { state, effects } = flushed(flushing, { press: 1 }, open);
    expect(state).toMatchObject({ press: null, releaseCalls: [] });
    expect(namesOf(effects)).toEqual(ends);
    expect(effects.at(-1)).toMatchObject({ calls: [2] });
    expect(flushed({ ...down, press: { id: 2, at: 7, releasedAt: null } }, { press: 1 }, open).effects).toEqual([]);
  });

  test("that does not come is not waited for", () => {
    expect(namesOf(talkHandlers.flushExpired(flushing, null, open).effects)).toEqual(ends);
  });
});

describe("what ends a press, or goes on with it", () => {
  test.each([
    ["the microphone is switched off", talkHandlers.channelSwitchedOff(down, { channel: "audioInput" }, open), false],
    ["the sound is switched off", talkHandlers.channelSwitchedOff(down, { channel: "audioOutput" }, open), true],
    ["the session ends", talkHandlers.sessionEnding(down, null, open), false],
    ["the connection is lost", connectionLost(down), true],
    ["it is lost while the tail is on its way", connectionLost(flushing), false],
    ["the agent listens all the time", talkHandlers.authorized(down, null, { ...open, isPushToTalk: false }), false],
    ["the agent listens to presses", talkHandlers.authorized(down, null, open), true],
    ["the connection is there", connected(down), true],
  ])("%s", (_, { state }, goesOn) => {
    expect(state.press !== null).toBe(goesOn);
  });

  test("what is abandoned while held closes the turn that the server opened for it", () => {
    const { effects } = talkHandlers.sessionEnding(down, null, open);
    expect(namesOf(effects)).toEqual(["→ pressReleased", ...ends]);
    expect(namesOf(connectionLost(flushing).effects)).toEqual(discards);
  });

  test("on the next connection the turn of a press begins anew", () => {
    expect(namesOf(connected(down).effects)).toEqual(starts);
    expect(connected(up).effects).toEqual([]);
  });
});
