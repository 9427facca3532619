import type { MockServerOptions, Scenario, SentMessage } from "../src/index.js";
import { type ConnectOptions, connect, startServer, type TestClient } from "./client.js";
import { recordedSpeech } from "./recorded/js-sdk.js";
import { join, silence } from "./speech.js";

/** What everybody says in the conformance suite. */
export const said = { spoken: "What's the weather in London?", answer: "It is raining.", more: "As it always does." };

/** An agent that is silent until it is asked. */
export const obliging: Scenario = {
  transcribe: () => said.spoken,
  userSpoke: (turn) => turn.say(said.answer),
  async userTyped(turn) {
    await turn.say(said.answer);
    await turn.say(said.more);
  },
  userData: (turn, data) => turn.data(data),
};

export async function converse(options: MockServerOptions = {}, as: ConnectOptions = {}): Promise<TestClient> {
  return connect(await startServer({ scenario: obliging, ...options }), as);
}

/** Resolves when the server has dealt with all that was sent so far. */
export async function settled(client: TestClient): Promise<void> {
  const mark = Math.random();
  client.send({ type: "client.response.data", data: { mark } });
  await client.next("response.data", ({ content }) => JSON.stringify(content).includes(String(mark)));
}

/** A sentence and the silence that ends the turn. */
export function speak(client: TestClient): void {
  client.speak(join([silence(300), recordedSpeech(), silence(1000)]));
}

/** A push-to-talk turn without a sound. */
export function pressAndRelease(client: TestClient): void {
  client.send({ type: "trigger.turn.start", role: "user" });
  client.send({ type: "trigger.turn.end", role: "user" });
}

/** Messages as the server wrote them, neighbours of one form as one: `"turn.start user"`, `"response.audio"`, … */
export function forms(client: TestClient): string[] {
  return client.session.sent
    .map(({ message }) => ("role" in message ? `${message.type} ${message.role}` : message.type))
    .filter((form, i, all) => form !== all[i - 1]);
}

/** Messages of one type as the server wrote them, before any parsing. */
export function wire(client: TestClient, type: string): Record<string, unknown>[] {
  return client.session.sent.flatMap(({ message }): SentMessage[] => (message.type === type ? [message] : []));
}
