import { once } from "node:events";
import { expect, test } from "vitest";
import { connect, startServer, type TestClient } from "../../test/client.js";
import { noise, silence } from "../../test/speech.js";
import type { ReceivedMessage, Script } from "../index.js";

async function follow(script: Script): Promise<TestClient> {
  return connect(await startServer({ scenario: script }));
}

/** Resolves when the script is over and the client has read all of it. */
async function end(client: TestClient): Promise<void> {
  await client.session.waitForScript();
  await readAll(client);
}

async function readAll({ socket }: TestClient): Promise<void> {
  socket.ping();
  await once(socket, "pong");
}

/** What the agent said, one text a turn. */
function said(client: TestClient): string[] {
  return client.messages.flatMap((message) => (message.type === "response.text" ? [message.content] : []));
}

function turnStarts(client: TestClient): number {
  return client.messages.filter((message) => message.type === "turn.start" && message.role === "assistant").length;
}

/** Loud enough to be a voice, and then silence that ends the turn. */
function speak(client: TestClient): void {
  client.speak(silence(500));
  client.speak(noise(1000, -20));
  client.speak(silence(1500));
}

test("turns that wait for nothing follow one another, each a turn of its own", async () => {
  const client = await follow({ turns: [{ say: "One." }, { text: "Two." }, { say: ["Three.", "Four."] }] });
  await end(client);
  expect(said(client)).toEqual(["One.", "Two.", "Three.", " Four."]);
  expect(turnStarts(client)).toBe(3);
  expect(client.messages.filter(({ type }) => type === "response.end")).toHaveLength(3);
});

test("in a turn: data, messages as they are, text, speech", async () => {
  const client = await follow({
    turns: [
      {
        say: "Spoken.",
        text: "Written.",
        send: { type: "turn.end", role: "user", turn_id: "x" },
        data: [null, { a: 1 }],
      },
    ],
  });
  await end(client);
  const types = client.messages.map(({ type }) => type).filter((type, i, all) => type !== all[i - 1]);
  expect(types).toEqual(["response.data", "turn.end", "turn.start", "response.text", "response.audio", "response.end"]);
  expect(client.messages[0]).toMatchObject({ content: [null, { a: 1 }] });
});

test("waits for what the user types or says, and says it back", async () => {
  const client = await follow({
    turns: [
      { waitFor: "user", say: "You typed {text}." },
      { waitFor: "user", transcript: "good morning", say: "You said {text}, in {seconds}." },
    ],
  });
  client.type("hello {seconds}");
  const { turn_id } = await client.next("response.end");
  client.send({ type: "trigger.response.audio.replay_finished", reason: "completed", turn_id });
  speak(client);
  await end(client);
  expect(said(client)[0]).toBe("You typed hello {seconds}.");
  expect(said(client)[1]).toMatch(/^You said good morning, in 1\.\d seconds?\.$/);
  expect((await client.next("user.transcript", ({ content }) => content === "good morning")).turn_id).toBeTruthy();
});

test("waits for messages: by type, or by some of their fields", async () => {
  const client = await follow({
    turns: [
      { waitFor: { type: "client.response.data", data: { step: { done: true } } }, text: "Done." },
      { waitFor: "trigger.turn.start", text: "Pressed." },
      { waitFor: "client.audio", text: "Heard." },
    ],
  });
  client.send({ type: "client.response.data", data: { step: { done: false } } });
  client.send({ type: "client.response.data", data: { step: { done: true, more: 1 } } });
  await client.next("response.text", ({ content }) => content === "Done.");
  client.send({ type: "trigger.turn.start", role: "user" });
  await client.next("response.text", ({ content }) => content === "Pressed.");
  client.speak(silence(20));
  await end(client);
  expect(turnStarts(client)).toBe(3);
});

test("what came while the agent was still busy counts; what it has acted on since does not", async () => {
  const client = await follow({
    turns: [
      { say: "A long and winding sentence to send data into." },
      { waitFor: "client.response.data", text: "Early data." },
      { waitFor: "client.response.data", expect: { withinMs: 30 }, text: "Late data." },
    ],
  });
  await client.next("response.audio");
  client.send({ type: "client.response.data", data: { first: true } });
  client.send({ type: "client.response.data", data: { second: true } });
  await expect(client.session.waitForScript()).rejects.toThrow(
    /turns\[2\], which waits for "client.response.data": nothing came within 30 ms/,
  );
  await readAll(client);
  expect(said(client).slice(1)).toEqual(["Early data.", "Late data."]);
});

