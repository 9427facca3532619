import { beforeAll, describe, expect, test } from "vitest";
import { connect, startServer, type TestClient } from "../../test/client.js";
import { correlation, join, silence, speech, trim } from "../../test/speech.js";
import { assistant, type Line, type MockServerOptions, type Scenario } from "../index.js";
import { durationOf, microphoneRate, speakerRate } from "../pcm.js";

let question: Int16Array;

beforeAll(async () => {
  const spoken = await speech("What is the weather like in London today?");
  [question] = spoken.map(trim) as [Int16Array];
});

/** The assistant without its welcome, which takes a while. */
const { start: _, ...silentAtFirst } = assistant;

/** A conversation in which nothing was said yet. */
async function converse(options: MockServerOptions = {}): Promise<TestClient> {
  return connect(await startServer({ scenario: silentAtFirst, ...options }));
}

/** Resolves when the server has dealt with all that was sent so far. */
async function settled(client: TestClient): Promise<void> {
  const mark = Math.random();
  client.send({ type: "client.response.data", data: { mark } });
  await client.next("response.data", ({ content }) => JSON.stringify(content).includes(String(mark)));
}

function types(client: TestClient): string[] {
  // Neighbours of one type as one.
  return client.messages.map(({ type }) => type).filter((type, i, all) => type !== all[i - 1]);
}

