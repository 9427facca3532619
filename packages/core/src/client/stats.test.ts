import { FakeDetectingMicrophone, FakeMeasuringSpeaker } from "@layercode/client-testing";
import { stopTime } from "@layercode/client-testing/vitest";
import { describe, expect, test, vi } from "vitest";
import { config, createWorld, pushToTalkConfig, settle } from "../../test/world.js";
import type { AgentConfig, ClientStats, LayercodeClientOptions, TurnSummary } from "../index.js";

stopTime();

const unmeasured = { last: null, median: null, p95: null, count: 0 };
const nothing: ClientStats = {
  session: {
    durationMs: 0,
    connectMs: null,
    reconnects: 0,
    messagesSent: 0,
    messagesReceived: 0,
    bytesSent: 0,
    bytesReceived: 0,
  },
  turns: { count: 0, interrupted: 0, voiceToVoiceMs: unmeasured, responseMs: unmeasured, last: null },
  input: { captureToWireMs: unmeasured, droppedMs: 0, clipping: null, silent: false },
  output: { bufferedMs: null, underruns: 0, silenceMs: 0, stretchedMs: null, concealedMs: null, overflows: 0 },
};

/** A client that is connected; its microphone tells when speech was heard, and its speaker how it plays. */
async function talking(options: Partial<LayercodeClientOptions> = {}, agentConfig: AgentConfig | null = config) {
  const microphone = new FakeDetectingMicrophone();
  const speaker = new FakeMeasuringSpeaker();
  const summaries: TurnSummary[] = [];
  const onTurnSummary = (summary: TurnSummary) => void summaries.push(summary);
  const world = createWorld({ vad: false, onTurnSummary, ...options }, agentConfig, { microphone, speaker });
  await world.connect();
  return Object.assign(world, {
    microphone,
    speaker,
    summaries,
    stats: () => world.client.getStats(),
    /** Both clocks go on. */
    passes(ms: number): void {
      microphone.clock += ms / 1000;
      vi.advanceTimersByTime(ms);
    },
    /** The user has said something, as the server knows. */
    userSpoke(turnId = "u1"): void {
      world.server.userStarts(turnId);
      world.says({ type: "user.transcript", turn_id: turnId, content: "Hello?" });
    },
    /** A reply of 100 ms is there whole. */
    agentReplies(turnId = "a1"): void {
      world.server.agentStarts(turnId);
      world.server.audio(turnId);
      world.server.ends(turnId);
    },
    /** It is heard whole. */
    async plays(turnId = "a1"): Promise<void> {
      speaker.events?.onStarted(turnId);
      speaker.events?.onFinished(speaker.at(turnId));
      await settle();
    },
  });
}

test("before the first connect() nothing is known, and afterwards all of it stays", async () => {
  const world = createWorld();
  expect(await world.client.getStats()).toEqual(nothing);
  await world.connect();
  vi.advanceTimersByTime(1000);
  const { session } = await world.client.getStats();
  expect(session).toMatchObject({ connectMs: expect.any(Number), messagesSent: 1, reconnects: 0 });
  expect(session.durationMs).toBe((session.connectMs ?? 0) + 1000);
  await world.client.disconnect();
  vi.advanceTimersByTime(5000);
  expect((await world.client.getStats()).session).toMatchObject({ ...session, messagesSent: 1 });
  await world.client.dispose();
  expect((await world.client.getStats()).session.durationMs).toBe(session.durationMs);
});

test("another connect() begins anew", async () => {
  const world = await talking();
  world.userSpoke();
  world.agentReplies();
  await world.plays();
  expect((await world.stats()).turns.count).toBe(1);
  await world.client.disconnect();
  await world.connect();
  const { turns, session } = await world.stats();
  expect([turns.count, turns.last, session.messagesReceived]).toEqual([0, null, 0]);
});

