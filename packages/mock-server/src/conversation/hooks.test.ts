import { expect, test } from "vitest";
import { connect, startServer } from "../../test/client.js";
import type { Scenario } from "../index.js";

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
