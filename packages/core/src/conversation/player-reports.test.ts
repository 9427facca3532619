import { describe, expect, test } from "vitest";
import { acknowledges, at, context, knowsEnd, pcm, playing, withReply } from "../../test/replies.js";
import { emptyConversation, namesOf } from "../../test/slices.js";
import { agentAudio, agentText } from "./agent-turn.js";
import { connectionBegan, connectionEnded } from "./connection-boundaries.js";
import type { Conversation, ConversationTransition } from "./conversation.js";
import { interruptAgent, silenceOutput } from "./interruption.js";
import { withPlayback } from "./playback.js";
import {
  graceExpired,
  playbackFinished,
  playbackInterrupted,
  playbackRanDry,
  playbackStarted,
} from "./player-reports.js";
import { withReplies } from "./reply.js";
import { textWritten } from "./turns.js";

describe("the player reports", () => {
  test.each<[string, ConversationTransition, string[], boolean]>([
    ["an underrun, where ends are told", playbackRanDry(knowsEnd(playing), { position: at("a") }, context), [], true],
    [
      "one where they are not: grace",
      playbackRanDry(playing, { position: at("a") }, context),
      ["schedule graceExpired"],
      true,
    ],
    ["one of a turn that it was not given", playbackRanDry(playing, { position: at("x") }, context), [], false],
  ])("%s", (_, { state, effects }, expected, isDry) => {
    expect(namesOf(effects)).toEqual(expected);
    expect(state.playback.ranDryAt !== null).toBe(isDry);
  });

  test("an underrun is told where speech goes on after silence, with its length, and not where a turn was over", () => {
    const { effects } = playbackStarted(playing, { turnId: "a", silentMs: 120 });
    expect(effects).toEqual([{ type: "emit", event: "audio:underrun", payload: { turnId: "a", silentMs: 120 } }]);
    expect(playbackStarted(playing, { turnId: "a", silentMs: 0 }).effects).toEqual([]);
    expect(playbackStarted(playing, { turnId: "x", silentMs: 120 }).effects).toEqual([]);
  });

  test("grace is over: all was heard, unless the server tells ends by now", () => {
    const dry = playbackRanDry(playing, { position: at("a") }, context).state;
    const { state, effects } = graceExpired(dry, null, context);
    expect(state.playback).toMatchObject({ queuedTurnIds: [], ranDryAt: null, isPlaying: false });
    expect(namesOf(effects)).toEqual(["cancel graceExpired", ...acknowledges]);
    expect(graceExpired(knowsEnd(dry), null, context).effects).toEqual([]);
    expect(graceExpired(playing, null, context).effects).toEqual([]);
  });

  test("finished: acknowledged, and the agent speaks on where another turn is queued", () => {
    const two = withPlayback(playing, { queuedTurnIds: ["a", "b"] });
    const { state, effects } = playbackFinished(two, { position: at("a") }, context);
    expect(state.playback).toMatchObject({ queuedTurnIds: ["b"], isPlaying: true });
    expect(namesOf(effects)).toEqual(["cancel graceExpired", ...acknowledges]);
    expect(playbackFinished(playing, { position: at("a") }, context).state.playback.isPlaying).toBe(false);
  });

  test("interrupted: one acknowledgement, also where a report crossed the interruption on its way", () => {
    const waiting = withPlayback(emptyConversation, { awaitingHeardPosition: ["a", "b"] });
    const answered = playbackInterrupted(waiting, { position: at("a") }, context);
    expect(namesOf(answered.effects)).toEqual(acknowledges);
    expect(answered.state.playback.awaitingHeardPosition).toEqual([]);
    const crossed = playbackFinished(waiting, { position: at("a") }, context);
    expect(namesOf(crossed.effects)).toEqual(acknowledges);
    expect(playbackInterrupted(crossed.state, { position: at("a") }, context).effects).toEqual([]);
  });
});