describe("the latencies of a turn", () => {
  test("are those of the user who has spoken, by what the microphone heard of it, without a hang-over", async () => {
    const world = await talking();
    const { microphone, speaker, passes } = world;
    microphone.hear({ pcm: new Int16Array(160), time: 9.98, spokenUntil: 9.5 });
    passes(200);
    world.userSpoke();
    passes(300);
    world.server.agentStarts("a1");
    world.server.audio("a1");
    passes(50);
    // Heard a moment later, as the output has it.
    speaker.events?.onStarted("a1", 0, 10.6);
    world.server.ends("a1");
    speaker.events?.onFinished({ ...speaker.at("a1"), stretchedMs: 20, concealedMs: 5 });
    await settle();
    const summary = {
      turnId: "a1",
      conversationId: "lc_conv_1",
      interrupted: false,
      voiceToVoiceMs: expect.closeTo(1100, 6),
      speechEndFrom: "detection",
      responseMs: expect.closeTo(300, 6),
      heardMs: 100,
      underruns: 0,
      silenceMs: 0,
      stretchedMs: 20,
      concealedMs: 5,
    };
    expect(world.summaries).toEqual([summary]);
    speaker.playout = { bufferedMs: 40, stretchedMs: 1, concealedMs: 2 };
    const { turns, output } = await world.stats();
    const once = (ms: number) => ({ last: ms, median: ms, p95: ms, count: 1 });
    expect(turns).toEqual({
      count: 1,
      interrupted: 0,
      voiceToVoiceMs: once(summary.voiceToVoiceMs),
      responseMs: once(summary.responseMs),
      last: summary,
    });
    expect(output).toMatchObject({ bufferedMs: 40, stretchedMs: 21, concealedMs: 7 });
  });

  test("begin with what the server says where nobody listens for speech, and a turn's transcript ends it once", async () => {
    const world = await talking();
    world.server.userStarts("u1");
    world.passes(1000);
    world.says({ type: "turn.end", role: "user", turn_id: "u1" });
    world.passes(100);
    world.says({ type: "user.transcript", turn_id: "u1", content: "Hello?" });
    world.passes(200);
    world.agentReplies();
    world.passes(30);
    await world.plays();
    expect(world.summaries).toMatchObject([
      { speechEndFrom: "server", voiceToVoiceMs: expect.closeTo(330, 6), responseMs: expect.closeTo(300, 6) },
    ]);
  });

  test("a user who goes on has not ended", async () => {
    const world = await talking();
    world.userSpoke("u1");
    world.passes(1000);
    world.userSpoke("u2");
    world.passes(100);
    world.agentReplies();
    await world.plays();
    expect(world.summaries).toMatchObject([{ responseMs: expect.closeTo(100, 6) }]);
  });

  test("begin with the release of push-to-talk, also where the page took it late", async () => {
    const world = await talking({}, pushToTalkConfig);
    await world.client.triggerUserTurnStarted();
    world.server.userStarts("u1");
    world.passes(1000);
    const { timeStamp } = { timeStamp: performance.now() };
    world.passes(200);
    await world.client.triggerUserTurnFinished({ timeStamp });
    world.passes(100);
    world.says({ type: "user.transcript", turn_id: "u1", content: "Hello?" });
    world.passes(100);
    world.agentReplies();
    world.passes(50);
    await world.plays();
    expect(world.summaries).toMatchObject([
      { speechEndFrom: "press", voiceToVoiceMs: expect.closeTo(450, 6), responseMs: expect.closeTo(400, 6) },
    ]);
  });

  test("a typed message is answered, and is no voice, whatever was said before it", async () => {
    const world = await talking();
    world.microphone.hear({ pcm: new Int16Array(160), time: 9.98, spokenUntil: 9.5 });
    await world.client.sendClientResponseText("Hello?");
    world.passes(70);
    world.server.userStarts("u1");
    world.says({ type: "user.transcript", turn_id: "u1", content: "Hello?" });
    world.passes(30);
    world.agentReplies();
    await world.plays();
    expect(world.summaries).toMatchObject([
      { speechEndFrom: null, voiceToVoiceMs: null, responseMs: expect.closeTo(100, 6) },
    ]);
  });

  test("a message that is refused asks for nothing", async () => {
    const world = await talking();
    await expect(world.client.sendClientResponseText(7 as never)).rejects.toThrow(/Pass text/);
    world.passes(100);
    world.agentReplies();
    await world.plays();
    expect(world.summaries).toMatchObject([{ responseMs: null, voiceToVoiceMs: null }]);
  });

  test("an agent that speaks unasked has none; nor is what was answered asked again", async () => {
    const world = await talking();
    world.agentReplies("a0");
    await world.plays("a0");
    world.passes(1000);
    world.microphone.hear({ pcm: new Int16Array(160), time: 10.98, spokenUntil: 10.5 });
    world.userSpoke();
    world.agentReplies("a1");
    await world.plays("a1");
    world.passes(500);
    world.agentReplies("a2");
    await world.plays("a2");
    // Nobody has heard anything newer: what was answered is not answered again.
    world.userSpoke("u2");
    world.agentReplies("a3");
    await world.plays("a3");
    const unasked = { speechEndFrom: null, voiceToVoiceMs: null, responseMs: null };
    expect(world.summaries).toMatchObject([
      unasked,
      { speechEndFrom: "detection" },
      unasked,
      { speechEndFrom: "server" },
    ]);
    expect((await world.stats()).turns.voiceToVoiceMs.count).toBe(2);
  });

  test("with the sound off the reply is what is read: nothing is heard of it", async () => {
    const world = await talking({ audioOutput: false, audioInput: false });
    await world.client.sendClientResponseText("Hello?");
    world.passes(100);
    world.server.agentStarts("a1");
    world.passes(100);
    world.server.text("a1", "Hi.");
    world.server.ends("a1");
    await settle();
    expect(world.summaries).toMatchObject([
      { responseMs: expect.closeTo(200, 6), voiceToVoiceMs: null, heardMs: null },
    ]);
    expect(await world.stats()).toMatchObject({ output: nothing.output, input: nothing.input });
  });
});