describe("the welcome", () => {
  test("turn.start, text, audio, end, of one turn", async () => {
    const client = await connect(await startServer());
    const { turn_id } = await client.next("response.end");
    expect(types(client)).toEqual(["turn.start", "response.text", "response.audio", "response.end"]);
    expect(client.ofTurn(turn_id)).toHaveLength(client.messages.length);
    expect(turn_id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(client.messages[0]).toMatchObject({ role: "assistant" });
    expect((await client.next("response.text")).content).toMatch(/no speech recognition/);
  });

  test("is spoken by flite", async () => {
    const server = await startServer({ voice: "flite" });
    expect(server.voice).toBe("flite");
    const client = await connect(server);
    const { turn_id } = await client.next("response.end");
    const text = (await client.next("response.text")).content;
    const heard = client.audioOf(turn_id);
    const [first] = await speech(text.split(/(?<=!)/)[0]!);
    // What was sent, taken down to 8 kHz by leaving samples out, still is what flite says.
    const down = heard.filter((_, i) => i % 2 === 0);
    expect(correlation(trim(first!).slice(0, 4000), down.slice(0, 16000))).toBeGreaterThan(0.9);
  });

  test("does not come before client.ready, and not twice", async () => {
    const client = await connect(await startServer(), { ready: false });
    await settled(client);
    expect(types(client)).toEqual(["response.data"]);
    client.send({ type: "client.ready" });
    client.send({ type: "client.ready" });
    await client.next("response.end");
    await settled(client);
    expect(client.messages.filter(({ type }) => type === "turn.start")).toHaveLength(1);
  });

  test("of a resumed conversation is another", async () => {
    const server = await startServer();
    const first = await connect(server);
    const again = await connect(server, { conversationId: first.conversationId });
    expect((await again.next("response.text")).content).toMatch(/back/);
    expect(again.session.conversationId).toBe(first.session.conversationId);
    expect(again.session.connectionId).not.toBe(first.session.connectionId);
  });
});

test("delta ids are unique and in order", async () => {
  const client = await connect(await startServer());
  const { turn_id } = await client.next("response.end");
  const ids = client.ofTurn(turn_id).flatMap((m) => (m.type === "response.audio" ? [m.delta_id!] : []));
  expect(ids.length).toBeGreaterThan(10);
  expect(ids.map((id) => Number(id.split(":")[1]))).toEqual(ids.map((_, i) => i + 1));
});

test("typed text: the final transcript, then an answer by its content", async () => {
  const client = await converse();
  client.type("What is 2 + 3?");
  const { turn_id } = await client.next("response.end");
  expect(types(client)).toEqual(["user.transcript", "turn.start", "response.text", "response.audio", "response.end"]);
  expect(client.messages[0]).toMatchObject({ content: "What is 2 + 3?" });
  expect((await client.next("response.text")).content).toBe("That is 5.");
  expect(client.messages[0]).not.toMatchObject({ turn_id });
});

test("blank text is no turn", async () => {
  const client = await converse();
  client.type(" \n ");
  await settled(client);
  expect(types(client)).toEqual(["response.data"]);
});

test("data is acknowledged without a turn", async () => {
  const client = await converse();
  client.send({ type: "client.response.data", data: { cart: [1, 2] } });
  expect((await client.next("response.data")).content).toEqual({ received: { cart: [1, 2] } });
  expect(types(client)).toEqual(["response.data"]);
});

describe("a spoken turn", () => {
  test("start, interim, delta and final transcript, then an answer with what was measured", async () => {
    const client = await converse();
    client.speak(join([silence(500), question, silence(1000)]));
    await client.next("response.end");
    expect(types(client)).toEqual([
      "turn.start",
      "user.transcript.interim_delta",
      "user.transcript.delta",
      "user.transcript",
      "turn.start",
      "response.text",
      "response.audio",
      "response.end",
    ]);
    const { turn_id, content } = await client.next("user.transcript");
    expect(client.messages[0]).toEqual({ type: "turn.start", role: "user", turn_id });
    const [, measured] = content.match(/^\((\d+\.\d) seconds of speech\)$/)!;
    expect(Math.abs(Number(measured) * 1000 - durationOf(question.length, microphoneRate))).toBeLessThan(200);
    expect((await client.next("response.text")).content).toContain(`You spoke for ${measured} seconds`);
    const counters = client.ofTurn(turn_id!).flatMap((m) => ("delta_counter" in m ? [m.delta_counter] : []));
    expect(new Set(counters).size).toBe(1);
  });

  test("what arrives is what was said, to the sample", async () => {
    const client = await converse();
    client.speak(question);
    await client.next("user.transcript");
    expect(client.session.received.audio).toEqual(question);
  });

  test("transcribe gives the words, and they are answered", async () => {
    const heard: { samples: number; rate: number }[] = [];
    const server = await startServer({
      scenario: silentAtFirst,
      transcribe(pcm, rate) {
        heard.push({ samples: pcm.length, rate });
        return "What is three plus 4 times 5?";
      },
    });
    const client = await connect(server);
    client.speak(join([question, silence(1000)]));
    expect((await client.next("response.text")).content).toBe("That is 20.");
    expect((await client.next("user.transcript")).content).toBe("What is three plus 4 times 5?");
    expect((await client.next("user.transcript.interim_delta", (m) => m.content.startsWith("What"))).content).toBe(
      "What is three plus",
    );
    expect(heard).toEqual([{ samples: expect.any(Number), rate: 8000 }]);
    expect(heard[0]!.samples).toBeGreaterThan(question.length * 0.9);
  });

  test("a transcribe that fails leaves the measurement", async () => {
    const client = await converse({ transcribe: () => Promise.reject(new Error("no model")) });
    client.speak(join([question, silence(1000)]));
    expect((await client.next("user.transcript")).content).toMatch(/seconds of speech/);
  });

  test("vad_end ends it at once", async () => {
    const client = await converse();
    client.send({ type: "vad_events", event: "vad_start" });
    client.speak(question);
    client.send({ type: "vad_events", event: "vad_end" });
    await settled(client);
    expect(types(client)).toContain("user.transcript");
  });

  test("a client that stops sending in mid-speech has ended it", async () => {
    const client = await converse();
    client.speak(question);
    await settled(client);
    expect(types(client)).not.toContain("user.transcript");
    await client.next("user.transcript");
  });

  test("vad_start without speech is no turn", async () => {
    const client = await converse();
    client.send({ type: "vad_events", event: "vad_start" });
    client.speak(silence(500));
    client.send({ type: "vad_events", event: "vad_end" });
    await settled(client);
    expect(types(client)).toEqual(["response.data"]);
  });
});

describe("barge-in", () => {
  test("speech stops the reply: turn.start user, and not one message more of it", async () => {
    const client = await converse();
    client.type("Tell me a long story");
    const { turn_id } = await client.next("response.audio");
    client.speak(join([question, silence(1000)]));
    const start = await client.next("turn.start", ({ role }) => role === "user");
    await client.next("response.end", (message) => message.turn_id !== turn_id);
    const after = client.messages.slice(client.messages.indexOf(start));
    expect(after.filter((message) => "turn_id" in message && message.turn_id === turn_id)).toEqual([]);
    const story = (await client.next("response.text")).content;
    // Some of the story was never sent: it is paced.
    expect(durationOf(client.audioOf(turn_id).length, speakerRate)).toBeLessThan(story.length * 10);
  });

  test("typed text stops the reply", async () => {
    const client = await converse();
    client.type("Tell me a long story");
    const story = await client.next("response.audio");
    client.type("thanks");
    await client.next("response.end", ({ turn_id }) => turn_id !== story.turn_id);
    const said = client.messages.findIndex((m) => m.type === "user.transcript" && m.content === "thanks");
    expect(client.messages.slice(said).some((m) => "turn_id" in m && m.turn_id === story.turn_id)).toBe(false);
  });

  test("an answer that is still being thought about is dropped when the user goes on", async () => {
    const answers: string[] = [];
    let release = () => {};
    const scenario: Scenario = {
      async userTyped(turn, text) {
        if (text === "slow")
          await new Promise<void>((resolve) => {
            release = resolve;
          });
        await turn.say(`answer to ${text}`);
        answers.push(text);
      },
    };
    const client = await connect(await startServer({ scenario }));
    client.type("slow");
    client.type("quick");
    await client.next("response.end");
    release();
    client.type("again");
    await client.next("response.text", ({ content }) => content === "answer to again");
    await client.next("response.end", () => answers.includes("again"));
    expect(client.messages.filter(({ type }) => type === "response.text")).toHaveLength(2);
    expect(answers).toEqual(["quick", "again"]);
  });

  test("can_interrupt: false: speech is not heard until the client has heard the agent", async () => {
    const server = await startServer({ config: { transcription: { can_interrupt: false } } });
    const client = await connect(server);
    const welcome = await client.next("response.end");
    client.messages.length = 0;
    client.speak(join([question, silence(1000)]));
    await settled(client);
    expect(types(client)).toEqual(["response.data"]);
    client.send({
      type: "trigger.response.audio.replay_finished",
      reason: "completed",
      turn_id: welcome.turn_id,
    });
    client.speak(join([question, silence(1000)]));
    await client.next("user.transcript");
  });
});

describe("push-to-talk", () => {
  test("press, speech, release: a turn; speech without a press: none", async () => {
    const client = await converse({ trigger: "push_to_talk" });
    client.speak(join([question, silence(1000)]));
    await settled(client);
    expect(types(client)).toEqual(["response.data"]);
    client.messages.length = 0;
    client.send({ type: "trigger.turn.start", role: "user" });
    expect((await client.next("turn.start")).role).toBe("user");
    // A pause longer than the hang-over: only the release ends it.
    client.speak(join([question, silence(2000), question]));
    await settled(client);
    expect(types(client)).not.toContain("user.transcript");
    client.send({ type: "trigger.turn.end", role: "user" });
    const seconds = durationOf(question.length * 2, microphoneRate) / 1000 + 2;
    const [, measured] = (await client.next("user.transcript")).content.match(/^\((\d+\.\d) seconds/)!;
    expect(Math.abs(Number(measured) - seconds)).toBeLessThan(0.3);
    await client.next("response.end");
  });

  test("a press without speech is answered as such", async () => {
    const client = await connect(await startServer({ scenario: silentAtFirst }), { agentId: "ag-push-to-talk" });
    client.send({ type: "trigger.turn.start", role: "user" });
    client.send({ type: "trigger.turn.end", role: "user" });
    expect((await client.next("user.transcript")).content).toBe("(nothing was heard)");
    expect((await client.next("response.text")).content).toMatch(/did not hear/);
  });

  test("a press interrupts the agent", async () => {
    const client = await connect(await startServer({ trigger: "push_to_talk" }));
    const { turn_id } = await client.next("response.audio");
    client.send({ type: "trigger.turn.start", role: "user" });
    await client.next("turn.start", ({ role }) => role === "user");
    await settled(client);
    expect(client.messages.some((m) => m.type === "response.end" && m.turn_id === turn_id)).toBe(false);
  });
});

describe("echo", () => {
  test("plays back what it heard", async () => {
    const client = await connect(await startServer({ scenario: "echo" }));
    client.speak(join([silence(300), question, silence(1000)]));
    const { turn_id } = await client.next("response.end");
    const down = client.audioOf(turn_id).filter((_, i) => i % 2 === 0);
    expect(correlation(question, down)).toBeGreaterThan(0.999);
  });

  test("says what was typed and returns data", async () => {
    const client = await connect(await startServer(), { agentId: "ag-echo" });
    client.type("hello there");
    expect((await client.next("response.text")).content).toBe("hello there");
    client.send({ type: "client.response.data", data: { a: 1 } });
    expect((await client.next("response.data")).content).toEqual({ a: 1 });
  });
});

describe("a custom scenario", () => {
  test("is an object with hooks", async () => {
    let history: readonly Line[] = [];
    const scenario: Scenario = {
      transcribe: ({ durationMs }) => (durationMs > 1000 ? "a long question" : null),
      async userSpoke(turn, { transcript }) {
        turn.data({ transcript });
        await turn.say("First.");
        turn.text("Second.");
        await turn.audio(new Int16Array(1600));
        history = [...turn.conversation.history];
      },
    };
    const client = await connect(await startServer({ scenario }));
    client.speak(join([question, silence(1000)]));
    const { turn_id } = await client.next("response.end");
    expect((await client.next("user.transcript")).content).toBe("a long question");
    expect((await client.next("response.data")).content).toEqual({ transcript: "a long question" });
    const text = client.ofTurn(turn_id).flatMap((m) => (m.type === "response.text" ? [m.content] : []));
    expect(text.join("")).toBe("First. Second.");
    expect(history).toEqual([
      { role: "user", text: "a long question" },
      { role: "assistant", text: "First." },
      { role: "assistant", text: "Second." },
    ]);
  });

  test("that throws ends its turn and nothing else", async () => {
    const lines: string[] = [];
    const scenario: Scenario = {
      userTyped(turn, text) {
        turn.text("So far.");
        if (text === "fail") throw new Error("out of ideas");
      },
    };
    const client = await connect(await startServer({ scenario, log: (line) => lines.push(line) }));
    client.type("fail");
    await client.next("response.end");
    client.type("go on");
    await client.next("user.transcript", ({ content }) => content === "go on");
    expect(lines.join()).toMatch(/out of ideas/);
  });

  test("with two sentences at once says them one after the other", async () => {
    const scenario: Scenario = {
      async userTyped(turn) {
        await Promise.all([turn.say("One two three four."), turn.say("Five.")]);
      },
    };
    const client = await connect(await startServer({ scenario }));
    client.type("go");
    const { turn_id } = await client.next("response.end");
    const ids = client.ofTurn(turn_id).flatMap((m) => (m.type === "response.audio" ? [m.delta_id] : []));
    expect(ids).toEqual(ids.map((_, i) => `${turn_id}:${i + 1}`));
  });
});
