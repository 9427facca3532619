import { expect } from "vitest";
import type { Scenario } from "../src/index.js";
import { concatenate } from "../src/pcm.js";
import type { TestClient } from "./client.js";
import { noise } from "./speech.js";

/** Returns data, says nothing. */
export const quietEcho: Scenario = { userData: (turn, data) => turn.data(data) };

/** Talks with `quietEcho` until told to stop: every message is answered in order, every sample arrives. */
export async function expectUndisturbed(client: TestClient, isOver: () => boolean): Promise<void> {
  const spoken: Int16Array[] = [];
  for (let n = 0; n < 5 || !isOver(); n++) {
    const pcm = noise(20, -70 - (n % 7));
    spoken.push(pcm);
    client.speak(pcm);
    client.send({ type: "client.response.data", data: { n } });
    await client.next("response.data", ({ content }) => (content as { n: number }).n === n);
  }
  expect(client.session.received.faults).toEqual([]);
  expect(client.session.received.audio).toEqual(concatenate(spoken));
  expect(client.messages.map((message) => message.type === "response.data" && message.content)).toEqual(
    spoken.map((_, n) => ({ n })),
  );
  expect(client.session.closed).toBe(false);
}