describe("turn-summary", () => {
  test("waits for the sound of a turn that is slow to begin, and was acknowledged in its silence", async () => {
    const world = await talking();
    world.server.agentStarts("a1");
    world.server.text("a1", "Well.");
    world.passes(1100);
    expect(world.socket.types).toContain("trigger.response.audio.replay_finished");
    await settle();
    expect(world.summaries).toEqual([]);
    world.server.audio("a1");
    world.server.ends("a1");
    await world.plays("a1");
    expect(world.summaries).toMatchObject([{ turnId: "a1", heardMs: 100, interrupted: false }]);
  });

  test("a turn that was only read, of a server that tells of no end, was whole when the user goes on", async () => {
    const world = await talking();
    world.server.agentStarts("a1");
    world.server.text("a1", "Well.");
    world.passes(1100);
    world.server.userStarts("u1");
    await settle();
    expect(world.summaries).toMatchObject([{ turnId: "a1", heardMs: null, interrupted: false }]);
  });

  test("with the sound off, a user who interrupts what is being written breaks it off", async () => {
    const world = await talking({ audioOutput: false });
    world.server.agentStarts("a1");
    world.server.text("a1", "Well,");
    world.server.userStarts("u1");
    await settle();
    expect(world.summaries).toMatchObject([{ turnId: "a1", interrupted: true }]);
  });

  test("a turn that the session before has ended, and of which the server speaks again, is told of once", async () => {
    const world = await talking();
    world.server.agentStarts("a1");
    world.server.audio("a1");
    await world.client.disconnect();
    await settle();
    expect(world.summaries).toMatchObject([{ turnId: "a1", interrupted: true }]);
    // Another conversation knows nothing of what was broken off, and ignores none of it.
    world.client.setOptions({ ...world.options, conversationId: "lc_conv_2" });
    await world.connect();
    world.agentReplies("a1");
    await world.plays("a1");
    world.agentReplies("a2");
    await world.plays("a2");
    expect(world.summaries).toMatchObject([{ turnId: "a1" }, { turnId: "a2", interrupted: false }]);
    expect((await world.stats()).turns.count).toBe(1);
  });

  test("tells of underruns and how long they were; a turn that goes on is none", async () => {
    const world = await talking();
    const { speaker, server } = world;
    server.agentStarts("a1");
    server.audio("a1");
    speaker.events?.onStarted("a1");
    speaker.events?.onUnderrun(speaker.at("a1", null, 100));
    server.audio("a1");
    speaker.events?.onStarted("a1", 70);
    await settle();
    expect(world.summaries).toEqual([]);
    expect((await world.stats()).output).toMatchObject({ underruns: 1, silenceMs: 70 });
    server.ends("a1");
    speaker.events?.onFinished(speaker.at("a1", null, 200));
    await settle();
    expect(world.summaries).toMatchObject([{ underruns: 1, silenceMs: 70, heardMs: 200, interrupted: false }]);
  });

  test("waits after an interruption for how much was heard", async () => {
    const world = await talking();
    const { speaker, server } = world;
    server.agentStarts("a1");
    server.audio("a1");
    speaker.events?.onStarted("a1");
    server.userStarts("u1");
    await settle();
    expect(world.summaries).toEqual([]);
    speaker.events?.onInterrupted(speaker.at("a1", null, 90), speaker.at("a1", null, 60));
    await settle();
    expect(world.summaries).toMatchObject([{ turnId: "a1", interrupted: true, heardMs: 60 }]);
    // What still comes of it is no turn.
    server.audio("a1");
    server.ends("a1");
    await settle();
    expect(world.summaries.length).toBe(1);
    expect((await world.stats()).turns).toMatchObject({ count: 1, interrupted: 1 });
  });

  test("a player that never says how much was heard holds it up until the next turn", async () => {
    const world = await talking();
    world.agentReplies("a1");
    world.speaker.events?.onStarted("a1");
    world.server.userStarts("u1");
    world.agentReplies("a2");
    await world.plays("a2");
    expect(world.summaries).toMatchObject([
      { turnId: "a1", interrupted: true, heardMs: 0 },
      { turnId: "a2", interrupted: false },
    ]);
  });

  test("a turn that was interrupted before it said anything is one, whether it has a name or not", async () => {
    const world = await talking();
    world.server.agentStarts("a1");
    world.server.userStarts("u1");
    world.says({ type: "turn.start", role: "assistant" });
    world.server.userStarts("u2");
    await settle();
    const unheard = { interrupted: true, heardMs: null, voiceToVoiceMs: null };
    expect(world.summaries).toMatchObject([
      { ...unheard, turnId: "a1" },
      { ...unheard, turnId: null },
    ]);
  });

  test("a turn gets its name late, is named with a prefix and without, and is one all the same", async () => {
    const world = await talking();
    world.says({ type: "turn.start", role: "assistant" });
    world.server.audio("assistant-1");
    world.server.audio("1");
    world.server.ends("1");
    await world.plays("assistant-1");
    expect(world.summaries).toMatchObject([{ turnId: "assistant-1", interrupted: false, heardMs: 100 }]);
  });

  test("what comes of a turn that was never begun, while another one goes on, is one of its own, told once", async () => {
    const world = await talking();
    world.server.agentStarts("a1");
    for (const content of ["By", " the way."]) world.says({ type: "response.text.delta", turn_id: "b", content });
    world.says({ type: "response.end", turn_id: "b" });
    await settle();
    expect(world.summaries.map(({ turnId }) => turnId)).toEqual(["b"]);
    world.server.audio("a1");
    world.server.ends("a1");
    await world.plays("a1");
    expect(world.summaries.map(({ turnId }) => turnId)).toEqual(["b", "a1"]);
    await world.client.disconnect();
  });

  describe("of a turn that was never begun, whose text came while another one goes on,", () => {
    type World = Awaited<ReturnType<typeof talking>>;
    const otherEnds = ({ server }: World) => server.ends("a1");
    const sounds = ({ server, speaker }: World) => {
      server.audio("b");
      speaker.events?.onStarted("b");
    };
    const runsDry = ({ speaker }: World) => speaker.events?.onUnderrun(speaker.at("b"));
    const userStarts = ({ server }: World) => server.userStarts("u1");
    const ends = ({ server }: World) => server.ends("b");
    const isHeard = async (world: World) => {
      ends(world);
      await world.plays("b");
    };
    const falls = ({ speaker }: World) =>
      speaker.events?.onInterrupted(speaker.at("b", null, 90), speaker.at("b", null, 60));
    const whole = { interrupted: false, heardMs: 100 };
    const unheard = { interrupted: false, heardMs: null };
    const brokenOff = { interrupted: true, heardMs: null };

    test.each<[string, before: ((world: World) => void)[], last: (world: World) => unknown, Partial<TurnSummary>]>([
      ["its sound, heard to its end", [sounds], isHeard, whole],
      ["its sound, which begins when the other one has ended", [otherEnds, sounds], isHeard, whole],
      ["its sound, of a server that tells of no end", [sounds, runsDry], (world) => world.passes(400), whole],
      ["its sound, as far as it was heard", [sounds, userStarts], falls, { interrupted: true, heardMs: 60 }],
      ["its response.end, where it has no sound", [], ends, unheard],
      ["the agent's next turn, where it has no sound", [], ({ server }) => server.agentStarts("a2"), unheard],
      ["the user's next turn, where it has no sound", [], userStarts, unheard],
      ["the loss of the connection", [], ({ socket }) => socket.drop(1006), brokenOff],
      ["the end of the session", [], ({ client }) => client.disconnect(), brokenOff],
    ])("the end is %s", async (_, before, last, expected) => {
      const world = await talking();
      const ofB = () => world.summaries.filter(({ turnId }) => turnId === "b");
      world.server.agentStarts("a1");
      world.server.text("b", "By the way.");
      for (const step of before) step(world);
      await settle();
      expect(ofB()).toEqual([]);
      await last(world);
      await settle();
      expect(ofB()).toMatchObject([expected]);
      await world.client.disconnect();
      await settle();
      expect(ofB().length).toBe(1);
    });

    test("with the sound off the end is its text", async () => {
      const world = await talking({ audioOutput: false });
      world.server.agentStarts("a1");
      world.server.text("b", "By the way.");
      await settle();
      expect(world.summaries).toMatchObject([{ turnId: "b", ...unheard }]);
    });
  });

  test("the loss of the connection ends a turn, with what was heard of it", async () => {
    const world = await talking();
    world.server.agentStarts("a1");
    world.server.audio("a1");
    world.speaker.events?.onStarted("a1");
    world.socket.drop(1006);
    world.speaker.events?.onInterrupted(world.speaker.at("a1", null, 90), world.speaker.at("a1", null, 50));
    await settle();
    expect(world.summaries).toMatchObject([{ turnId: "a1", interrupted: true, heardMs: 50 }]);
    await world.comesBack();
    world.agentReplies("a2");
    await world.plays("a2");
    expect(world.summaries.length).toBe(2);
    expect((await world.stats()).session.reconnects).toBe(1);
  });

  test("so does disconnect(), whether the player answers in time or never", async () => {
    const world = await talking();
    const { speaker } = world;
    const begin = (turnId: string) => {
      world.server.agentStarts(turnId);
      world.server.audio(turnId);
      speaker.events?.onStarted(turnId);
    };
    begin("a1");
    const ending = world.client.disconnect();
    speaker.events?.onInterrupted(speaker.at("a1", null, 90), speaker.at("a1", null, 50));
    await ending;
    await settle();
    expect(world.summaries).toMatchObject([{ turnId: "a1", interrupted: true, heardMs: 50 }]);
    await world.connect();
    begin("a2");
    await world.client.disconnect();
    await settle();
    expect(world.summaries).toMatchObject([{ turnId: "a1" }, { turnId: "a2", interrupted: true, heardMs: 0 }]);
  });

  test("who begins to listen in mid-call hears of no turn that was over before", async () => {
    const world = createWorld();
    await world.connect();
    const turn = async (turnId: string) => {
      world.server.agentStarts(turnId);
      world.server.audio(turnId);
      world.server.ends(turnId);
      world.speaker.events?.onFinished(world.speaker.at(turnId));
      await settle();
    };
    await turn("a1");
    const told: unknown[] = [];
    world.client.on("turn-summary", ({ turnId }) => told.push(turnId));
    await turn("a2");
    expect(told).toEqual(["a2"]);
    expect((await world.client.getStats()).turns.count).toBe(2);
  });

  test("a server that sends no response.end has turns all the same", async () => {
    const world = await talking();
    for (const turnId of ["a1", "a2"]) {
      world.server.agentStarts(turnId);
      world.server.audio(turnId);
      world.speaker.events?.onStarted(turnId);
      world.speaker.events?.onUnderrun(world.speaker.at(turnId));
      world.passes(400);
      await settle();
    }
    expect(world.summaries).toMatchObject([
      { turnId: "a1", heardMs: 100, interrupted: false, underruns: 0 },
      { turnId: "a2", heardMs: 100, interrupted: false, underruns: 0 },
    ]);
  });
});

