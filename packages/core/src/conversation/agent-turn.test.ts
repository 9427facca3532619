import { describe, expect, test } from "vitest";
import { acknowledges, at, context, knowsEnd, pcm, playing, queued, soundOff, withReply } from "../../test/replies.js";
import { contextOf, emptyConversation, namesOf } from "../../test/slices.js";
import { acknowledge, acknowledgeOnce, endSilence, silentTurnExpired } from "./acknowledgement.js";
import { agentStateOf } from "./agent-state.js";
import { agentAudio, agentText, agentTurnEnded, agentTurnStarted, claimTurn } from "./agent-turn.js";
import type { Conversation, ConversationTransition } from "./conversation.js";
import { withPlayback } from "./playback.js";
import { playbackRanDry } from "./player-reports.js";
import { withReplies } from "./reply.js";

describe("the bug that this shape is there for", () => {
  test("heard whole before its late response.end, the turn is over and stays acknowledged", () => {
    const dry = playbackRanDry(knowsEnd(playing), { position: at("a") }, context).state;
    const { state, effects } = agentTurnEnded(dry, "a", context);
    expect(state.replies.current).toEqual({ turnId: "a", ended: true, hasAudio: true, acknowledged: true });
    expect(agentStateOf(state, true)).toBe("listening");
    expect(namesOf(effects).filter((name) => name === "→ send")).toHaveLength(1);
  });
});

describe("acknowledgements", () => {
  test("name the turn and its last delta, and say who was speaking", () => {
    const { state, effects } = acknowledge(playing, at("a", "d1"), contextOf({ isPressed: true }));
    expect(effects).toEqual([
      {
        signal: "send",
        message: {
          type: "trigger.response.audio.replay_finished",
          reason: "completed",
          turn_id: "a",
          last_delta_id_played: "d1",
        },
      },
      { type: "emit", event: "message", payload: expect.objectContaining({ agentSpeaking: true, userSpeaking: true }) },
      { signal: "replayFinished" },
    ]);
    expect(state.replies.current?.acknowledged).toBe(true);
  });

  test("of another turn leave the current one open", () => {
    expect(acknowledge(playing, at("b"), context).state.replies.current?.acknowledged).toBe(false);
  });

  test.each<[string, ConversationTransition, string[]]>([
    [
      "once, of one that was not",
      acknowledgeOnce(withReply({}), context),
      ["cancel silentTurnExpired", ...acknowledges],
    ],
    [
      "once, of one that was",
      acknowledgeOnce(withReply({ acknowledged: true }), context),
      ["cancel silentTurnExpired"],
    ],
    ["once, of none", acknowledgeOnce(emptyConversation, context), ["cancel silentTurnExpired"]],
    ["a silence ends, with sound", endSilence(withReply({}), context), ["cancel silentTurnExpired"]],
    ["a silence ends, without", endSilence(withReply({}), soundOff), ["cancel silentTurnExpired", ...acknowledges]],
    [
      "a second of silence, without sound",
      silentTurnExpired(withReply({}), null, soundOff),
      ["cancel silentTurnExpired", ...acknowledges],
    ],
    ["a second of silence, where ends are told", silentTurnExpired(knowsEnd(withReply({})), null, context), []],
    [
      "a second of silence, where they are not",
      silentTurnExpired(withReply({}), null, context),
      ["cancel silentTurnExpired", ...acknowledges],
    ],
  ])("%s", (_, { effects }, expected) => {
    expect(namesOf(effects)).toEqual(expected);
  });
});

