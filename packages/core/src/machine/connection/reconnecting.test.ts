import { describe, expect, test } from "vitest";
import { connectionIn, contextOf, failure, namesOf, type PhaseName, phaseNames, start } from "../../../test/slices.js";
import { attemptDue, connectAgain } from "./attempts.js";
import type { Connection, Ending } from "./connection.js";
import type { ReconnectOptions } from "./reconnect-policy.js";
import { attemptFailed, pageChanged, replyOverdue, socketClosed, uplinkStalled, woken } from "./reconnecting.js";

const close = (code = 1006, wasClean = false) => ({ code, reason: "", wasClean });
const lost = ["→ connectionLost", "cancel replyOverdue", "cancel connectTimedOut", "closeConnection"];
const over = ["→ sessionEnding", "→ closeChannels", "close", "→ sessionEnded"];
const withOptions = (reconnect: ReconnectOptions | false) => contextOf({ settings: { ...start, reconnect } });

/** A connection in a phase with some of it changed. */
function inPhase(phase: PhaseName, patch: object): Connection {
  const connection = connectionIn(phase);
  return { ...connection, phase: { ...connection.phase, ...patch } as Connection["phase"] };
}

describe("the socket closed", () => {
  test.each<PhaseName>(["opening", "open"])("while %s for the first time: connect() has failed", (phase) => {
    const { effects } = socketClosed(connectionIn(phase), { ...close(), reason: "why" }, contextOf());
    expect(namesOf(effects)).toEqual(over);
    const { why } = effects.at(-1) as Ending;
    expect(why.error).toMatchObject({ code: "connection", fatal: true });
    expect(why.error?.message).toContain('code 1006, "why"');
  });

  test.each<[PhaseName, string, number]>([
    ["connected", "closed", 1],
    ["reopen", "closed", 2],
    ["reopening", "unreachable", 2],
  ])("while %s: the next attempt waits, and channels are left alone", (phase, cause, attempt) => {
    const { state, effects } = socketClosed(connectionIn(phase), close(), contextOf());
    expect(state).toMatchObject({
      attempt: 8,
      phase: { name: "waiting", reconnecting: { attempt, reason: { cause } } },
    });
    expect(namesOf(effects)).toEqual([...lost, "schedule attemptDue"]);
  });

  test.each([
    [1000, undefined],
    [1005, undefined],
    [1008, "connection"],
    [4000, "connection"],
  ])("with code %d the session is over, error %s", (code, error) => {
    const { effects } = socketClosed(connectionIn("connected"), close(code, true), contextOf());
    expect(namesOf(effects)).toEqual([...lost, ...over]);
    const ending = effects.at(-1) as Ending & { toWaiting: object };
    expect(ending.why).toMatchObject({ by: "server", code });
    expect(ending.why.error?.code).toBe(error);
    // A connect() that waits is told all the same.
    expect(ending.toWaiting).toMatchObject({ code: "connection", fatal: true });
  });

  test.each([
    ["the code", socketClosed(connectionIn("connected"), close(1008, true), contextOf()), "(Code 1008)"],
    [
      "the code and the reason",
      socketClosed(connectionIn("connected"), { ...close(1008, true), reason: "why" }, contextOf()),
      '(Code 1008, "why")',
    ],
    ["what stalled", replyOverdue(connectionIn("connected"), null, withOptions(false)), "(Nothing came any more)"],
  ])("the error tells %s, and the remedy", (_, { effects }, what) => {
    const { toWaiting } = effects.at(-1) as { toWaiting: Error };
    expect(toWaiting.message).toBe(`The connection was lost ${what}. Call connect() to resume the conversation.`);
  });

  test("in a session that has ended changes nothing", () => {
    const before = connectionIn("idle");
    expect(replyOverdue(before, null, contextOf())).toEqual({ state: before, effects: [] });
  });
});

