import { describe, expect, test } from "vitest";
import { at, context, knowsEnd, playing, queued, withReply } from "../../test/replies.js";
import { contextOf, emptyConversation, namesOf } from "../../test/slices.js";
import { releaseAgent, releaseIfIdle, resumeDue, speechEnded, speechStarted, vadReported } from "./barge-in.js";
import { connectionEnded } from "./connection-boundaries.js";
import type { Conversation } from "./conversation.js";
import { interruptAgent, silenceOutput } from "./interruption.js";
import { withPlayback } from "./playback.js";
import { playbackFinished } from "./player-reports.js";
import { receiveFrame } from "./turns.js";

const held = (how: "paused" | "ducked", conversation = playing) => withPlayback(conversation, { held: how });
const heldOf = ({ playback }: Conversation) => playback.held;

describe("the user begins to speak", () => {
  test.each<
    [string, Conversation, "paused" | "ducked" | null, "pause" | "duck" | "off", "paused" | "ducked" | null, string[]]
  >([
    ["the microphone has paused it", playing, "paused", "pause", "paused", ["cancel resumeDue"]],
    ["the microphone has ducked it", playing, "ducked", "duck", "ducked", ["cancel resumeDue"]],
    ["nobody has done anything yet", playing, null, "pause", "paused", ["holdAgent"]],
    ["nobody has, and it is to be ducked", playing, null, "duck", "ducked", ["holdAgent"]],
    ["it is paused already", held("paused"), null, "pause", "paused", ["cancel resumeDue"]],
    ["it is paused, and ducked again", held("paused"), "ducked", "duck", "paused", ["cancel resumeDue"]],
    ["it was ducked, and is paused now", held("ducked"), "paused", "pause", "paused", ["cancel resumeDue"]],
    ["its audio has not been heard yet", queued, null, "pause", null, []],
    ["it says nothing", emptyConversation, null, "pause", null, []],
    [
      "it says nothing more, as the microphone did not know",
      emptyConversation,
      "paused",
      "pause",
      null,
      ["cancel resumeDue", "releaseAgent"],
    ],
    ["it must not be interrupted", playing, null, "off", null, []],
    ["it must not be interrupted any more", playing, "paused", "off", null, ["cancel resumeDue", "releaseAgent"]],
    [
      "it must not be interrupted any more, and is held",
      held("paused"),
      null,
      "off",
      null,
      ["cancel resumeDue", "releaseAgent"],
    ],
  ])("%s", (_, before, done, bargeIn, expected, effects) => {
    const started = speechStarted(before, { held: done, bargeIn });
    expect([heldOf(started.state), namesOf(started.effects)]).toEqual([expected, effects]);
  });
});

describe("an agent that is held", () => {
  const settings = { settings: { vadResumeDelay: 500 } };

  test("waits a moment for the server when the user has stopped, then goes on: a false alarm", () => {
    const { state, effects } = speechEnded(held("paused"), null, settings);
    expect(effects).toEqual([{ type: "schedule", timer: "resumeDue", afterMs: 500 }]);
    expect(heldOf(state)).toBe("paused");
    const resumed = resumeDue(state);
    expect(heldOf(resumed.state)).toBeNull();
    expect(namesOf(resumed.effects)).toEqual(["cancel resumeDue", "releaseAgent", "→ falseAlarm"]);
  });

  test("is interrupted when the server opens the user's turn, and what comes next plays", () => {
    const opened = { frame: { ok: true, message: { type: "turn.start", role: "user", turn_id: "u" } }, pcm: null };
    const { state, effects } = receiveFrame(held("paused"), opened as never, context);
    expect(heldOf(state)).toBeNull();
    const [interrupts, releases] = ["interrupt", "releaseAgent"].map((name) => namesOf(effects).indexOf(name));
    expect(interrupts).toBeGreaterThanOrEqual(0);
    expect(releases).toBeGreaterThan(Number(interrupts));
    expect(namesOf(effects).filter((name) => name === "cancel resumeDue")).toHaveLength(1);
    // What still comes of the interrupted turn is not played.
    const late = { type: "response.audio", turn_id: "a", content: "" };
    const after = receiveFrame(state, { frame: { ok: true, message: late }, pcm: new Uint8Array(4) } as never, context);
    expect(namesOf(after.effects)).toEqual([]);
  });

  test.each<[string, (before: Conversation) => { state: Conversation; effects: readonly object[] }]>([
    ["a press, or a typed message", (before) => interruptAgent(before, null, context)],
    ["the sound is switched off", (before) => silenceOutput(before, context)],
    ["the connection is lost", (before) => connectionEnded(before, { by: "connection" }, context)],
  ])("is released: %s", (_, end) => {
    for (const how of ["paused", "ducked"] as const) {
      const { state, effects } = end(held(how));
      expect(heldOf(state)).toBeNull();
      expect(namesOf(effects)).toContain("releaseAgent");
    }
    expect(namesOf(end(playing).effects)).not.toContain("releaseAgent");
  });

  test("is released when all of it was played, so that the answer to that speech is heard", () => {
    const ended = withPlayback(withReply({ hasAudio: true, ended: true }), { queuedTurnIds: ["a"], held: "ducked" });
    const { state } = playbackFinished(knowsEnd(ended), { position: at("a") }, context);
    const { state: idle, effects } = releaseIfIdle(state);
    expect([heldOf(idle), namesOf(effects)]).toEqual([null, ["cancel resumeDue", "releaseAgent"]]);
    expect(releaseIfIdle(held("paused")).effects).toEqual([]);
  });

  test("is released when nobody listens for speech any more, held as it is known or not", () => {
    for (const before of [held("paused"), playing])
      expect(namesOf(releaseAgent(before).effects)).toEqual(["cancel resumeDue", "releaseAgent"]);
  });
});

test("the end of speech closes the turn that the server had opened", () => {
  const { state, effects } = speechEnded({ ...emptyConversation, userTurnIsOpen: true }, null, {
    settings: { vadResumeDelay: 500 },
  });
  expect([state.userTurnIsOpen, effects]).toEqual([false, []]);
});

test("the server and the app are told alike", () => {
  const { effects } = vadReported(playing, { event: "vad_start" }, contextOf({ isSpeechHeard: true }));
  const message = { type: "vad_events", event: "vad_start" };
  expect(effects).toEqual([
    { signal: "send", message },
    { type: "emit", event: "message", payload: { ...message, agentSpeaking: true, userSpeaking: true } },
  ]);
});