test("a message is counted also where there is no TextEncoder, as in Jest's jsdom", async () => {
  vi.stubGlobal("TextEncoder", undefined);
  const world = await talking();
  const before = (await world.stats()).session.bytesReceived;
  world.says({ type: "anything" });
  expect((await world.stats()).session.bytesReceived - before).toBe(JSON.stringify({ type: "anything" }).length);
  vi.unstubAllGlobals();
});

test("messages and bytes are counted in both directions, audio as well", async () => {
  const world = await talking();
  const before = (await world.stats()).session;
  const received = [
    { type: "turn.start", role: "assistant", turn_id: "a1" },
    { type: "anything", text: "Grüße, 世界 🙂" },
  ];
  for (const message of received) world.says(message);
  world.microphone.hearFrame(10);
  const { session } = await world.stats();
  expect(session.messagesReceived - before.messagesReceived).toBe(2);
  expect(session.bytesReceived - before.bytesReceived).toBe(
    Buffer.byteLength(received.map((one) => JSON.stringify(one)).join("")),
  );
  expect(session.messagesSent - before.messagesSent).toBe(1);
  expect(session.bytesSent - before.bytesSent).toBe(JSON.stringify(world.socket.sent.at(-1)).length);
});

describe("the microphone", () => {
  test("tells how old a frame is on the wire: on average over its samples", async () => {
    const world = await talking();
    for (let n = 1; n <= 20; n++) world.microphone.hearFrame(10 - 0.02 - n / 1000);
    const { captureToWireMs } = (await world.stats()).input;
    expect(captureToWireMs).toEqual({
      last: expect.closeTo(30, 6),
      median: expect.closeTo(20, 6),
      p95: expect.closeTo(29, 6),
      count: 20,
    });
  });

  test("does not count the second from before speech, which waited for it", async () => {
    const world = await talking({ vad: "silero" });
    const hears = () => {
      world.passes(20);
      world.microphone.hearFrame(world.microphone.clock - 0.02);
    };
    for (let n = 0; n < 60; n++) hears();
    expect((await world.stats()).input.captureToWireMs).toEqual(unmeasured);
    world.microphone.startsSpeaking();
    for (let n = 0; n < 3; n++) hears();
    const sent = world.socket.sent.filter(({ type }) => type === "client.audio");
    expect(sent.length).toBe(53);
    expect((await world.stats()).input.captureToWireMs).toMatchObject({ count: 3, p95: expect.closeTo(10, 6) });
  });

  test("tells the share of what is too loud, in both directions", async () => {
    const world = await talking();
    for (const value of [32767, -32768, 32000, 0]) world.microphone.hearFrame(10, value);
    expect((await world.stats()).input.clipping).toBe(0.5);
    world.microphone.starts.at(-1)?.events.onSilent?.(true);
    expect((await world.stats()).input.silent).toBe(true);
  });

  test("tells what was dropped while the network was away", async () => {
    const world = await talking();
    world.socket.drop(1006);
    // Of a gap the last second is sent.
    for (let n = 0; n < 60; n++) world.microphone.hearFrame(10 + n * 0.02);
    expect((await world.stats()).input.droppedMs).toBe(200);
  });
});