describe("how many attempts", () => {
  test("as many as the option says, counted on", () => {
    const context = withOptions({ maxAttempts: 2 });
    const second = socketClosed(connectionIn("reopening"), close(), context);
    expect(second.state.phase).toMatchObject({ name: "waiting", reconnecting: { attempt: 2 } });
    const third = inPhase("reopening", { backOff: { steps: 2, lostAt: 99_000, notBefore: 0 } });
    expect(namesOf(socketClosed(third, close(), context).effects)).toEqual([...lost, ...over]);
    expect(namesOf(socketClosed(connectionIn("connected"), close(), withOptions(false)).effects)).toEqual([
      ...lost,
      ...over,
    ]);
  });

  test("as long as the option says, counted from the loss", () => {
    const since = (lostAt: number, reconnect: ReconnectOptions = {}) => {
      const before = inPhase("reopening", { backOff: { steps: 20, lostAt, notBefore: 0 } });
      return socketClosed(before, close(), withOptions(reconnect)).effects.at(-1);
    };
    // Half a second is left: the last attempt lies within it.
    expect(since(40_500)).toEqual({ type: "schedule", timer: "attemptDue", afterMs: 375 });
    expect(since(40_249)).toMatchObject({
      signal: "sessionEnded",
      why: { by: "network", error: { code: "connection" } },
    });
    expect(since(40_249, { maxElapsedMs: Infinity })).toMatchObject({ afterMs: 6000 });
    expect(since(90_000, { maxElapsedMs: 10_000 })).toMatchObject({ signal: "sessionEnded" });
  });

  test("a server that ends two in a row within 5 s has said enough", () => {
    const at = (since: number, shortLived: number) =>
      socketClosed(inPhase("connected", { since, shortLived }), close(1011, true), contextOf()).state.phase;
    expect(at(95_000, 1)).toMatchObject({ name: "waiting", shortLived: 0 });
    expect(at(95_001, 0)).toMatchObject({ name: "waiting", shortLived: 1 });
    expect(at(95_001, 1).name).toBe("connected");
  });

  test("a network that does is no verdict: the back-off goes on, and what was connected does not count", () => {
    const backOff = { steps: 3, lostAt: 90_000, notBefore: 0 };
    const at = (since: number, code = 1006) =>
      socketClosed(inPhase("connected", { since, shortLived: 1, backOff }), close(code), contextOf()).state.phase;
    expect(at(98_000)).toMatchObject({
      name: "waiting",
      shortLived: 1,
      reconnecting: { attempt: 4 },
      backOff: { steps: 3, lostAt: 92_000 },
    });
    expect(at(95_000)).toMatchObject({
      shortLived: 0,
      reconnecting: { attempt: 1 },
      backOff: { steps: 0, lostAt: 100_000 },
    });
  });

  test("one that was not reached keeps the count of those that lived too short", () => {
    const { state } = socketClosed(inPhase("reopening", { shortLived: 1 }), close(), contextOf());
    expect(state.phase).toMatchObject({ name: "waiting", shortLived: 1 });
  });

  test("a delay by chance, and no other without a network: navigator.onLine may lie", () => {
    const { state } = socketClosed(connectionIn("connected"), close(), contextOf({ random: 0.5 }));
    expect(state.phase.reconnecting?.delay).toBe(375);
    const offline = connectionIn("connected", { page: { online: false, visible: true } });
    const { state: waiting, effects } = socketClosed(offline, close(), contextOf());
    expect(waiting.phase.reconnecting).toMatchObject({ delay: 375, reason: { cause: "offline" } });
    expect(effects.at(-1)).toEqual({ type: "schedule", timer: "attemptDue", afterMs: 375 });
    // What a server said has come by a network.
    const cause = (after: { state: Connection }) => after.state.phase.reconnecting?.reason.cause;
    expect(cause(socketClosed(offline, close(1011, true), contextOf()))).toBe("closed");
    const reopening = { ...connectionIn("reauthorizing"), page: offline.page };
    const refused = Object.assign(failure("authorization"), { status: 503 });
    expect(cause(attemptFailed(reopening, { error: refused }, contextOf()))).toBe("unreachable");
    expect(cause(attemptFailed(reopening, { error: failure() }, contextOf()))).toBe("offline");
  });

  test("shouldReconnect decides; one that throws is reported, and the table decides", () => {
    const no = socketClosed(connectionIn("connected"), close(), withOptions({ shouldReconnect: () => false }));
    expect(namesOf(no.effects)).toEqual([...lost, ...over]);
    const thrown = new Error("the app's own");
    const shouldReconnect = () => {
      throw thrown;
    };
    const { state, effects } = socketClosed(connectionIn("connected"), close(), withOptions({ shouldReconnect }));
    expect(effects[0]).toEqual({ type: "report", error: thrown });
    expect(state.phase.name).toBe("waiting");
  });
});

