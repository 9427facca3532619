import { toolCallOf } from "@layercode/core/protocol";
import { expect, test } from "vitest";
import { connect, startServer, type TestClient } from "../../../test/client.js";
import { noise, silence } from "../../../test/speech.js";
import type { ScenarioName, Script } from "../../index.js";

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

test("tools: calls a tool of the page with the colour that is named, and says what it answered; else the next one", async () => {
  const client = await meet("tools");
  await client.next("response.text", containing("Name a colour"));
  client.type("Green, please");
  const call = toolCallOf((await client.next("response.data")).content);
  expect(call).toMatchObject({ name: "setAccent", input: { colour: "green" } });
  client.send({
    type: "client.response.data",
    data: { layercode_tool_result: { id: call?.id, output: { painted: true } } },
  });
  await client.next("response.text", containing('The page answered {"painted":true}.'));
  client.type("Another one");
  const { content } = await client.next("response.data", (message) => toolCallOf(message.content)?.id !== call?.id);
  const id = toolCallOf(content)?.id;
  const error = { code: "unknown-tool", message: "There is no such tool." };
  client.send({ type: "client.response.data", data: { layercode_tool_result: { id, error } } });
  await client.next("response.text", containing("That did not work. There is no such tool."));
});

test("what a tool or a user says is no place for what another says", async () => {
  const client = await connect(
    await startServer({
      scenario: { turns: [{ waitFor: "user", tool: { name: "look" }, text: "{output}, {text}, {seconds}" }] },
    }),
  );
  client.type("{output}");
  const call = toolCallOf((await client.next("response.data")).content);
  client.send({ type: "client.response.data", data: { layercode_tool_result: { id: call?.id, output: "{text}" } } });
  await client.next("response.text", containing('"{text}", {output}, 0.0 seconds'));
});

test("a turn with a tool waits for its answer, and an interruption ends that wait", async () => {
  const scenario: Script = {
    turns: [
      { tool: { name: "count" }, text: "There are {output}." },
      { tool: { name: "wait", input: 1 }, text: "Never said." },
      { waitFor: "user", text: "Well." },
    ],
  };
  const client = await connect(await startServer({ scenario }));
  const call = toolCallOf((await client.next("response.data")).content);
  expect(call).toEqual({ id: expect.any(String), name: "count", input: undefined });
  const answer = { layercode_tool_result: { id: call?.id, output: 3 } };
  // The second answer is nobody's.
  for (let n = 0; n < 2; n++) client.send({ type: "client.response.data", data: answer });
  await client.next("response.text", containing("There are 3."));
  await client.next("response.data", ({ content }) => toolCallOf(content)?.name === "wait");
  client.type("Stop");
  await client.next("response.text", containing("Well."));
  expect(client.messages.some((message) => message.type === "response.text" && message.content === "Never said.")).toBe(
    false,
  );
});