test("ports of the app's own that tell nothing, or throw, or have no clock, leave null", async () => {
  const world = await talking();
  vi.spyOn(world.microphone, "now").mockReturnValue(undefined as unknown as number);
  vi.spyOn(world.speaker, "stats").mockRejectedValue(new Error("The app's own."));
  world.microphone.hearFrame(10);
  world.userSpoke();
  world.passes(100);
  world.agentReplies();
  await world.plays();
  const { turns, input, output } = await world.stats();
  expect(turns.last).toMatchObject({ voiceToVoiceMs: null, responseMs: expect.closeTo(100, 6), stretchedMs: null });
  expect(input.captureToWireMs).toEqual(unmeasured);
  expect(output).toEqual(nothing.output);
});

test("hundreds of turns that nobody asked for are all counted, and only the newest are remembered", async () => {
  const world = createWorld();
  await world.connect();
  for (let n = 1; n <= 600; n++) {
    world.server.userStarts(`u${n}`);
    world.says({ type: "user.transcript", turn_id: `u${n}`, content: "?" });
    vi.advanceTimersByTime(n);
    world.server.agentStarts(`a${n}`);
    world.server.audio(`a${n}`);
    world.server.ends(`a${n}`);
    world.speaker.events?.onFinished(world.speaker.at(`a${n}`));
    // The code that makes figures of them loads meanwhile.
    if (n % 10 === 0) await settle();
  }
  const { turns } = await world.client.getStats();
  expect(turns.count).toBe(600);
  expect(turns.responseMs).toMatchObject({ last: 600, median: 350, p95: 575, count: 500 });
});

