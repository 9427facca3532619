import { once } from "node:events";
import type { Socket } from "node:net";
import { parseServerMessage } from "@layercode/core/protocol";
import { describe, expect, test } from "vitest";
import { authorize, connect, startServer, type TestClient, tryToConnect } from "../../test/client.js";
import type { Scenario } from "../index.js";

/** Answers `data` with what it was, and says nothing by itself. */
const answering: Scenario = { userData: (turn, data) => turn.data(data) };

const startQuiet = (options: Parameters<typeof startServer>[0] = {}) =>
  startServer({ scenario: answering, ...options });

function ask(client: TestClient, n: number): void {
  client.send({ type: "client.response.data", data: { n } });
}

function answers(client: TestClient): unknown[] {
  return client.messages.flatMap((message) =>
    message.type === "response.data" ? [(message.content as { n: number }).n] : [],
  );
}

const answer = (client: TestClient, n: number) =>
  client.next("response.data", ({ content }) => (content as { n?: number }).n === n);

/** Every frame that comes from now on, readable or not. */
function rawFrames(client: TestClient): string[] {
  const frames: string[] = [];
  client.socket.removeAllListeners("message");
  client.socket.on("message", (data) => frames.push(data.toString()));
  return frames;
}

async function closing(client: TestClient): Promise<[number, string]> {
  const [code, reason] = await once(client.socket, "close");
  return [code, String(reason)];
}

/** Resolves when what was sent to the client before has come: the pong comes behind it. */
async function roundTrip(client: TestClient): Promise<void> {
  client.socket.ping();
  await once(client.socket, "pong");
}

describe("slow lines", () => {
  test("latency and jitter both ways keep the order", async () => {
    const client = await connect(await startQuiet({ faults: { latencyMs: 5, jitterMs: 20 } }));
    const numbers = Array.from({ length: 50 }, (_, n) => n);
    for (const n of numbers) ask(client, n);
    await answer(client, 49);
    expect(answers(client)).toEqual(numbers);
  });

  test.each(["toClient", "toServer"] as const)("latency %s leaves the other way alone", async (direction) => {
    const client = await connect(await startQuiet());
    await client.session.waitFor("client.ready");
    client.session.faults.set({ [direction]: { latencyMs: 60_000 } });
    ask(client, 1);
    client.session.send({ type: "response.data", content: { n: 2 }, turn_id: "x" });
    await roundTrip(client);
    await roundTrip(client);
    expect(answers(client)).toEqual(direction === "toClient" ? [] : [2]);
    expect(client.session.received.messages).toHaveLength(direction === "toServer" ? 1 : 2);
    client.session.faults.set({});
    await answer(client, 1);
    expect(answers(client).toSorted()).toEqual([1, 2]);
  });

  test("a clean goodbye comes behind what was under way", async () => {
    const client = await connect(await startQuiet());
    client.session.faults.set({ latencyMs: 60_000 });
    const goodbye = client.session.waitFor("client.response.text");
    client.type("goodbye");
    client.socket.close(1000);
    expect((await goodbye).content).toBe("goodbye");

    const other = await connect(await startQuiet());
    other.session.faults.set({ latencyMs: 60_000 });
    other.session.send({ type: "response.data", content: { n: 1 }, turn_id: "x" });
    other.session.close(4000);
    expect((await closing(other))[0]).toBe(4000);
    expect(answers(other)).toEqual([1]);
  });

  test("healing lets pass at once what was slow", async () => {
    const client = await connect(await startQuiet({ faults: { kilobitsPerSecond: 0.01, latencyMs: 60_000 } }));
    ask(client, 1);
    ask(client, 2);
    await roundTrip(client);
    client.session.faults.set({});
    ask(client, 3);
    await answer(client, 3);
    expect(answers(client)).toEqual([1, 2, 3]);
  });
});