test("what came before the agent's last word counts too, if nothing was waited for since", async () => {
  const client = await follow({
    turns: [
      { say: "One two three four. ".repeat(5) },
      { text: "Five." },
      { waitFor: "client.response.data", text: "Data." },
    ],
  });
  await client.next("response.audio");
  client.send({ type: "client.response.data", data: {} });
  await end(client);
  expect(said(client).slice(1)).toEqual(["Five.", "Data."]);
});

test("audio counts only while it is waited for: it never stops coming", async () => {
  const client = await follow({
    turns: [{ waitFor: "client.response.data" }, { waitFor: "client.audio", text: "Heard." }],
  });
  client.speak(silence(20));
  client.send({ type: "client.response.data", data: {} });
  await expect(client.session.waitForScript({ timeoutMs: 100 })).rejects.toThrow(/it is at turns\[1\]/);
  client.speak(silence(20));
  await end(client);
});

test("a user who interrupts goes to the next turn that waits; those between are left out", async () => {
  const client = await follow({
    turns: [
      { say: "One two three four. ".repeat(30), expect: { interrupted: true } },
      { say: "Never said." },
      { waitFor: "user", say: "You said {text}." },
    ],
  });
  await client.next("response.audio");
  client.type("stop");
  await end(client);
  expect(said(client).slice(1)).toEqual(["You said stop."]);
});

test("by voice too: the speech that interrupted is the answer", async () => {
  const client = await follow({
    turns: [
      { say: "One two three four. ".repeat(30) },
      { waitFor: "speech", transcript: "wait", say: "You said {text}." },
    ],
  });
  await client.next("response.audio");
  speak(client);
  await end(client);
  expect(said(client).slice(1)).toEqual(["You said wait."]);
});

test("a user who goes on while the agent thinks is waited for again", async () => {
  const client = await follow({ turns: [{ waitFor: "user", pauseMs: 200, say: "You said {text}." }] });
  client.type("half a");
  client.type("whole sentence");
  await end(client);
  expect(said(client)).toEqual(["You said whole sentence."]);
});

test("repeatFrom begins again from there", async () => {
  const client = await follow({ turns: [{ text: "Begin." }, { waitFor: "user", text: "{text}!" }], repeatFrom: 1 });
  for (const word of ["one", "two", "three"]) {
    client.type(word);
    await client.next("response.text", ({ content }) => content === `${word}!`);
  }
  await end(client);
  expect(said(client)).toEqual(["Begin.", "one!", "two!", "three!"]);
});

test("an expectation that is not met is recorded, and the script goes on", async () => {
  const lines: string[] = [];
  const server = await startServer({
    scenario: {
      turns: [
        { waitFor: "user", expect: { text: "yes", spokenMs: { min: 500 } }, say: "I see." },
        { waitFor: "client.response.data", expect: { message: { data: { size: 4, kind: "b" } } } },
        { text: "Over.", expect: { interrupted: true } },
      ],
    },
    log: (line) => lines.push(line),
  });
  const client = await connect(server);
  client.type("No");
  await client.next("response.end");
  client.send({ type: "client.response.data", data: { size: 5, kind: "b", extra: 1 } });
  const failure = await client.session.waitForScript().catch(String);
  expect(client.session.unmet.map(({ turn, error }) => [turn, error.message])).toEqual([
    [0, 'turns[0], which waits for "user": expected the user to say "yes", the user said "No".'],
    [0, 'turns[0], which waits for "user": expected from 500 to Infinity ms of speech, there were 0.'],
    [1, 'turns[1], which waits for "client.response.data": in "client.response.data", data.size is 5, expected 4.'],
    [2, "turns[2]: expected the user to interrupt."],
  ]);
  for (const { error } of client.session.unmet) {
    expect(failure).toContain(error.message);
    expect(String(client.session.timeline)).toContain(error.message);
    expect(lines.some((line) => line.endsWith(error.message))).toBe(true);
  }
  expect(client.session.received.faults).toEqual([]);
});

test("waitForScript says where a script stands: late, closed, or not a script", async () => {
  const script: Script = { turns: [{ text: "Hello." }, { waitFor: { type: "vad_events", event: "vad_start" } }] };
  const client = await follow(script);
  await client.next("response.end");
  await expect(client.session.waitForScript({ timeoutMs: 10 })).rejects.toThrow(
    /did not end within 10 ms: it is at turns\[1\], which waits for {"type":"vad_events","event":"vad_start"}/,
  );
  const waiting = client.session.waitForScript();
  client.socket.close();
  await expect(waiting).rejects.toThrow(/closed before the script ended: it was at turns\[1\]/);
  await expect(client.session.waitForScript()).rejects.toThrow(/closed before the script ended/);
  const other = await connect(await startServer({ scenario: {} }));
  await expect(other.session.waitForScript()).rejects.toThrow(/follows no script/);
});