describe("what may be lost with it", () => {
  const doubtOf = (effects: readonly object[]) =>
    (effects.find((effect) => "doubtfulSince" in effect) as { doubtfulSince: number | null }).doubtfulSince;

  test.each([
    ["nothing, after a clean close", socketClosed(connectionIn("connected"), close(1001, true), contextOf()), null],
    [
      "the last two seconds, after an unclean one",
      socketClosed(connectionIn("connected"), close(), contextOf()),
      98_000,
    ],
    ["all since the last message, where it stalled", replyOverdue(connectionIn("connected"), null, contextOf()), 1000],
    [
      "the last two seconds, where the network went",
      socketClosed(connectionIn("connected", { page: { online: false, visible: true } }), close(), contextOf()),
      98_000,
    ],
  ])("%s", (_, { effects }, since) => {
    expect(doubtOf(effects)).toBe(since);
  });
});

describe("an attempt that failed", () => {
  test("is followed by the next, of a first connect() it is the end", () => {
    const next = attemptFailed(connectionIn("reauthorizing"), { error: failure() }, contextOf());
    expect(next.state.phase).toMatchObject({
      name: "waiting",
      reconnecting: { attempt: 2, reason: { ...close(), reason: "No.", cause: "unreachable" } },
    });
    expect(next.effects.at(-1)).toEqual({ type: "schedule", timer: "attemptDue", afterMs: 750 });
    expect(namesOf(attemptFailed(connectionIn("authorizing"), { error: failure() }, contextOf()).effects)).toEqual(
      over,
    );
  });

  test.each(["insufficient-balance", "invalid-option", "aborted"] as const)("%s is final", (code) => {
    const { effects } = attemptFailed(connectionIn("reauthorizing"), { error: failure(code) }, contextOf());
    expect(namesOf(effects)).toEqual([...lost, ...over]);
  });

  test.each([
    [400, true],
    [401, true],
    [404, true],
    [408, false],
    [429, false],
    [499, true],
    [500, false],
    [503, false],
  ])("HTTP %d is final: %s", (status, isFinal) => {
    const error = Object.assign(failure("authorization"), { status });
    const { state } = attemptFailed(connectionIn("reauthorizing"), { error }, contextOf());
    expect(state.phase.name === "waiting").toBe(!isFinal);
  });
});

describe("a server that asks to wait", () => {
  const refused = (retryAfterMs: number) => Object.assign(failure("authorization"), { status: 429, retryAfterMs });
  const told = (retryAfterMs: number, reconnect: ReconnectOptions = {}) =>
    attemptFailed(connectionIn("reauthorizing"), { error: refused(retryAfterMs) }, withOptions(reconnect));

  test("is left alone for as long, and by chance longer, also by events", () => {
    const { state } = told(20_000);
    expect(state.phase).toMatchObject({
      name: "waiting",
      reconnecting: { attempt: 2, delay: 20_750 },
      backOff: { notBefore: 120_000 },
    });
    const early = pageChanged(
      { ...state, page: { online: false, visible: true } },
      { online: true, visible: true },
      contextOf({ now: 110_000 }),
    );
    expect(early.state.phase).toMatchObject({ name: "waiting", dueAt: 120_000, isInTurn: false });
    expect(connectAgain(state, { call: 5 }, contextOf()).state.phase.name).toBe("authorizing");
  });

  test("for longer than there is time has ended the session, and the error says how long", () => {
    const { effects } = told(59_001);
    const { error, by } = (effects.at(-1) as Ending).why;
    expect(by).toBe("error");
    expect(error).toMatchObject({ code: "authorization", status: 429, retryAfterMs: 59_001, fatal: true });
    expect(error?.message).toBe(
      'No. It asks to wait 60 s, longer than "reconnect.maxElapsedMs" allows. Call connect() then.',
    );
    expect(told(59_000).state.phase.reconnecting?.delay).toBe(59_000);
    expect(told(3_600_000, { maxElapsedMs: Infinity }).state.phase.name).toBe("waiting");
  });
});