describe("stalls", () => {
  test.each(["toClient", "toServer"] as const)("%s holds everything until it is resumed", async (direction) => {
    const client = await connect(await startQuiet());
    await client.session.waitFor("client.ready");
    client.session.faults.stall(direction);
    ask(client, 1);
    ask(client, 2);
    // The pong comes behind both; a stall holds frames, not the line.
    await roundTrip(client);
    await roundTrip(client);
    expect(answers(client)).toEqual([]);
    expect(client.session.received.messages).toHaveLength(direction === "toServer" ? 1 : 3);
    client.session.faults.resume(direction);
    await answer(client, 2);
    expect(answers(client)).toEqual([1, 2]);
  });

  test("a stalled server stalls who comes next, and still closes at once", async () => {
    const server = await startQuiet();
    server.faults.stall();
    const client = await connect(server);
    ask(client, 1);
    await roundTrip(client);
    expect(client.session.received.messages).toEqual([]);
    const closed = closing(client);
    await server.close();
    expect((await closed)[0]).toBe(1001);
  });

  test("a pending drop survives a stall", async () => {
    const client = await connect(await startQuiet());
    client.session.faults.set({ drop: { how: "close", code: 4001, afterMs: 20 } });
    client.session.faults.stall();
    client.session.faults.resume();
    expect((await closing(client))[0]).toBe(4001);
  });
});

describe("drops", () => {
  test("with a close code and a reason", async () => {
    const client = await connect(await startQuiet());
    client.session.faults.drop({ how: "close", code: 1012, reason: "restart" });
    expect(await closing(client)).toEqual([1012, "restart"]);
  });

  test("by a TCP reset: by default, after a time, and for every connection at once", async () => {
    const server = await startQuiet();
    const clients = [await connect(server), await connect(server)];
    const ends = clients.map(async (client) => {
      // What ws keeps to itself.
      const [error] = await once((client.socket as unknown as { _socket: Socket })._socket, "error");
      return (error as NodeJS.ErrnoException).code;
    });
    server.faults.drop();
    expect(await Promise.all(ends)).toEqual(["ECONNRESET", "ECONNRESET"]);
    server.faults.set({ drop: { how: "reset", afterMs: 1 } });
    const next = await connect(server);
    expect((await closing(next))[0]).toBe(1006);
  });

  test("by silence: the line looks alive, and nothing comes, not even an answer to a goodbye", async () => {
    const server = await startQuiet();
    const [client, other] = [await connect(server), await connect(server)];
    await client.session.waitFor("client.ready");
    const frames = rawFrames(client);
    client.session.faults.drop({ how: "silence" });
    ask(client, 1);
    client.session.send({ type: "response.data", content: {}, turn_id: "x" });
    client.socket.on("pong", () => frames.push("pong"));
    client.socket.on("close", () => frames.push("close"));
    client.socket.ping();
    client.socket.close();
    // Whatever it had to say would have come by now.
    for (const n of [1, 2, 3]) {
      ask(other, n);
      await answer(other, n);
    }
    expect([frames, client.session.closed]).toEqual([[], false]);
    expect(client.session.received.messages).toHaveLength(1);
    const ended = new Promise((resolve) => server.on("session-closed", resolve));
    client.socket.terminate();
    expect(await ended).toBe(client.session);
  });

  test("a server that has fallen silent closes all the same", async () => {
    const server = await startQuiet();
    const client = await connect(server);
    server.faults.drop({ how: "silence" });
    const closed = closing(client);
    await server.close();
    expect((await closed)[0]).toBe(1006);
  });
});

describe("spoilt frames", () => {
  test("injected: malformed, unknown, any text, the last frame again, the next one late", async () => {
    const client = await connect(await startQuiet());
    await client.session.waitFor("client.ready");
    const frames = rawFrames(client);
    const { session } = client;
    session.send({ type: "response.data", content: 1, turn_id: "x" });
    const first = JSON.stringify({ type: "response.data", content: 1, turn_id: "x" });
    session.faults.inject("duplicate");
    session.faults.inject("malformed");
    session.faults.inject("unknown");
    session.faults.inject({ text: "anything" });
    session.faults.inject("late");
    session.send({ type: "response.data", content: 2, turn_id: "x" });
    session.send({ type: "response.data", content: 3, turn_id: "x" });
    while (frames.length < 7) await once(client.socket, "message");
    expect([frames[0], frames[1], frames[4]]).toEqual([first, first, "anything"]);
    expect(parseServerMessage(frames[2]!).ok).toBe(false);
    expect(JSON.parse(frames[3]!).type).toMatch(/^mock\.unknown/);
    expect(frames.slice(5).map((frame) => JSON.parse(frame).content)).toEqual([3, 2]);
  });

  test("by chance: the same seed spoils the same frames", async () => {
    const spoilt = async (seed: number) => {
      const faults = { seed, frames: { malformed: 0.2, unknown: 0.2, duplicate: 0.2 } };
      const client = await connect(await startQuiet({ faults }));
      await client.session.waitFor("client.ready");
      const frames = rawFrames(client);
      for (let n = 0; n < 40; n++) client.session.send({ type: "response.data", content: n, turn_id: "x" });
      await roundTrip(client);
      return frames;
    };
    const frames = await spoilt(7);
    expect(frames.length).toBeGreaterThan(45);
    expect(await spoilt(7)).toEqual(frames);
    expect(await spoilt(8)).not.toEqual(frames);
  });

  test("a hook of a scenario makes things go wrong", async () => {
    const scenario: Scenario = {
      userTyped(turn) {
        turn.conversation.faults.drop({ how: "close", code: 4002 });
      },
    };
    const client = await connect(await startQuiet({ scenario }));
    client.type("drop me");
    expect((await closing(client))[0]).toBe(4002);
  });
});