test("nothing of a script outlives its connection", async () => {
  const server = await startServer({
    scenario: {
      turns: [
        { waitFor: "user", expect: { withinMs: 20 }, text: "Late." },
        { pauseMs: 20, text: "Later." },
      ],
    },
  });
  const client = await connect(server);
  await client.session.waitFor("client.ready");
  const closed = new Promise((resolve) => server.on("session-closed", resolve));
  client.socket.close();
  await closed;
  const other = await connect(server);
  // The other's deadline and pause began later, and are over.
  await other.session.waitForScript().catch(() => {});
  expect(client.session.unmet).toEqual([]);
  expect(client.session.sent).toEqual([]);
});

test("every connection follows the script from its beginning", async () => {
  const server = await startServer({
    scenario: { turns: [{ text: "Hello." }, { waitFor: "user", text: "Bye, {text}." }] },
  });
  const [ada, bob] = [await connect(server), await connect(server)];
  ada.type("Ada");
  await end(ada);
  bob.type("Bob");
  await end(bob);
  expect([said(ada), said(bob)]).toEqual([
    ["Hello.", "Bye, Ada."],
    ["Hello.", "Bye, Bob."],
  ]);
});

test("the script's trigger is that of its config, unless the config has one", async () => {
  const turns = [{ text: "Hello." }];
  const script: Script = { trigger: "push_to_talk", turns };
  const triggerOf = async (options: Parameters<typeof startServer>[0]) => {
    const server = await startServer(options);
    const response = await fetch(server.authorizeUrl, { method: "POST", body: '{"agent_id":"ag-1"}' });
    const { config } = (await response.json()) as { config?: { transcription?: { trigger?: string } } };
    return config?.transcription?.trigger;
  };
  expect(await triggerOf({ scenario: script })).toBe("push_to_talk");
  expect(await triggerOf({ scenario: { turns } })).toBe("automatic");
  expect(await triggerOf({ agents: { "ag-1": { scenario: script } } })).toBe("push_to_talk");
  expect(await triggerOf({ scenario: script, config: { vad: {} } })).toBe("push_to_talk");
  expect(await triggerOf({ scenario: script, config: { transcription: { trigger: "automatic" } } })).toBe("automatic");
  expect(await triggerOf({ scenario: script, trigger: "automatic" })).toBe("automatic");
  expect(await triggerOf({ scenario: script, config: null })).toBeUndefined();
});

test("a message that several hooks could take is taken once", async () => {
  const seen: ReceivedMessage[] = [];
  const server = await startServer({ scenario: { turns: [{ waitFor: "client.response.text", text: "1" }] } });
  server.on("message", (_, message) => seen.push(message));
  const client = await connect(server);
  client.type("hello");
  await end(client);
  expect(client.session.unmet).toEqual([]);
  expect(turnStarts(client)).toBe(1);
});

test("a turn can make things go wrong, and drop the connection as its last", async () => {
  const server = await startServer({
    scenario: {
      turns: [
        { text: "Hello.", inject: ["unknown", { text: '{"type":"turn.end","role":"user","turn_id":"injected"}' }] },
        { waitFor: "user", faults: { toClient: { stalled: true } }, text: "Held back." },
        { waitFor: "client.response.data", faults: {}, text: "Released." },
        { waitFor: "client.response.data", faults: { drop: { how: "close", code: 4001 } } },
      ],
    },
  });
  const client = await connect(server, { ready: false });
  const frames: string[] = [];
  client.socket.removeAllListeners("message").on("message", (data) => frames.push(String(data)));
  client.send({ type: "client.ready" });
  client.type("go on");
  const held = await client.session.waitForSent((message) => "content" in message && message.content === "Held back.");
  client.send({ type: "client.response.data", data: { go: "on" } });
  await client.session.waitForSent((message) => "content" in message && message.content === "Released.");
  const closed = once(client.socket, "close");
  client.send({ type: "client.response.data", data: { go: "away" } });
  await client.session.waitForScript();
  expect((await closed)[0]).toBe(4001);
  expect(frames.some((frame) => frame.includes("injected"))).toBe(true);
  const position = (text: string) => frames.findIndex((frame) => frame.includes(text));
  expect(position("Held back.")).toBeGreaterThan(position("Hello."));
  expect(position("Released.")).toBeGreaterThan(position("Held back."));
  expect(held).toMatchObject({ type: "response.text" });
});