describe("an interruption", () => {
  test("takes the turn from the player, and ignores what still comes of it", () => {
    const { state, effects } = interruptAgent(playing, null, context);
    expect(state).toMatchObject({
      pending: "interruption",
      playback: { queuedTurnIds: [], isPlaying: false, awaitingHeardPosition: ["a"] },
      replies: { ignoredTurnIds: ["a"], ignoresUnnamed: false },
    });
    expect(namesOf(effects)).toEqual(["cancel silentTurnExpired", "cancel graceExpired", "interrupt"]);
  });

  test.each<[string, Conversation, Conversation["pending"], boolean]>([
    ["a turn without a name", withReply({ turnId: null }), "nothing", true],
    ["a turn that was heard", withReply({ hasAudio: true, acknowledged: true }), "nothing", false],
    ["nothing", emptyConversation, "nothing", false],
    ["a turn of which no sound has come", withReply({}), "interruption", false],
  ])("of %s", (_, conversation, pending, ignoresUnnamed) => {
    const { state, effects } = interruptAgent(conversation, null, context);
    expect([state.pending, state.replies.ignoresUnnamed]).toEqual([pending, ignoresUnnamed]);
    expect(namesOf(effects)).not.toContain("interrupt");
  });

  test("of a turn without a sound ignores that turn, too", () => {
    expect(interruptAgent(withReply({}), null, context).state.replies.ignoredTurnIds).toEqual(["a"]);
  });

  test("once more, before the player has answered, waits for both answers", () => {
    const before = withPlayback(playing, { awaitingHeardPosition: ["x"] });
    expect(interruptAgent(before, null, context).state.playback.awaitingHeardPosition).toEqual(["x", "a"]);
  });

  test("of one that ran dry is acknowledged with the position that is known", () => {
    const { effects } = interruptAgent(withPlayback(playing, { ranDryAt: at("a", "d") }), null, context);
    expect(namesOf(effects)).toEqual(["cancel silentTurnExpired", "cancel graceExpired", ...acknowledges]);
  });

  test("a typed message interrupts, and ends the user's turn", () => {
    const { state, effects } = textWritten(playing, null, context);
    expect(state.pending).toBe("answer");
    expect(namesOf(effects).slice(-2)).toEqual(["interrupt", "→ userTurnEnded"]);
  });

  test("the sound is switched off: silence, and the server need not wait", () => {
    expect(namesOf(silenceOutput(playing, context).effects)).toEqual([
      "cancel graceExpired",
      "interrupt",
      "cancel silentTurnExpired",
      ...acknowledges,
    ]);
    const over = withReply({ ended: true, hasAudio: true, acknowledged: true });
    expect(namesOf(silenceOutput(over, context).effects)).toEqual(["cancel graceExpired"]);
  });
});

describe("the bounds of a connection", () => {
  test("its end silences, tells nobody, and remembers what is ignored", () => {
    const before = withReplies(playing, { ignoredTurnIds: ["x"], serverSendsEnd: true });
    const { state, effects } = connectionEnded(
      { ...before, turn: { role: "user", turnId: "u" } },
      { by: "connection" },
      context,
    );
    expect(namesOf(effects)).toEqual(["cancel graceExpired", "cancel silentTurnExpired", "interrupt"]);
    expect(state).toMatchObject({ turn: null, userTurnIsOpen: false, pending: "nothing" });
    expect(state.replies).toEqual({
      current: null,
      ignoredTurnIds: ["x"],
      ignoresUnnamed: false,
      serverSendsEnd: false,
    });
    expect(state.playback).toEqual(emptyConversation.playback);
  });

  test("its begin ignores the turns that earlier ones brought", () => {
    const spoken = agentAudio(withReply({}), { turnId: "assistant-a", deltaId: null, pcm }, context).state;
    const written = agentText(spoken, { turnId: "b", content: "Hi.", time: 1 }, false, context).state;
    expect([...connectionBegan(written).state.replies.ignoredTurnIds].sort()).toEqual(["a", "b"]);
  });
});
