import { describe, expect, test } from "vitest";
import { connectionIn, contextOf, failure, start } from "../../../test/slices.js";
import { LayercodeError } from "../../errors.js";
import { connectHandlers } from "./connect.js";
import { takenOver } from "./connected.js";
import type { ConnectionTransition, Ending } from "./connection.js";
import { attemptFailed, replyOverdue, socketClosed } from "./reconnecting.js";

const close = (code = 1006, wasClean = false) => ({ code, reason: "", wasClean });
const withoutAttempts = contextOf({ settings: { ...start, reconnect: false } });
const someError = expect.any(LayercodeError);
const unavailable = failure();
const refused = new LayercodeError("authorization", "No.", { status: 401, fatal: true });

describe("a session is over, and why:", () => {
  test.each<[string, ConnectionTransition, object]>([
    [
      "the server, with its words",
      socketClosed(connectionIn("connected"), { ...close(1000, true), reason: "Goodbye." }, contextOf()),
      { by: "server", code: 1000, reason: "Goodbye." },
    ],
    [
      "the server, with an error",
      socketClosed(connectionIn("connected"), { ...close(4001, true), reason: "Too long." }, contextOf()),
      { by: "server", code: 4001, reason: "Too long.", error: someError },
    ],
    [
      "the server, on an attempt to come back",
      socketClosed(connectionIn("reopening"), close(1000, true), contextOf()),
      { by: "server", code: 1000 },
    ],
    [
      "a network that cut the connection",
      socketClosed(connectionIn("connected"), close(1006), withoutAttempts),
      { by: "network", code: 1006, error: someError },
    ],
    [
      "a network on which nothing came any more",
      replyOverdue(connectionIn("connected"), null, withoutAttempts),
      { by: "network", error: someError },
    ],
    [
      "a network on which the backend cannot be reached",
      attemptFailed(connectionIn("reauthorizing"), { error: unavailable }, withoutAttempts),
      { by: "network", error: unavailable },
    ],
    [
      "a backend that refuses",
      attemptFailed(connectionIn("reauthorizing"), { error: refused }, contextOf()),
      { by: "error", error: refused },
    ],
    [
      "a first socket that could not be opened",
      socketClosed(connectionIn("opening"), { ...close(4403, true), reason: "No." }, contextOf()),
      { by: "error", code: 4403, reason: "No.", error: someError },
    ],
    [
      "a first connect() that failed",
      connectHandlers.connectFailed(connectionIn("authorizing"), { error: refused }),
      { by: "error", error: refused },
    ],
    ["disconnect()", connectHandlers.disconnect(connectionIn("waiting"), { call: 1 }), { by: "user" }],
    [
      "the signal of connect()",
      connectHandlers.connectAborted(connectionIn("authorizing"), { call: 1 }),
      { by: "user" },
    ],
    ["a hidden page", takenOver(connectionIn("connected"), { by: "page" }), { by: "page" }],
    ["another tab", takenOver(connectionIn("connected"), { by: "tab", error: refused }), { by: "tab", error: refused }],
  ])("by %s", (_, { effects }, why) => {
    expect((effects.at(-1) as Ending).why).toEqual(why);
  });

  test("connect() takes the reason of the last session back", () => {
    const before = connectionIn("idle", { endReason: { by: "server", code: 1000 } });
    expect(connectHandlers.connect(before, { call: 1 }, contextOf()).state.endReason).toBeNull();
  });
});