describe("the next attempt", () => {
  const begins = [
    { type: "cancel", timer: "attemptDue" },
    { type: "closeConnection" },
    { type: "schedule", timer: "connectTimedOut", afterMs: 15_000 },
    { type: "authorize", attempt: 8, agentId: "ag-1", conversationId: "conv" },
  ];

  test("in its turn is a step of the back-off: a fresh authorization, nothing in doubt", () => {
    const { state, effects } = attemptDue(inPhase("waiting", { isInDoubt: true }), null, contextOf());
    expect(state).toEqual({
      ...connectionIn("reauthorizing"),
      attempt: 8,
      phase: { ...connectionIn("reauthorizing").phase, isInDoubt: false },
    });
    expect(effects).toEqual(begins);
  });

  test("that an event brought about is none, and holds off the events of the next second", () => {
    const { state, effects } = attemptDue(inPhase("waiting", { isInTurn: false }), null, contextOf());
    expect(state.phase).toMatchObject({ name: "authorizing", backOff: { steps: 0, notBefore: 101_000 } });
    expect(effects).toEqual(begins);
  });

  test.each(phaseNames.filter((name) => name !== "waiting"))("is not due while %s", (phase) => {
    const before = connectionIn(phase);
    expect(attemptDue(before, null, contextOf())).toEqual({ state: before, effects: [] });
  });

  test("connect() while one waits asks for it now, whatever the network says", () => {
    const now = connectAgain(connectionIn("waiting"), { call: 5 }, contextOf());
    expect(now.state.phase).toMatchObject({ name: "authorizing", calls: [5], backOff: { steps: 0 } });
    expect(namesOf(connectAgain(connectionIn("idle"), { call: 5 }, contextOf()).effects)).toContain("authorize");
    const offline = connectionIn("waiting", { page: { online: false, visible: true } });
    expect(connectAgain(offline, { call: 5 }, contextOf()).state.phase).toMatchObject({
      name: "authorizing",
      calls: [5],
    });
    expect(connectAgain(connectionIn("opening"), { call: 5 }, contextOf()).state.phase).toMatchObject({
      name: "opening",
    });
  });
});

describe("a reply that is overdue", () => {
  test("means a stalled connection, unless the agent is still heard", () => {
    const { state } = replyOverdue(connectionIn("connected"), null, contextOf());
    expect(state.phase.reconnecting?.reason).toEqual({ ...close(), cause: "stalled" });
    const before = connectionIn("connected");
    // Then it has as long again: whatever interrupts the agent starts no timer of its own, for a reply is due already.
    const effects = [{ type: "schedule", timer: "replyOverdue", afterMs: 8000 }];
    expect(replyOverdue(before, null, contextOf({ isAgentQueued: true }))).toEqual({ state: before, effects });
  });
});

describe("an uplink that is stalled", () => {
  test("means a stalled connection, also while the agent is still heard", () => {
    const { state, effects } = uplinkStalled(connectionIn("connected"), null, contextOf({ isAgentQueued: true }));
    expect(state.phase.reconnecting?.reason).toEqual({ ...close(), cause: "stalled" });
    expect(effects[0]).toEqual({ signal: "connectionLost", doubtfulSince: 1000 });
  });

  test.each(phaseNames.filter((name) => name !== "connected"))("changes nothing while %s", (phase) => {
    const before = connectionIn(phase);
    expect(uplinkStalled(before, null, contextOf())).toEqual({ state: before, effects: [] });
  });
});

