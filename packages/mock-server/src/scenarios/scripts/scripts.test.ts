import { expect, test } from "vitest";
import { connect, startServer, type TestClient } from "../../../test/client.js";
import { noise, silence } from "../../../test/speech.js";
import type { ScenarioName } from "../../index.js";

async function meet(scenario: ScenarioName): Promise<TestClient> {
  return connect(await startServer({ scenario }));
}

const containing =
  (part: string) =>
  ({ content }: { content: string }) =>
    content.includes(part);

test("interview: four questions, each after an answer, and its progress as data", async () => {
  const client = await meet("interview");
  await client.next("response.text", containing("What shall I call you?"));
  client.type("Ada");
  await client.next("response.text", containing("What are you building"));
  client.type("An engine");
  await client.next("response.text", containing("hardest part"));
  client.type("The mill");
  await client.next("response.text", containing("otherwise"));
  client.type("Nothing");
  await client.next("response.text", containing("all my questions"));
  const data = client.messages.flatMap((message) => (message.type === "response.data" ? [message.content] : []));
  expect(data).toEqual([1, 2, 3, 4].map((question): unknown => ({ question, of: 4 })).concat({ finished: true }));
  client.type("More?");
  await client.next("response.text", containing("The interview is over"));
});

test("long-monologue: talks for minutes, stops when interrupted, and goes on", async () => {
  const client = await meet("long-monologue");
  const { turn_id } = await client.next("response.audio");
  client.type("stop");
  const again = await client.next("response.text", containing("Where was I?"));
  expect(again.turn_id).not.toBe(turn_id);
  expect(client.ofTurn(turn_id).some(({ type }) => type === "response.end")).toBe(false);
  await client.next("response.audio", (message) => message.turn_id === again.turn_id);
});

test("data-heavy: all of a hundred in order, what is large and odd among them, and more on request", async () => {
  const client = await meet("data-heavy");
  await client.next("response.text", containing("That was all."));
  const data = client.messages.flatMap((message) => (message.type === "response.data" ? [message.content] : []));
  const progress = data.flatMap((content) => {
    const { progress } = Object(content) as { progress?: number };
    return progress === undefined ? [] : [progress];
  });
  expect(progress).toEqual(Array.from({ length: 101 }, (_, i) => i));
  expect(data).toContain(null);
  expect(Math.max(...data.map((content) => JSON.stringify(content).length))).toBeGreaterThan(16 * 1024);
  client.send({ type: "client.response.data", data: { more: true } });
  await client.next("response.text", containing("fifty rows"));
});

test("push-to-talk: its config says so; it hears what is said while the button is held, and nothing else", async () => {
  const client = await meet("push-to-talk");
  const { turn_id } = await client.next("response.end");
  client.send({ type: "trigger.response.audio.replay_finished", reason: "completed", turn_id });
  client.speak(noise(800, -20));
  client.speak(silence(1500));
  client.send({ type: "trigger.turn.start", role: "user" });
  client.speak(noise(800, -20));
  client.send({ type: "trigger.turn.end", role: "user" });
  await client.next("response.text", containing("I heard: (0.8 seconds of speech)"));
  expect(client.messages.filter((message) => message.type === "turn.start" && message.role === "user")).toHaveLength(1);
});