describe("authorization", () => {
  test("a status, as often as it says, at both doors", async () => {
    const server = await startQuiet({ faults: { authorize: { status: 503, error: "Down for a moment.", times: 2 } } });
    expect(await authorize(server)).toEqual({ status: 503, body: { error: "Down for a moment." } });
    const response = await fetch(server.authorizeUrl, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"agent_id":"ag-1"}',
    });
    expect([response.status, await response.json()]).toEqual([503, { error: "Down for a moment." }]);
    expect((await authorize(server)).status).toBe(200);
    server.faults.set({ authorize: { status: 200 } });
    expect(await authorize(server)).toEqual({ status: 200, body: { error: expect.any(String) } });
    server.faults.set({});
    expect((await authorize(server)).body.client_session_key).toBeTruthy();
  });

  test("asks to wait, also through the endpoint that pages ask", async () => {
    const server = await startQuiet({ faults: { authorize: { status: 429, retryAfter: 20 } } });
    const body = JSON.stringify({ agent_id: "ag-1", metadata: {}, sdk_version: "1" });
    const headers = { "content-type": "application/json" };
    const response = await fetch(server.authorizeUrl, { method: "POST", headers, body });
    expect([response.status, response.headers.get("retry-after")]).toEqual([429, "20"]);
  });

  test("slow: a key all the same", async () => {
    const server = await startQuiet({ faults: { authorize: { delayMs: 5 } } });
    expect((await authorize(server)).body.client_session_key).toBeTruthy();
  });

  test.each([{ hang: true }, { delayMs: 60_000 }])(
    "%j waits until the caller hangs up or the server closes",
    async (fault) => {
      const server = await startQuiet({ faults: { authorize: fault } });
      const hangUp = new AbortController();
      const ask = (signal: AbortSignal) =>
        fetch(server.authorizeUrl, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: '{"agent_id":"ag-1"}',
          signal,
        }).then(
          () => "answered",
          () => "no answer",
        );
      const waiting = [ask(hangUp.signal), ask(new AbortController().signal)];
      // Another agent's page goes on meanwhile.
      expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
      hangUp.abort();
      expect(await waiting[0]).toBe("no answer");
      await server.close();
      expect(await waiting[1]).toBe("no answer");
    },
  );

  test("an expired key is refused at the socket, a new one is not", async () => {
    const server = await startQuiet();
    const { body: old } = await authorize(server);
    server.faults.expireKeys();
    expect(await tryToConnect(server, old.client_session_key)).toBe(401);
    const { body: fresh } = await authorize(server, { conversation_id: old.conversation_id });
    expect(await tryToConnect(server, fresh.client_session_key)).toBe("open");
    server.faults.set({ expiredKeys: true });
    expect(await tryToConnect(server, fresh.client_session_key)).toBe(401);
    server.faults.set({});
    expect(await tryToConnect(server, fresh.client_session_key)).toBe("open");
  });
});

test("wrong faults are refused where they are said, and change nothing", async () => {
  await expect(startServer({ faults: { latencyMs: -1 } })).rejects.toThrow(/faults\.latencyMs is -1/);
  const server = await startQuiet();
  const client = await connect(server);
  expect(() => server.faults.set({ authorize: { status: 1 } })).toThrow(/authorize\.status is 1/);
  expect(() => client.session.faults.set({ stalled: 1 as never })).toThrow(/stalled is 1/);
  expect(() => server.faults.drop({ how: "x" as never })).toThrow(/how is "x"/);
  ask(client, 1);
  await answer(client, 1);
});
