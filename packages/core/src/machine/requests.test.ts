import { describe, expect, test } from "vitest";
import { contextOf, namesOf, type PhaseName, phases } from "../../test/slices.js";
import { requestHandlers } from "./accepted-requests.js";
import { firstRequestHandlers, type Request } from "./requests.js";

const press: Request = { type: "press", at: 1, call: 1 };
const text: Request = { type: "sendText", text: "hello", call: 2 };
const kept = ["→ requestKept"];
const refused = ["→ showError", "settle", "emit error"];

describe("what needs a connection", () => {
  test.each<[PhaseName, string[], string[]]>([
    ["idle", refused, refused],
    ["failed", refused, refused],
    ["authorizing", kept, refused],
    ["open", kept, refused],
    ["connected", kept, kept],
    ["waiting", kept, kept],
    ["reauthorizing", kept, kept],
  ])("while %s: a press %s, a message %s", (phase, ofPress, ofText) => {
    const context = contextOf({ phase: phases[phase] });
    const take = (request: Request) => firstRequestHandlers[request.type]([], request, context);
    expect(namesOf(take(press).effects)).toEqual(ofPress);
    expect(namesOf(take(text).effects)).toEqual(ofText);
    expect(take(press).state).toEqual(ofPress === kept ? [press] : []);
  });

  test("the refusal names the status and the remedy", () => {
    const { effects } = firstRequestHandlers.sendText([], text, contextOf({ phase: phases.idle }));
    expect(effects[1]).toMatchObject({ calls: [2], error: { code: "not-connected" } });
    expect((effects[0] as { error: Error }).error.message).toContain('"disconnected". Await connect()');
  });

  test("what was kept is accepted in its order, once", () => {
    const { state, effects } = requestHandlers.sessionLoaded([press, text]);
    expect(state).toEqual([]);
    expect(effects).toEqual([
      { ...press, signal: "pressAccepted" },
      { ...text, signal: "sendTextAccepted" },
    ]);
  });

  test("at the end of the session nobody waits any more", () => {
    const { state, effects } = firstRequestHandlers.sessionEnding([press, text]);
    expect(state).toEqual([]);
    expect(effects).toEqual([{ type: "settle", calls: [1, 2], error: undefined }]);
  });
});
