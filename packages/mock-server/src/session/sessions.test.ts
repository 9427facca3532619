import { once } from "node:events";
import { expect, test } from "vitest";
import { quietEcho } from "../../test/bystander.js";
import { connect, startServer, type TestClient } from "../../test/client.js";

const secondOfAudio = new Int16Array(8000);

/** What a client has sent is recorded when the server has answered what came behind it. */
async function speakFor(client: TestClient, seconds: number, mark: string): Promise<void> {
  for (let second = 0; second < seconds; second++) client.speak(secondOfAudio);
  client.send({ type: "client.response.data", data: { mark } });
  await client.next("response.data", ({ content }) => JSON.stringify(content) === JSON.stringify({ mark }));
}

test("records that are too large together forget the oldest closed session, then the older half of the fullest", async () => {
  // A second of audio is 50 frames of 470 characters.
  const server = await startServer({ scenario: quietEcho, limits: { recordBytes: 1_500_000 } });
  const [first, second, quiet, full] = [
    await connect(server),
    await connect(server),
    await connect(server),
    await connect(server),
  ];
  for (const client of [first, second]) {
    await speakFor(client, 20, "last");
    const closed = once(client.socket, "close");
    client.socket.close();
    await closed;
  }
  await speakFor(quiet, 1, "quiet");
  expect(server.sessions).toEqual([first, second, quiet, full].map(({ session }) => session));

  await speakFor(full, 20, "once");
  expect(server.sessions).toEqual([second, quiet, full].map(({ session }) => session));
  // Whoever still holds the forgotten one can read it.
  expect(first.session.received.audio.length).toBe(20 * 8000);

  await speakFor(full, 100, "often");
  expect(server.sessions).toEqual([quiet, full].map(({ session }) => session));
  expect(quiet.session.received.audio.length).toBe(8000);
  const kept = full.session.received.audio.length / 8000;
  expect(kept).toBeGreaterThan(20);
  expect(kept).toBeLessThan(60);
  expect(full.session.received.messages.at(-1)?.message).toEqual({
    type: "client.response.data",
    data: { mark: "often" },
  });
});