describe("the agent's turn", () => {
  test("begins, and ends the one before that did not", () => {
    const { state, effects } = agentTurnStarted(queued, "b", context);
    expect(state).toMatchObject({ pending: "nothing", replies: { current: { turnId: "b", ended: false } } });
    expect(effects).toContainEqual({ type: "end", turnId: "a" });
  });

  test("that is repeated, or ignored, changes nothing", () => {
    for (const turnId of ["a", "assistant-a"])
      expect(agentTurnStarted(queued, turnId, context)).toEqual({ state: queued, effects: [] });
    const ignoring = withReplies(emptyConversation, { ignoredTurnIds: ["x"] });
    expect(agentTurnStarted(ignoring, "assistant-x", context)).toEqual({ state: ignoring, effects: [] });
  });

  test("with the sound off it waits a second for its first audio", () => {
    expect(namesOf(agentTurnStarted(emptyConversation, "a", soundOff).effects)).toContain("schedule silentTurnExpired");
  });

  test.each<[string, Conversation, string, string | null | undefined, boolean]>([
    ["names the turn that has no name", withReply({ turnId: null }), "b", "b", true],
    ["begins one where there is none", emptyConversation, "b", "b", true],
    ["begins the next where one has ended", withReply({ ended: true }), "b", "b", true],
    ["belongs to the one that goes on", withReply({}), "late", "a", true],
    ["of an ignored turn is dropped", withReplies(withReply({}), { ignoredTurnIds: ["b"] }), "assistant-b", "a", false],
    [
      "of an interrupted turn without a name is dropped",
      withReplies(emptyConversation, { ignoresUnnamed: true }),
      "b",
      undefined,
      false,
    ],
  ])("a message %s", (_, conversation, turnId, current, taken) => {
    let isTaken = false;
    const { state } = claimTurn(conversation, turnId, context, (claimed) => {
      isTaken = true;
      return { state: claimed, effects: [] };
    });
    expect([isTaken, state.replies.current?.turnId]).toEqual([taken, current]);
    if (conversation.replies.ignoresUnnamed) expect(state.replies.ignoredTurnIds).toEqual(["b"]);
  });

  test("its audio goes to the player under one name, and ends an underrun", () => {
    const dry = withPlayback(queued, { ranDryAt: at("a") });
    const { state, effects } = agentAudio(dry, { turnId: "assistant-a", deltaId: "d", pcm }, context);
    expect(effects).toContainEqual({ type: "enqueue", turnId: "a", deltaId: "d", pcm });
    expect(namesOf(effects)).toContain("cancel graceExpired");
    expect(state.playback).toMatchObject({ queuedTurnIds: ["a"], ranDryAt: null });
  });

  test("its first audio is a sound, an empty one is none; with the sound off it is acknowledged", () => {
    const first = agentAudio(withReply({}), { turnId: "a", deltaId: null, pcm }, context);
    expect(first.state).toMatchObject({ replies: { current: { hasAudio: true } }, playback: { queuedTurnIds: ["a"] } });
    expect(agentAudio(withReply({}), { turnId: "a", deltaId: null, pcm: new Uint8Array() }, context).effects).toEqual(
      [],
    );
    expect(namesOf(agentAudio(withReply({}), { turnId: "a", deltaId: null, pcm }, soundOff).effects)).toEqual([
      "cancel silentTurnExpired",
      ...acknowledges,
    ]);
  });

  test.each<[string, Conversation, string[]]>([
    ["may stay silent", withReply({}), ["schedule silentTurnExpired"]],
    ["has a sound", queued, []],
    ["was acknowledged", withReply({ acknowledged: true }), []],
    ["will be ended by response.end", knowsEnd(withReply({})), []],
  ])("its text, of a turn that %s", (_, conversation, expected) => {
    const piece = { turnId: "a", content: "Hi.", time: 1 };
    const { state, effects } = agentText(conversation, piece, false, context);
    expect(namesOf(effects)).toEqual(expected);
    expect(state.transcript.messages).toMatchObject([{ text: "Hi.", status: "interim" }]);
  });

  test.each<[string, Conversation, typeof context, boolean]>([
    ["with audio in the player waits for that", queued, context, false],
    ["without audio is acknowledged", withReply({}), context, true],
    ["with the sound off is acknowledged", withReply({ hasAudio: true }), soundOff, true],
    ["of another turn is not", withReply({ turnId: "b" }), context, false],
  ])("its end, %s", (_, conversation, given, acknowledged) => {
    const { state, effects } = agentTurnEnded(conversation, "a", given);
    expect(namesOf(effects).includes("→ send")).toBe(acknowledged);
    expect(state.replies.serverSendsEnd).toBe(true);
  });
});
