import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { connect, startServer } from "../../test/client.js";
import type { Scenario } from "../index.js";

describe("a session that the server has closed", () => {
  test("says nothing more, and says so", async () => {
    const { session, socket } = await connect(await startServer({ scenario: {} }));
    session.close();
    await once(socket, "close");
    expect(await session.say("Is anybody there?")).toEqual({ turnId: expect.any(String), interrupted: true });
  });

  test("begins nothing with what its client still sends", async () => {
    const begun: string[] = [];
    const scenario: Scenario = { start: () => void begun.push("start"), userData: () => void begun.push("data") };
    const client = await connect(await startServer({ scenario }), { ready: false });
    const ended = once(client.socket, "close");
    client.session.close();
    // Its frames are on the way before it has read the close frame.
    client.send({ type: "client.ready" });
    client.send({ type: "client.response.data", data: 1 });
    await ended;
    expect(client.session.received.messages).toHaveLength(2);
    expect(begun).toEqual([]);
  });
});

test.each([
  [1006, "", /^close\.code is 1006\. It is a close code/],
  [4000, "ä".repeat(62), /^close\.reason is .*at most 123 bytes/],
])("a close that no frame can carry is refused, and ends nothing: %i", async (code, reason, message) => {
  const scenario: Scenario = { userTyped: (turn, text) => turn.text(text) };
  const client = await connect(await startServer({ scenario }));
  expect(() => client.session.close(code, reason)).toThrow(message);
  client.type("Still here?");
  await client.next("response.text");
});

describe("close() of a server", () => {
  test("ends the wait for a session, with its timer", async () => {
    const server = await startServer();
    const waiting = expect(server.waitForSession({ timeoutMs: 60_000 })).rejects.toThrow(
      /No client connected before the server was closed/,
    );
    await server.close();
    await waiting;
    await expect(server.waitForSession()).rejects.toThrow(/closed/);
  });
});
