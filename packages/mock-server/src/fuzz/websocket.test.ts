import { once } from "node:events";
import type { Socket } from "node:net";
import { expect, test } from "vitest";
import { expectUndisturbed, quietEcho } from "../../test/bystander.js";
import { connect, startServer, type TestClient } from "../../test/client.js";
import { deepJson, hostileBytes, hostileFrame, pick, type Random, seeded } from "../../test/hostile-inputs.js";
import { noise } from "../../test/speech.js";
import type { MockServer } from "../index.js";

const inputs = process.env.LONG ? 10_000 : 500;
const clients = 10;

function sendOne(random: Random, { socket }: TestClient): void {
  const kind = random();
  if (kind < 0.9) socket.send(hostileFrame(random));
  else if (kind < 0.95) socket.send(Buffer.from(hostileFrame(random)));
  else if (kind < 0.985) socket.ping(Buffer.alloc(random() * 125));
  else if (kind < 0.99) socket.close(pick(random, [1000, 1001, 3000, 4999]));
  else (socket as unknown as { _socket: Socket })._socket.write(hostileBytes(random));
}

/** One hostile client: it comes back whenever it is thrown out. */
async function attack(server: MockServer, seed: number): Promise<number> {
  const random = seeded(seed);
  let sent = 0;
  while (sent < inputs / clients) {
    const client = await connect(server, { agentId: pick(random, ["ag-echo", "ag-1", "ag-push-to-talk"]) });
    client.socket.on("error", () => {});
    const closed = once(client.socket, "close");
    for (; sent < inputs / clients && client.socket.readyState === client.socket.OPEN; sent++) {
      sendOne(random, client);
      // What the server answers is read meanwhile, and so is its goodbye.
      if (sent % 20 === 0) await new Promise(setImmediate);
    }
    if (client.socket.readyState === client.socket.OPEN) {
      // All that was sent is dealt with when this is: the session is none the worse for it.
      client.socket.ping("last");
      await Promise.race([closed, once(client.socket, "pong")]);
    }
    client.socket.terminate();
  }
  return sent;
}

test(`${inputs} hostile inputs end no session but their own`, async () => {
  const server = await startServer({
    agents: {
      "ag-quiet": { scenario: quietEcho },
      "ag-echo": { scenario: "echo" },
      "ag-1": {},
      "ag-push-to-talk": { trigger: "push_to_talk" },
    },
  });
  const bystander = await connect(server, { agentId: "ag-quiet" });
  const talking = expectUndisturbed(bystander, () => done);
  let done = false;
  const sent = await Promise.all(Array.from({ length: clients }, (_, i) => attack(server, i + 1)));
  done = true;
  expect(sent.reduce((sum, one) => sum + one, 0)).toBe(inputs);
  await talking;
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
}, 120_000);

test.each([
  ["a megabyte of exclamation marks", "!".repeat(1_000_000)],
  ["a megabyte of digits", "1".repeat(1_000_000)],
  ["a megabyte of one-letter sentences", "a. ".repeat(330_000)],
])("%s is answered, and others as well", async (_, text) => {
  const server = await startServer();
  const [hostile, other] = [await connect(server, { agentId: "ag-echo" }), await connect(server)];
  const assisted = await connect(server);
  hostile.type(text);
  assisted.type(text);
  await hostile.next("response.text");
  await assisted.next("response.text", ({ content }) => !content.startsWith("Hello"));
  other.type("thanks");
  await other.next("response.text", ({ content }) => content === "You are welcome.");
});

test("a frame nested too deep is a fault of its session, and nothing more", async () => {
  const client = await connect(await startServer({ scenario: "echo" }));
  const random = seeded(7);
  for (let i = 0; i < 20; i++) client.socket.send(deepJson(random));
  client.type("still here");
  await client.next("response.text", ({ content }) => content === "still here");
  expect(client.session.received.faults.map(({ error }) => error.message)).toEqual(
    Array(20).fill("A frame is nested more than 64 levels deep."),
  );
});

test("limits may be narrower", async () => {
  const server = await startServer({ scenario: "echo", limits: { frameBytes: 100, jsonDepth: 2 } });
  const client = await connect(server);
  client.send({ type: "client.response.data", data: { a: {} } });
  client.type("x");
  await client.next("response.text");
  expect(client.session.received.faults).toHaveLength(1);
  client.type("x".repeat(100));
  expect((await once(client.socket, "close"))[0]).toBe(1009);
});

test.each(["answers", "pongs"])(
  "a client that does not read its %s is ended, and no other",
  async (what) => {
    const server = await startServer({ scenario: quietEcho, limits: { unsentBytes: 100_000 } });
    const [slow, other] = [await connect(server), await connect(server)];
    slow.socket.pause();
    const ended = new Promise((resolve) => server.on("session-closed", resolve));
    const flood = setInterval(() => {
      for (let i = 0; i < 100; i++)
        if (what === "answers") slow.send({ type: "client.response.data", data: { padding: "x".repeat(10_000) } });
        else slow.socket.ping(Buffer.alloc(125));
    }, 1);
    await ended;
    clearInterval(flood);
    expect(slow.session.closed).toBe(true);
    other.speak(noise(20, -40));
    other.send({ type: "client.response.data", data: { n: 1 } });
    await other.next("response.data");
    expect(other.session.closed).toBe(false);
  },
  60_000,
);
