import { describe, expect, test } from "vitest";
import { connectionIn, contextOf, failure, namesOf, type PhaseName, phaseNames, phases } from "../../../test/slices.js";
import { authorized, connectedWhenReady, socketOpened, takenOver } from "./connected.js";
import type { Connection } from "./connection.js";

const answer = {
  conversationId: "new",
  config: { transcription: { trigger: "push_to_talk" } },
  clientSessionKey: "key",
};

/** Phases in which an event means nothing. */
const except = (...names: PhaseName[]) => phaseNames.filter((name) => !names.includes(name));

describe("authorized", () => {
  test.each<[PhaseName, string]>([
    ["authorizing", "connecting"],
    ["reauthorizing", "reconnecting"],
  ])("while %s: the configuration applies, and the socket is opened", (phase) => {
    const before = connectionIn(phase);
    const { state, effects } = authorized(before, answer as never);
    expect(state).toEqual({
      ...before,
      conversationId: "new",
      config: answer.config,
      phase: { ...before.phase, name: "opening" },
    });
    expect(effects).toEqual([{ type: "watchPage" }, { type: "openSocket", attempt: 7, clientSessionKey: "key" }]);
  });

  test.each(except("authorizing", "reauthorizing"))("while %s it changes nothing", (phase) => {
    const before = connectionIn(phase);
    expect(authorized(before, answer as never)).toEqual({ state: before, effects: [] });
  });
});

describe("the socket opened", () => {
  test.each<PhaseName>(["opening", "reopening"])("while %s: nothing is in doubt any more", (phase) => {
    const { phase: given, ...connection } = connectionIn(phase);
    const before = { ...connection, phase: { ...given, isInDoubt: true } } as Connection;
    const { state, effects } = socketOpened(before, null, contextOf());
    expect(state.phase).toEqual({ ...before.phase, name: "open", heardAt: 100_000, isInDoubt: false });
    expect(namesOf(effects)).toEqual(["cancel connectTimedOut"]);
  });

  test.each(except("opening", "reopening"))("while %s it changes nothing", (phase) => {
    const before = connectionIn(phase);
    expect(socketOpened(before, null, contextOf())).toEqual({ state: before, effects: [] });
  });
});

describe("connected when ready", () => {
  const announced = ["send", "→ connected", "lockPage", "settle", "emit connect"];

  test.each<[PhaseName, object]>([
    ["open", { conversationId: "conv" }],
    ["reopen", { conversationId: "conv", reconnected: true }],
  ])("%s and no channel opening: client.ready first, the app is told last", (phase, payload) => {
    const before = connectionIn(phase);
    const { state, effects } = connectedWhenReady(before, null, contextOf());
    expect(state.phase).toEqual({
      ...phases.connected,
      backOff: phases[phase as "open" | "reopen"].backOff,
      since: 100_000,
    });
    expect(namesOf(effects)).toEqual(announced);
    expect(effects[0]).toEqual({ type: "send", message: { type: "client.ready" } });
    expect(effects.at(-2)).toMatchObject({ calls: before.phase.calls });
    expect(effects.at(-1)).toEqual({ type: "emit", event: "connect", payload });
  });

  test("the configuration is told, where the server sent one", () => {
    const config = { transcription: { trigger: "automatic", can_interrupt: true, automatic: true } } as const;
    const { effects } = connectedWhenReady(connectionIn("open", { config }), null, contextOf());
    expect(effects.at(-1)).toMatchObject({ payload: { config } });
  });

  test("a channel that is still being opened is waited for", () => {
    const before = connectionIn("open");
    expect(connectedWhenReady(before, null, contextOf({ isOpeningChannel: true })).state).toBe(before);
  });

  test.each(except("open", "reopen"))("%s changes nothing", (phase) => {
    const before = connectionIn(phase);
    expect(connectedWhenReady(before, null, contextOf())).toEqual({ state: before, effects: [] });
  });
});

test.each(phaseNames)("another tab took over while %s", (phase) => {
  const error = failure("aborted");
  const { effects } = takenOver(connectionIn(phase), { by: "tab", error });
  if (phase === "idle" || phase === "failed") expect(effects).toEqual([]);
  else expect(effects.at(-1)).toEqual({ signal: "sessionEnded", why: { by: "tab", error } });
});
