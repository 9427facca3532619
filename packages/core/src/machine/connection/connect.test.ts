import { describe, expect, test } from "vitest";
import { connectionIn, contextOf, failure, namesOf, type PhaseName, phaseNames, phases } from "../../../test/slices.js";
import { connectHandlers } from "./connect.js";
import { type ClientStatus, statusOf } from "./connection.js";

const { connect, connectAborted, connectFailed, connectTimedOut, disconnect, sessionEnded, conversationChosen } =
  connectHandlers;

test.each<[PhaseName, ClientStatus]>([
  ["idle", "disconnected"],
  ["failed", "error"],
  ["authorizing", "connecting"],
  ["opening", "connecting"],
  ["open", "connecting"],
  ["connected", "connected"],
  ["waiting", "reconnecting"],
  ["reauthorizing", "reconnecting"],
  ["reopening", "reconnecting"],
  ["reopen", "reconnecting"],
])("the phase %s is shown as %s", (phase, status) => {
  expect(statusOf({ phase: phases[phase] })).toBe(status);
});

describe("connect()", () => {
  test.each<PhaseName>(["idle", "failed"])("begins a session from %s: the channels first", (phase) => {
    const { state, effects } = connect(connectionIn(phase), { call: 5 }, contextOf());
    expect(state).toEqual({ ...connectionIn(phase), attempt: 8, phase: { ...phases.authorizing, calls: [5] } });
    expect(namesOf(effects)).toEqual(["→ showError", "→ openChannels", "schedule connectTimedOut", "authorize"]);
    expect(effects.slice(-2)).toEqual([
      { type: "schedule", timer: "connectTimedOut", afterMs: 15_000 },
      { type: "authorize", attempt: 8, agentId: "ag-1", conversationId: "conv" },
    ]);
  });

  test("opens the conversation that was chosen, once, with an empty transcript", () => {
    const chosen = conversationChosen(connectionIn("idle"), { conversationId: "other" }).state;
    const { state, effects } = connect(chosen, { call: 5 }, contextOf());
    expect(namesOf(effects)[0]).toBe("→ conversationChanged");
    expect(state).toMatchObject({ conversationId: "other", chosenConversationId: undefined });
    const same = conversationChosen(connectionIn("idle"), { conversationId: "conv" }).state;
    expect(namesOf(connect(same, { call: 5 }, contextOf()).effects)).not.toContain("→ conversationChanged");
  });

  test.each<PhaseName>(["authorizing", "opening", "open", "waiting", "reauthorizing", "reopen"])(
    "joins the one that is %s",
    (phase) => {
      const before = connectionIn(phase);
      const { state, effects } = connect(before, { call: 5 }, contextOf());
      expect(state).toEqual({ ...before, phase: { ...before.phase, calls: [...before.phase.calls, 5] } });
      expect(effects).toEqual([]);
    },
  );

  test("is done at once while connected", () => {
    const before = connectionIn("connected");
    const { state, effects } = connect(before, { call: 5 }, contextOf());
    expect(state).toBe(before);
    expect(effects).toEqual([{ type: "settle", calls: [5], error: undefined }]);
  });
});

describe("the end", () => {
  const giving = ["→ sessionEnding", "→ closeChannels", "close", "→ sessionEnded"];

  test.each(phaseNames)("disconnect() while %s: first the others give up, then everything is given back", (phase) => {
    const before = connectionIn(phase);
    const { state, effects } = disconnect(before, { call: 9 });
    expect(state).toBe(before);
    expect(namesOf(effects)).toEqual(giving);
    expect(effects).toContainEqual({ type: "close", calls: [9] });
    expect(effects).toContainEqual({ signal: "sessionEnding", by: "user" });
  });

  test("the signal of one of two calls ends that one alone, the last one the session", () => {
    const before = connect(connectionIn("authorizing"), { call: 2 }, contextOf()).state;
    const one = connectAborted(before, { call: 1 });
    expect(one.state.phase.calls).toEqual([2]);
    expect(one.effects).toMatchObject([{ type: "settle", calls: [1], error: { code: "aborted" } }]);
    expect(namesOf(connectAborted(one.state, { call: 2 }).effects)).toEqual(giving);
    expect(connectAborted(before, { call: 3 })).toEqual({ state: before, effects: [] });
  });

  test.each<[PhaseName, RegExp]>([
    ["authorizing", /authorize endpoint did not answer within 15000 ms/],
    ["opening", /WebSocket did not open within 15000 ms/],
  ])("a timeout while %s says what did not come", (phase, text) => {
    const { effects } = connectTimedOut(connectionIn(phase), null, contextOf());
    expect(effects).toMatchObject([{ signal: "connectFailed", error: { code: "connect-timeout", fatal: true } }]);
    expect((effects[0] as { error: Error }).error.message).toMatch(text);
  });

  test("a failure is the connection's, not the user's", () => {
    const { effects } = connectFailed(connectionIn("authorizing"), { error: failure() });
    expect(effects[0]).toEqual({ signal: "sessionEnding", by: "connection" });
  });

  test.each<[PhaseName, "user" | "error" | "server", string, string[]]>([
    ["authorizing", "user", "idle", ["settle"]],
    ["authorizing", "error", "failed", ["settle", "→ showError", "settle", "emit error"]],
    ["connected", "user", "idle", ["settle", "emit disconnect"]],
    ["connected", "error", "idle", ["settle", "→ showError", "settle", "emit error", "emit disconnect"]],
    ["connected", "server", "idle", ["settle", "emit disconnect"]],
    ["waiting", "error", "idle", ["settle", "→ showError", "settle", "emit error", "emit disconnect"]],
    ["reopen", "user", "idle", ["settle", "emit disconnect"]],
    ["idle", "user", "idle", ["settle"]],
  ])("while %s, by the %s: %s afterwards", (phase, by, after, expected) => {
    const why = { by, ...(by === "error" && { error: failure() }) };
    const toWaiting = by === "server" ? { toWaiting: failure() } : {};
    const before = connectionIn(phase);
    const { state, effects } = sessionEnded(before, { why, ...toWaiting });
    expect(state).toEqual({
      ...before,
      attempt: 8,
      phase: after === "failed" ? phases.failed : phases.idle,
      // Where there was no session, nothing has ended.
      endReason: phase === "idle" ? null : why,
    });
    expect(namesOf(effects)).toEqual(expected);
    expect(effects[0]).toMatchObject({
      calls: before.phase.calls,
      error: { code: by === "user" ? "aborted" : "connection" },
    });
  });

  test("the conversation id stays", () => {
    expect(sessionEnded(connectionIn("connected"), { why: { by: "user" } }).state.conversationId).toBe("conv");
  });
});
