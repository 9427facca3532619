import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { authorize, connect, startServer, tryToConnect } from "../test/client.js";
import { foreignOrigins } from "../test/foreign-origins.js";
import { assistant, createMockServer, type ReceivedMessage } from "./index.js";

const { start: _, ...silentAtFirst } = assistant;

test("nobody says more than a mebi of characters in one go: not a test, and not a scenario", async () => {
  const log: string[] = [];
  const tooLong = "words ".repeat(200_000);
  const server = await startServer({
    scenario: { start: (turn) => turn.say(tooLong), userTyped: (turn, text) => turn.say(text) },
    log: (line) => log.push(line),
  });
  const client = await connect(server);
  await expect(server.synthesize(tooLong)).rejects.toThrow(/1200000 characters.*at most 1048576/);
  await expect(client.session.say(tooLong)).rejects.toThrow(/1200000 characters/);
  client.type("short enough");
  await client.next("response.text", ({ content }) => content === "short enough");
  expect(client.session.sent.filter(({ message }) => message.type === "response.text")).toHaveLength(1);
  expect(log.filter((line) => /The scenario failed: .*1200000 characters/.test(line))).toHaveLength(1);
});

describe("sessions for tests", () => {
  test("waitForSession gives each connection once, in order", async () => {
    const server = await startServer();
    const [first, second] = [await connect(server), await connect(server)];
    expect(server.sessions).toEqual([first.session, second.session]);
    expect(first.session).not.toBe(second.session);
    await expect(server.waitForSession({ timeoutMs: 1 })).rejects.toThrow(/No client connected within 1 ms/);
  });

  test("carry what was passed at authorization", async () => {
    const server = await startServer();
    const { session, conversationId } = await connect(server, { agentId: "ag-7", metadata: { user: "Ada" } });
    expect(session).toMatchObject({
      agentId: "ag-7",
      metadata: { user: "Ada" },
      conversationId,
      closed: false,
      closing: null,
    });
  });

  test("waitFor finds what came, waits for what comes, and says what did not", async () => {
    const { session, ...client } = await connect(await startServer({ scenario: silentAtFirst }));
    await session.waitFor("client.ready");
    const coming = session.waitFor("client.response.text");
    client.socket.send(JSON.stringify({ type: "client.response.text", content: "one" }));
    const one = await coming;
    expect(one.content).toBe("one");
    const two = session.waitFor("client.response.text", { after: one });
    client.socket.send(JSON.stringify({ type: "client.response.text", content: "two" }));
    expect((await two).content).toBe("two");
    expect(await session.waitFor((message) => message.type === "client.response.text")).toBe(one);
    await expect(session.waitFor("trigger.turn.end", { timeoutMs: 1 })).rejects.toThrow(
      /"trigger.turn.end" did not come: 1 ms have passed. There were: 1 × client.ready, 2 × client.response.text/,
    );
    const never = session.waitFor("trigger.turn.end");
    client.socket.close();
    await expect(never).rejects.toThrow(/closed/);
    await expect(session.waitFor("trigger.turn.start")).rejects.toThrow(/closed/);
  });

  test("say, send, waitForSent, close", async () => {
    const server = await startServer({ scenario: silentAtFirst });
    const client = await connect(server);
    const { session } = client;
    const spoken = await session.say("Good evening.");
    expect(spoken).toEqual({ turnId: expect.any(String), interrupted: false });
    expect((await session.waitForSent("response.text")).content).toBe("Good evening.");
    await client.next("response.end", ({ turn_id }) => turn_id === spoken.turnId);
    const story = session.say("One two three four. ".repeat(50));
    await client.next("response.audio", ({ turn_id }) => turn_id !== spoken.turnId);
    client.type("stop");
    expect((await story).interrupted).toBe(true);
    session.send({ type: "turn.end", role: "assistant", turn_id: "x" });
    expect(await client.next("turn.end")).toMatchObject({ turn_id: "x" });
    const closed = new Promise((resolve) => server.on("session-closed", resolve));
    session.close(4000, "enough");
    const [code, reason] = await once(client.socket, "close");
    expect([code, String(reason)]).toEqual([4000, "enough"]);
    await closed;
    expect(() => session.send({ type: "turn.end" })).toThrow(/closed/);
    expect(session.closing).toEqual({ code: 4000, reason: "enough" });
  });

  test("on tells of sessions and messages until it is undone", async () => {
    const server = await startServer();
    const messages: ReceivedMessage[] = [];
    const closings: (number | undefined)[] = [];
    const off = server.on("message", (_, message) => messages.push(message));
    server.on("session-closed", (session) => closings.push(session.closing?.code));
    const { socket, session } = await connect(server);
    await session.waitFor("client.ready");
    off();
    socket.send('{"type":"client.response.data","data":{}}');
    await session.waitFor("client.response.data");
    expect(messages).toEqual([{ type: "client.ready" }]);
    const closed = new Promise((resolve) => server.on("session-closed", resolve));
    socket.close(1000);
    await closed;
    expect(closings).toEqual([1000]);
  });
});