describe("a device that slept", () => {
  test.each<[PhaseName, string]>([
    ["waiting", "authorizing"],
    ["reauthorizing", "authorizing"],
    ["reopening", "authorizing"],
    ["reopen", "open"],
  ])("while %s has its whole time again: %s afterwards, no step of the back-off", (phase, after) => {
    const before = connectionIn(phase);
    const { steps } = before.phase.name === "idle" || !before.phase.backOff ? { steps: -1 } : before.phase.backOff;
    const { state } = woken(before, null, contextOf());
    expect(state.phase).toMatchObject({ name: after, backOff: { steps, lostAt: 100_000 } });
  });

  test.each<PhaseName>(["connected", "open"])("while %s has a connection in doubt, and still has it", (phase) => {
    expect(woken(connectionIn(phase), null, contextOf()).state.phase).toMatchObject({ name: phase, isInDoubt: true });
  });

  test.each<PhaseName>(["idle", "failed", "authorizing", "opening"])("while %s changes nothing", (phase) => {
    const before = connectionIn(phase);
    expect(woken(before, null, contextOf())).toEqual({ state: before, effects: [] });
  });
});

describe("the page", () => {
  const away = { online: false, visible: true };
  const here = { online: true, visible: true };
  const hidden = { online: true, visible: false };

  test.each(phaseNames)("goes offline while %s: in doubt, and nothing else", (phase) => {
    const { state, effects } = pageChanged(connectionIn(phase), away, contextOf());
    expect(effects).toEqual([]);
    expect(state.page).toEqual(away);
    if (phase !== "idle" && phase !== "failed") expect(state.phase).toMatchObject({ isInDoubt: true });
    else expect(state.phase).toBe(connectionIn(phase).phase);
  });

  test.each<[string, object, object, string]>([
    ["is hidden", here, hidden, "opening"],
    ["is seen, as before", here, here, "opening"],
    ["is seen again, without a network", { online: false, visible: false }, away, "opening"],
    ["has the network back, hidden", { online: false, visible: false }, hidden, "authorizing"],
  ])("that %s while in doubt", (_, before, now, after) => {
    const doubtful = { ...inPhase("reopening", { isInDoubt: true }), page: before as typeof here };
    const { state } = pageChanged(doubtful, now as typeof here, contextOf());
    expect([state.phase.name, state.page]).toEqual([after, now]);
  });

  test.each<[PhaseName, string]>([
    ["connected", "waiting"],
    ["reopen", "waiting"],
    ["waiting", "authorizing"],
    ["reauthorizing", "authorizing"],
    ["reopening", "authorizing"],
    ["opening", "opening"],
    ["open", "open"],
    ["idle", "idle"],
  ])("comes back online while %s: %s afterwards", (phase, after) => {
    const offline = pageChanged(connectionIn(phase), away, contextOf()).state;
    expect(pageChanged(offline, here, contextOf()).state.phase.name).toBe(after);
  });

  test("that is seen again tries at once where an attempt waits, and leaves a good connection alone", () => {
    const seen = (phase: PhaseName, page = hidden, now = here) =>
      pageChanged(connectionIn(phase, { page }), now, contextOf()).state.phase.name;
    expect([seen("waiting"), seen("connected"), seen("reopening")]).toEqual(["authorizing", "connected", "opening"]);
    // A network that says it is not there is tried all the same, and costs no connection.
    const nowhere = { online: false, visible: false };
    expect([seen("waiting", nowhere, away), seen("connected", nowhere, away)]).toEqual(["authorizing", "connected"]);
  });

  test("events within a second bring about one attempt, and each has its effect in the end", () => {
    const flap = (connection: Connection, now: number) => {
      const context = contextOf({ now });
      return pageChanged(pageChanged(connection, away, context).state, here, context).state;
    };
    const first = flap(connectionIn("waiting"), 100_000);
    expect(first.phase).toMatchObject({ name: "authorizing", backOff: { steps: 0, notBefore: 101_000 } });
    const second = flap(first, 100_300);
    expect(second.phase).toMatchObject({
      name: "waiting",
      dueAt: 101_000,
      isInTurn: false,
      reconnecting: { delay: 700 },
    });
    expect(flap(second, 100_600)).toEqual(second);
    const third = attemptDue(second, null, contextOf({ now: 101_000 })).state;
    expect(third.phase).toMatchObject({ name: "authorizing", backOff: { steps: 0, notBefore: 102_000 } });
  });
});
