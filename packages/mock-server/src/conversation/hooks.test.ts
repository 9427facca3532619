import { expect, test } from "vitest";
import { connect, startServer } from "../../test/client.js";
import type { Scenario, Turn } from "../index.js";

// What is easily forgotten: a `return`, or an `await`.
const forgetful: Scenario = {
  userTyped(turn, text) {
    void turn.say(text);
  },
};

test("a hook that does not wait for what it says has its turn ended behind it all the same", async () => {
  const client = await connect(await startServer({ scenario: forgetful }));
  client.type("One. Two. Three.");
  const { turn_id } = await client.next("response.end");
  const types = client.ofTurn(turn_id).map(({ type }) => type);
  expect(types).toContain("response.audio");
  expect(types.at(-1)).toBe("response.end");
});

test("and is interrupted", async () => {
  const client = await connect(await startServer({ scenario: forgetful }));
  client.type("A word and another one. ".repeat(8));
  const { turn_id } = await client.next("response.audio");
  client.type("Stop.");
  await client.next("response.end", (message) => message.turn_id !== turn_id);
  const atInterruption = client.ofTurn(turn_id).length;
  // Takes as long to send as what is left of the first.
  await client.session.say("A word and another one. ".repeat(4));
  expect(client.ofTurn(turn_id)).toHaveLength(atInterruption);
});

test("what else an object with hooks holds is its own", async () => {
  const scenario = {
    // Names that a script has inside of this server.
    received: [] as string[],
    closed: false,
    replied: 0,
    progress: 0.5,
    userTyped(turn: Turn, text: string) {
      this.received.push(text);
      turn.text(`That was number ${this.received.length}.`);
    },
  };
  const server = await startServer({ scenario });
  const client = await connect(server);
  client.type("One.");
  expect((await client.next("response.text")).content).toBe("That was number 1.");
  await client.next("response.end");
  const ended = new Promise((resolve) => server.on("session-closed", resolve));
  client.socket.close();
  await ended;
  expect(client.session.unmet).toEqual([]);
  await expect(client.session.waitForScript()).rejects.toThrow(/follows no script/);
});

test.each([
  [{ prewarm: "Hello.", start() {} }, /scenario\.prewarm is the text "Hello\."\. It is a list of texts/],
  [{ prewarm: ["Hello.", 7] }, /scenario\.prewarm\[1\] is the number 7/],
  [{ trigger: "push-to-talk", start() {} }, /scenario\.trigger is the text "push-to-talk"\. It is "automatic" or/],
  [{ start: "Hello." }, /scenario\.start is the text "Hello\."\. It is a function/],
])("a scenario with a field that cannot be right is refused: %o", async (scenario, message) => {
  await expect(startServer({ scenario: scenario as never })).rejects.toThrow(message);
});