describe("User Timing", () => {
  const measured = () => vi.spyOn(performance, "measure").mockReturnValue({} as PerformanceMeasure).mock.calls;

  test("has nothing unless asked", async () => {
    const calls = measured();
    const world = await talking();
    world.agentReplies();
    await world.plays();
    expect(calls).toEqual([]);
  });

  test("has how long it took to connect, and each turn from the end of the user's speech to its own", async () => {
    const calls = measured();
    const world = createWorld({ userTiming: true });
    const began = performance.now();
    const opened = world.untilSocket();
    const connecting = world.client.connect();
    await opened;
    world.microphone.starts.at(-1)?.opening.resolve();
    vi.advanceTimersByTime(80);
    world.socket.open();
    await connecting;
    await settle();
    expect((await world.client.getStats()).session.connectMs).toBe(80);
    const detail = { conversationId: "lc_conv_1" };
    expect(calls).toEqual([["layercode:connect", { start: began, end: began + 80, detail }]]);
    await world.client.sendClientResponseText("Hello?");
    vi.advanceTimersByTime(100);
    world.server.agentStarts("a1");
    world.server.audio("a1");
    world.server.ends("a1");
    vi.advanceTimersByTime(50);
    world.speaker.events?.onFinished(world.speaker.at("a1"));
    await settle();
    const { last } = (await world.client.getStats()).turns;
    expect(calls.slice(1)).toEqual([["layercode:turn", { start: began + 80, end: began + 230, detail: last }]]);
    world.socket.drop(1006);
    await world.comesBack();
    await settle();
    expect(calls.length).toBe(2);
  });
});
