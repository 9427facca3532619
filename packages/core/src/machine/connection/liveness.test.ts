import { describe, expect, test } from "vitest";
import { connectionIn, contextOf, namesOf, type PhaseName } from "../../../test/slices.js";
import type { Connection } from "./connection.js";
import { expectNoReply, expectReply, expectReplyAnew, expectSign, messageCame } from "./liveness.js";

const due: Connection = expectReply(connectionIn("connected")).state;
const notDue = connectionIn("connected");

describe("liveness", () => {
  test.each([
    ["the user's turn ends", expectReply, notDue, true, ["schedule replyOverdue"]],
    ["it ends once more", expectReply, due, true, []],
    ["all was heard, with a reply due", expectReplyAnew, due, true, ["schedule replyOverdue"]],
    ["all was heard, with none due", expectReplyAnew, notDue, false, []],
    ["the user has the turn again", expectNoReply, due, false, ["cancel replyOverdue"]],
    ["the user has it still", expectNoReply, notDue, false, []],
  ])("%s", (_, take, before, isReplyDue, expected) => {
    const { state, effects } = take(before);
    expect(state.phase).toMatchObject({ isReplyDue });
    expect(namesOf(effects)).toEqual(expected);
  });

  test("waits for 8 s", () => {
    expect(expectReply(notDue).effects).toEqual([{ type: "schedule", timer: "replyOverdue", afterMs: 8000 }]);
  });

  test.each<PhaseName>(["idle", "authorizing", "opening", "open", "waiting", "reopen"])(
    "nothing is due while %s",
    (phase) => {
      const before = connectionIn(phase);
      for (const take of [expectReply, expectReplyAnew, expectNoReply])
        expect(take(before)).toEqual({ state: before, effects: [] });
    },
  );

  test.each<PhaseName>(["idle", "authorizing", "opening", "waiting"])(
    "without a socket no message counts: %s",
    (phase) => {
      const before = connectionIn(phase);
      expect(messageCame(before, null, contextOf())).toEqual({ state: before, effects: [] });
    },
  );

  test.each<[PhaseName, string[]]>([
    ["connected", ["schedule replyOverdue"]],
    ["open", []],
    ["opening", []],
    ["idle", []],
  ])("a device that slept doubts the connection that is %s", (phase, expected) => {
    const { state, effects } = expectSign(connectionIn(phase));
    expect(namesOf(effects)).toEqual(expected);
    if (phase === "connected" || phase === "open") expect(state.phase).toMatchObject({ isInDoubt: true });
    else expect(state).toEqual(connectionIn(phase));
  });

  test("a message is the sign of life, and dates it", () => {
    const doubtful = { ...due, phase: { ...due.phase, isInDoubt: true } } as Connection;
    const { state, effects } = messageCame(doubtful, null, contextOf());
    expect(state.phase).toMatchObject({ heardAt: 100_000, isInDoubt: false, isReplyDue: false });
    expect(namesOf(effects)).toEqual(["cancel replyOverdue"]);
    expect(messageCame(connectionIn("open"), null, contextOf()).state.phase).toMatchObject({ heardAt: 100_000 });
  });
});