describe("hostile clients", () => {
  test("unreadable frames are recorded and change nothing", async () => {
    const client = await connect(await startServer({ scenario: silentAtFirst }));
    const frames = [
      "",
      "{",
      "null",
      "[]",
      '{"type":1}',
      '{"type":"client.audio"}',
      '{"type":"vad_events","event":"x"}',
    ];
    for (const frame of frames) client.socket.send(frame);
    client.socket.send(Buffer.from('{"type":"client.response.text","content":"as bytes"}'));
    client.send({ type: "client.audio", content: "no base64!" });
    client.send({ type: "from.the.future", field: 1 });
    client.type("thanks");
    expect((await client.next("response.text")).content).toBe("You are welcome.");
    expect(client.session.received.faults).toHaveLength(frames.length + 1);
    expect(client.session.received.messages.map(({ message }) => message.type)).toContain("unknown");
  });

  test("a tool's result that is nothing of the kind ends nobody", async () => {
    const client = await connect(await startServer({ scenario: "echo" }));
    const odd = JSON.parse('{"toString":null,"valueOf":null}');
    for (const error of [odd, { message: odd }, { code: odd, message: "no" }, null, [], 7])
      client.send({ type: "client.response.data", data: { layercode_tool_result: { id: "x", error } } });
    client.type("still here");
    await client.next("response.text");
  });

  test("any sequence of messages leaves the server up and other sessions undisturbed", async () => {
    const server = await startServer({ scenario: silentAtFirst });
    const other = await connect(server);
    const message = fc.oneof(
      fc.constantFrom(
        { type: "client.ready" },
        { type: "trigger.turn.start", role: "user" },
        { type: "trigger.turn.end", role: "user" },
        { type: "vad_events", event: "vad_start" },
        { type: "vad_events", event: "vad_end" },
        { type: "trigger.response.audio.replay_finished", reason: "completed", turn_id: "x" },
      ),
      fc.record({ type: fc.constant("client.response.text"), content: fc.string({ unit: "binary" }) }),
      fc.record({ type: fc.constant("client.response.data"), data: fc.dictionary(fc.string(), fc.jsonValue()) }),
      fc.record({ type: fc.constant("client.audio"), content: fc.base64String() }),
      fc.record({ type: fc.constantFrom("client.audio", "vad_events", "x"), content: fc.jsonValue() }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(message, fc.string()), { maxLength: 20 }), async (frames) => {
        const client = await connect(server);
        for (const frame of frames) client.socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
        client.send({ type: "client.response.data", data: { last: true } });
        await client.next("response.data", ({ content }) => JSON.stringify(content) === '{"received":{"last":true}}');
        client.socket.terminate();
      }),
      { numRuns: 60 },
    );
    other.type("thanks");
    expect((await other.next("response.text")).content).toBe("You are welcome.");
  });

  test("a frame over 1 MiB ends its own session", async () => {
    const server = await startServer({ scenario: silentAtFirst });
    const [hostile, other] = [await connect(server), await connect(server)];
    hostile.type("x".repeat(1024 * 1024));
    expect((await once(hostile.socket, "close"))[0]).toBe(1009);
    other.type("thanks");
    await other.next("response.text");
  });

  test.each(foreignOrigins)("a page of %s cannot connect, not even with a key", async (origin) => {
    const server = await startServer();
    const { body } = await authorize(server);
    expect(await tryToConnect(server, body.client_session_key, origin)).toBe(403);
    const listed = await startServer({ allowedOrigins: [origin] });
    const granted = await authorize(listed);
    expect(await tryToConnect(listed, granted.body.client_session_key, origin)).toBe("open");
  });

  test.each([
    [["https://app.example/"]],
    [["https://App.example:443"]],
    // As core's own option takes it.
    ["*" as never],
  ])("a page of an origin written as %j can", async (allowedOrigins) => {
    const server = await startServer({ allowedOrigins });
    const { body } = await authorize(server);
    expect(await tryToConnect(server, body.client_session_key, "https://app.example")).toBe("open");
  });

  test("a page of an origin that is none is refused, or answered", async () => {
    const server = await startServer({ allowedOrigins: ["*"] });
    for (const origin of ["x", "null", "https://*.example", ""]) {
      const init = { method: "POST", headers: { origin }, body: '{"agent_id":"ag-1"}' };
      expect((await fetch(server.authorizeUrl, init)).status).not.toBe(500);
    }
  });

  test.each([undefined, "http://localhost:5173", "https://127.0.0.2", "http://[::1]:1"])(
    "a page of this machine can: %s",
    async (origin) => {
      const server = await startServer();
      const { body } = await authorize(server);
      expect(await tryToConnect(server, body.client_session_key, origin)).toBe("open");
    },
  );

  test("a handshake that is reset, and one that is nonsense", async () => {
    const server = await startServer();
    for (const target of ["/v1/agents/web/websocket", "//[", "/else"]) {
      const socket = connectTcp(server.port, "127.0.0.1");
      socket.on("error", () => {});
      socket.write(
        `GET ${target} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
          "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
      );
      const [answer] = await once(socket, "data");
      expect(String(answer)).toMatch(/^HTTP\/1\.1 40[14] /);
      socket.resetAndDestroy();
    }
    expect((await authorize(server)).status).toBe(200);
  });
});

describe("options", () => {
  test.each([
    [{ port: 70_000 }, /port is 70000/],
    [{ apiKey: "" }, /apiKey/],
    [{ allowedOrigins: ["app.example"] }, /allowedOrigins is "app\.example"/],
    [{ limits: { jsonDepth: 0 } }, /limits.jsonDepth is 0/],
    [{ trigger: "push-to-talk" as never }, /^trigger is the text "push-to-talk"\. It is "automatic" or "push_to_talk"/],
    [{ agents: { "ag-1": { trigger: "hold" as never } } }, /agents\["ag-1"\]\.trigger is the text "hold"/],
    [{ voice: "robot" as never }, /voice is "robot"\. It is "auto", "flite" or "tone"/],
    [{ maxSessions: NaN }, /maxSessions is NaN/],
    [{ maxSessions: "1" as never }, /maxSessions is "1"/],
    [{ keyLifetimeMs: "60000" as never }, /keyLifetimeMs is "60000"/],
    [{ keyLifetimeMs: -1 }, /keyLifetimeMs is -1/],
    [{ limits: { frames: 1 } as object }, /limits\.frames is not known\. There are: frameBytes, /],
    [{ limits: { frameByte: 1 } as object }, /limits\.frameByte is not known\. Did you mean limits\.frameBytes\?/],
    [{ prot: 1 } as object, /^prot is not known\. Did you mean protocol\?$/],
    [{ Port: 1 } as object, /^Port is not known\. Did you mean port\?$/],
    [{ maxSession: 1 } as object, /^maxSession is not known\. Did you mean maxSessions\?$/],
    [{ protocl: { turnEnd: true } } as object, /^protocl is not known\. Did you mean protocol\?$/],
    [{ constructor: 1 } as object, /^constructor is not known\. There are: port, host, /],
    [
      { agents: { "ag-1": { trigge: "automatic" } as object } },
      /^agents\["ag-1"\]\.trigge is not known\. Did you mean agents\["ag-1"\]\.trigger\?$/,
    ],
    [{ scenario: "nonsense" as "echo" }, /no scenario "nonsense"/],
  ])("%o is refused", async (options, message) => {
    await expect(createMockServer(options)).rejects.toThrow(message);
  });

  test("a taken port is named", async () => {
    const server = await startServer();
    await expect(createMockServer({ port: server.port, voice: "tone" })).rejects.toThrow(
      new RegExp(`${server.port}.*taken`),
    );
  });
});

test("close ends every connection and frees the port, called twice or not", async () => {
  const server = await startServer();
  const client = await connect(server);
  const ended = once(client.socket, "close");
  // A client that was refused and never hangs up.
  const lingering = connectTcp({ port: server.port, host: "127.0.0.1", allowHalfOpen: true });
  onTestFinished(() => void lingering.destroy());
  lingering.write("GET /else HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
  await once(lingering, "data");
  await Promise.all([server.close(), server.close()]);
  expect((await ended)[0]).toBe(1001);
  const next = await startServer({ port: server.port });
  expect(next.port).toBe(server.port);
});
