import { describe, expect, test } from "vitest";
import { contextOf, failure, initial, namesOf, phases } from "../../../test/slices.js";
import type { Input } from "./input.js";
import { mutingHandlers } from "./muting.js";

const { setMuted, sessionLoaded, microphoneGivenUp, promptExpired, eventEnded } = mutingHandlers;
const open: Input = { ...initial.audioInput, status: "open", id: 1 };
const released: Input = { ...open, status: "off", muted: "release" };
const unmuting: Input = { ...released, status: "opening", calls: [1] };
const inSession = contextOf();
const idle = contextOf({ phase: phases.idle });

describe("the microphone while it is muted", () => {
  test.each<[string, Input, Input["muted"], Partial<Input>, string[]]>([
    ["open, plain", open, "plain", { muted: "plain" }, ["mute", "settle"]],
    ["open, with a hint", open, "hint", { muted: "hint" }, ["mute", "settle"]],
    ["open, with release", open, "release", { muted: "release" }, ["→ closeMicrophone", "mute", "settle"]],
    ["given back, plain", released, "plain", { muted: "release" }, ["→ closeMicrophone", "mute", "settle"]],
    ["given back, with a hint", released, "hint", { muted: "release" }, ["→ closeMicrophone", "mute", "settle"]],
    ["being unmuted, plain", unmuting, "plain", { muted: "release" }, ["→ closeMicrophone", "mute", "settle"]],
    ["given back, and is unmuted", released, null, { muted: "release", calls: [2] }, ["→ openMicrophone"]],
    ["being unmuted, again", unmuting, null, { muted: "release", calls: [1, 2] }, []],
    ["given back and off, and is unmuted", { ...released, isOn: false }, null, { muted: null }, ["mute", "settle"]],
    ["given back and deferred", { ...released, isDeferred: true }, null, { muted: null }, ["mute", "settle"]],
    ["muted, and is unmuted", { ...open, muted: "plain" }, null, { muted: null }, ["mute", "settle"]],
  ])("%s", (_, before, muted, after, effects) => {
    const { state, effects: actual } = setMuted(before, { muted, call: 2 }, inSession);
    expect(state).toMatchObject(after);
    expect(namesOf(actual)).toEqual(effects);
  });

  test("its track is silent only where nobody listens", () => {
    for (const [muted, silent] of [
      ["plain", true],
      ["hint", false],
      [null, false],
    ] as const)
      expect(setMuted(open, { muted, call: 2 }, inSession).effects).toContainEqual({ type: "mute", muted: silent });
  });

  test("without a session nothing is opened", () => {
    const { state, effects } = setMuted(released, { muted: null, call: 2 }, idle);
    expect([state.muted, namesOf(effects)]).toEqual([null, ["mute", "settle"]]);
  });

  test("what was asked for before this code was there is done when it is", () => {
    const of = (input: Input) => namesOf(sessionLoaded(input, null, inSession).effects);
    expect(of({ ...open, muted: "release" })).toContain("→ closeMicrophone");
    expect(of({ ...open, status: "off" })).toEqual(["→ openMicrophone"]);
    expect([of(open), of(released)]).toEqual([[], []]);
  });

  test("it is unmuted when it is open, and only what was given back", () => {
    expect(eventEnded({ ...released, status: "open" }).state.muted).toBeNull();
    expect(eventEnded(unmuting).state.muted).toBe("release");
    expect(eventEnded({ ...open, muted: "plain" }).state.muted).toBe("plain");
  });

  test("refused, it stays muted; one that was not is given up as any channel", () => {
    const error = failure("device-in-use");
    const refused = microphoneGivenUp(unmuting, { error });
    expect(namesOf(refused.effects)).toEqual(["→ closeMicrophone", "→ showError", "settle", "emit error"]);
    expect(namesOf(microphoneGivenUp(open, { error }).effects)).toEqual(["→ channelGivenUp"]);
    expect(promptExpired(open).effects).toEqual([
      { signal: "microphoneGivenUp", error: expect.objectContaining({ code: "permission-dismissed" }) },
    ]);
  });
});
