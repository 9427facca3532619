import { describe, expect, test } from "vitest";
import { contextOf, namesOf } from "../../../test/slices.js";
import type { Frame } from "../../protocol/codec.js";
import { type ToolCalls, toolCallHandlers } from "./tool-calls.js";

const { socketMessage, toolSettled, userTurnStarted, textWritten, sessionEnding, conversationChanged } =
  toolCallHandlers;

const none: ToolCalls = { running: [], known: [] };
const two: ToolCalls = { running: ["c1", "c2"], known: ["c1", "c2"] };
const frameOf = (message: object): Frame => ({ frame: { ok: true, message } as never, pcm: null });
const call = (id: string) =>
  frameOf({ type: "response.data", turn_id: "a", content: { layercode_tool_call: { id, name: "move", input: 1 } } });
const userSpeaks = frameOf({ type: "turn.start", role: "user" });

test("a call that is new runs; one that came before does not", () => {
  const { state, effects } = socketMessage(none, call("c1"), contextOf());
  expect(state).toEqual({ running: ["c1"], known: ["c1"] });
  expect(effects).toEqual([{ type: "runTool", call: { id: "c1", name: "move", input: 1 } }]);
  expect(socketMessage(state, call("c1"), contextOf())).toEqual({ state, effects: [] });
  const { state: done } = toolSettled(state, { callId: "c1", outcome: { output: 1 } });
  expect(socketMessage(done, call("c1"), contextOf())).toEqual({ state: { running: [], known: ["c1"] }, effects: [] });
});

test("of a tool that is at work the outcome is answered, once", () => {
  const { state, effects } = toolSettled(two, { callId: "c1", outcome: { output: 7 } });
  expect(effects).toEqual([
    {
      signal: "toolAnswered",
      message: { type: "client.response.data", data: { layercode_tool_result: { id: "c1", output: 7 } } },
    },
  ]);
  expect(toolSettled(state, { callId: "c1", outcome: { output: 8 } })).toEqual({ state, effects: [] });
});

describe("all that run are aborted, then answered", () => {
  test.each([
    ["speech", () => socketMessage(two, userSpeaks, contextOf())],
    ["a press", () => userTurnStarted(two)],
    ["a typed message", () => textWritten(two)],
  ])("by %s", (_, interrupt) => {
    const { state, effects } = interrupt();
    expect(state).toEqual({ running: [], known: ["c1", "c2"] });
    expect(namesOf(effects)).toEqual(["abortTools", "→ toolAnswered", "→ toolAnswered"]);
  });
});

test("speech interrupts nothing where the agent cannot be interrupted, nor do other messages", () => {
  const others = [
    { type: "response.end", turn_id: "a" },
    { type: "turn.start", role: "assistant" },
    { type: "turn.end", role: "user" },
  ];
  const cases = [...others.map((message) => socketMessage(two, frameOf(message), contextOf()))];
  cases.push(socketMessage(two, userSpeaks, contextOf({ canInterrupt: false })));
  for (const { state, effects } of cases) expect([state, effects]).toEqual([two, []]);
});

test("the end of a session aborts and answers nothing; another conversation may use the same ids", () => {
  const { state, effects } = sessionEnding(two);
  expect([state.running, namesOf(effects)]).toEqual([[], ["abortTools"]]);
  expect(sessionEnding(state)).toEqual({ state, effects: [] });
  expect(conversationChanged(state).state).toEqual(none);
});
