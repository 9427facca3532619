import { describe, expect, test } from "vitest";
import { context, playing, queued, withReply } from "../../test/replies.js";
import { contextOf, emptyConversation, namesOf } from "../../test/slices.js";
import { agentStateOf } from "./agent-state.js";
import type { Conversation } from "./conversation.js";
import { withPlayback } from "./playback.js";
import { playbackStarted } from "./player-reports.js";
import { isAgentSpeaking, isUserSpeaking } from "./speaking.js";
import { pressReleased, receiveFrame, userTurnEnded } from "./turns.js";

const frame = (message: object, decoded: Uint8Array<ArrayBuffer> | null = null) =>
  ({ frame: { ok: true, message }, pcm: decoded }) as Parameters<typeof receiveFrame>[1];

describe("who is speaking", () => {
  test.each([
    [false, false, false, true, false],
    [true, false, false, true, true],
    [false, true, false, true, true],
    [false, false, true, true, true],
    [true, true, true, true, true],
    [true, true, true, false, false],
  ])("user's turn open %s, pressed %s, speech heard %s, microphone heard %s: %s", (userTurnIsOpen, ...rest) => {
    const [isPressed, isSpeechHeard, isListening, speaking] = rest;
    const context = { isPressed, isSpeechHeard, isListening };
    expect(isUserSpeaking({ ...emptyConversation, userTurnIsOpen }, context)).toBe(speaking);
  });

  test("the agent from its first rendered sample on, until nothing is queued", () => {
    expect([queued, playing, withPlayback(playing, { queuedTurnIds: [] })].map(isAgentSpeaking)).toEqual([
      false,
      true,
      false,
    ]);
    expect(isAgentSpeaking(playbackStarted(queued, { turnId: "a" }).state)).toBe(true);
    expect(isAgentSpeaking(playbackStarted(queued, { turnId: "other" }).state)).toBe(false);
  });

  test("the agent not while it pauses, but while it is ducked", () => {
    const held = (held: "paused" | "ducked") => isAgentSpeaking(withPlayback(playing, { held }));
    expect([held("paused"), held("ducked")]).toEqual([false, true]);
  });
});

describe("what the agent does", () => {
  test.each<[string, Conversation, boolean, string]>([
    ["nothing, and nobody is heard", emptyConversation, false, "idle"],
    ["nothing, and the user is heard", emptyConversation, true, "listening"],
    ["the user's turn has ended", { ...emptyConversation, pending: "answer" }, true, "thinking"],
    ["its turn has begun", withReply({}), true, "thinking"],
    ["its audio waits", queued, true, "thinking"],
    ["its audio is heard", playing, true, "speaking"],
    ["it pauses for the user", withPlayback(playing, { held: "paused" }), true, "interrupted"],
    ["it is ducked", withPlayback(playing, { held: "ducked" }), true, "speaking"],
    ["it was interrupted", { ...emptyConversation, pending: "interruption" }, true, "interrupted"],
    ["it has ended without a sound", withReply({ ended: true }), true, "listening"],
    ["it was heard", withReply({ ended: true, hasAudio: true, acknowledged: true }), true, "listening"],
  ])("%s: %s", (_, conversation, isHeard, state) => {
    expect(agentStateOf(conversation, isHeard)).toBe(state);
  });
});

describe("a message of the server", () => {
  test.each<[string, object, Partial<Conversation>, string[]]>([
    [
      "the user's turn",
      { type: "turn.start", role: "user", turn_id: "u" },
      { turn: { role: "user", turnId: "u" }, userTurnIsOpen: true },
      ["cancel silentTurnExpired", "cancel graceExpired", "emit message"],
    ],
    [
      "the agent's turn without an id",
      { type: "turn.start", role: "assistant" },
      { turn: { role: "assistant", turnId: null }, userTurnIsOpen: false },
      ["cancel silentTurnExpired", "emit message"],
    ],
    ["data", { type: "response.data", turn_id: "a", content: 1 }, {}, ["emit data"]],
    ["one of a later version", { type: "unknown", raw: { type: "new" } }, {}, ["emit message"]],
  ])("%s", (_, message, expected, names) => {
    const { state, effects } = receiveFrame(emptyConversation, frame(message), context);
    expect(state).toMatchObject(expected);
    expect(namesOf(effects)).toEqual(names);
  });

  test("that is malformed is told, and changes nothing", () => {
    const error = new Error("malformed");
    const malformed = { frame: { ok: false, error }, pcm: null } as unknown as Parameters<typeof receiveFrame>[1];
    expect(receiveFrame(playing, malformed, context)).toEqual({
      state: playing,
      effects: [{ type: "emit", event: "error", payload: error }],
    });
  });

  test("the agent that must not be interrupted speaks on", () => {
    const message = frame({ type: "turn.start", role: "user", turn_id: "u" });
    const { state, effects } = receiveFrame(playing, message, contextOf({ canInterrupt: false }));
    expect(state.playback).toEqual(playing.playback);
    expect(namesOf(effects)).toEqual(["emit message"]);
  });

  test("the user's turn ends with its transcript, once, and not after the agent's has begun", () => {
    const users = { ...emptyConversation, turn: { role: "user", turnId: "u" } as const, userTurnIsOpen: true };
    const final = frame({ type: "user.transcript", turn_id: "u", content: "What?" });
    const { state, effects } = receiveFrame(users, final, context);
    expect(state).toMatchObject({ pending: "answer", transcript: { messages: [{ text: "What?", status: "final" }] } });
    expect(namesOf(effects)).toEqual(["→ userTurnEnded", "emit message"]);
    const late = receiveFrame({ ...users, turn: { role: "assistant", turnId: "a" } }, final, context);
    expect(namesOf(late.effects)).toEqual(["emit message"]);
  });

  test("the user goes on: no answer is due any more", () => {
    const message = frame({ type: "turn.start", role: "user", turn_id: "u" });
    expect(receiveFrame({ ...emptyConversation, pending: "answer" }, message, context).state.pending).toBe("nothing");
  });

  test("turn.end closes the user's turn; the agent's says nothing new", () => {
    const users = { ...emptyConversation, turn: { role: "user", turnId: "u" } as const, userTurnIsOpen: true };
    const ends = (role: string) => receiveFrame(users, frame({ type: "turn.end", role, turn_id: "u" }), context).state;
    expect([ends("user").userTurnIsOpen, ends("assistant").userTurnIsOpen]).toEqual([false, true]);
    expect(pressReleased(users).state.userTurnIsOpen).toBe(false);
    expect(userTurnEnded(users).effects).toEqual([{ signal: "userTurnEnded" }]);
  });
});
