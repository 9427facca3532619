import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { stubPage } from "../../test/page.js";
import { audioContent, config, createWorld, deferred, pushToTalkConfig, settle } from "../../test/world.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] });
  vi.spyOn(Math, "random").mockReturnValue(0.5);
});
afterEach(async () => {
  // What was being loaded meets the page that it was loaded for.
  await vi.dynamicImportSettled();
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

type World = ReturnType<typeof createWorld>;
type Options = Parameters<typeof createWorld>[0];

/** A world that has been connected long enough to count. */
async function connected(options: Options = {}, agentConfig = config): Promise<World> {
  const world = createWorld(options, agentConfig);
  await world.connect();
  vi.advanceTimersByTime(10_000);
  return world;
}

const shown = ({ client }: World) => client.getSnapshot();
const nothingHeld = { sockets: 0, microphone: false, speaker: false };
const errors = ({ log }: World) => log.filter((line) => line.startsWith("error"));

describe("a connection that is lost", () => {
  it("comes back: a fresh key, the same conversation, and microphone and speaker were open all the while", async () => {
    const world = await connected();
    let key = 1;
    world.answer = async () =>
      Response.json({ client_session_key: `key-${++key}`, conversation_id: "lc_conv_1", config });
    const connects: unknown[] = [];
    world.client.on("connect", (info) => connects.push(info));
    world.socket.drop(1006, "gone");
    expect(shown(world)).toMatchObject({
      status: "reconnecting",
      error: null,
      reconnecting: {
        attempt: 1,
        delay: 125,
        reason: { code: 1006, reason: "gone", wasClean: false, cause: "closed" },
      },
    });
    vi.advanceTimersByTime(124);
    await settle();
    expect(world.requests).toHaveLength(1);
    await world.comesBack();
    expect(world.requests[1]?.body.conversation_id).toBe("lc_conv_1");
    expect(world.socket.url).toContain("key-2");
    expect(world.socket.types).toEqual(["client.ready"]);
    expect(shown(world)).toMatchObject({ status: "connected", reconnecting: null, error: null });
    expect(connects).toEqual([{ conversationId: "lc_conv_1", config, reconnected: true }]);
    expect(world.microphone.starts).toHaveLength(1);
    expect(world.speaker.done).not.toContain("stop");
    expect(world.held).toEqual({ sockets: 1, microphone: true, speaker: true });
    expect(world.log).toEqual([
      "status connecting",
      "status connected",
      "connect lc_conv_1",
      "status reconnecting",
      "status connected",
      "connect lc_conv_1",
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is tried again, each time after a longer wait, and then given up: one error, one onDisconnect", async () => {
    const world = await connected({ reconnect: { maxAttempts: 4, maxDelay: 1000 } });
    const seen: unknown[] = [];
    world.client.on("reconnecting", (reconnecting) =>
      seen.push(reconnecting && [reconnecting.attempt, reconnecting.delay]),
    );
    world.answer = async () => Response.json({ error: "Try later." }, { status: 503 });
    world.socket.drop(1012);
    for (let i = 0; i < 6; i++) {
      vi.advanceTimersByTime(1000);
      await settle();
    }
    expect(seen).toEqual([[1, 125], [2, 250], [3, 500], [4, 500], null]);
    expect(world.requests).toHaveLength(5);
    expect(shown(world)).toMatchObject({
      status: "disconnected",
      reconnecting: null,
      error: { code: "authorization" },
    });
    expect(world.log.slice(-3)).toEqual(["status disconnected", "error authorization", "disconnect"]);
    expect(world.held).toEqual(nothingHeld);
    expect(vi.getTimerCount()).toBe(0);
    world.answer = async () => Response.json({ client_session_key: "k", conversation_id: "lc_conv_1" });
    await world.connect();
    expect(shown(world)).toMatchObject({ status: "connected", error: null });
  });

  it.each([400, 401, 402, 403, 404])("and is answered %d, is over: the same would be said again", async (status) => {
    const world = await connected();
    world.answer = async () => Response.json({ error: "No." }, { status });
    world.socket.drop(1006);
    vi.advanceTimersByTime(250);
    await settle();
    expect(shown(world).status).toBe("disconnected");
    expect(errors(world)).toHaveLength(1);
    expect(world.held).toEqual(nothingHeld);
  });

  it.each([408, 429, 500, 503])("and is answered %d, is tried again", async (status) => {
    const world = await connected();
    world.answer = async () => Response.json({ error: "Later." }, { status });
    world.socket.drop(1006);
    vi.advanceTimersByTime(250);
    await settle();
    expect(shown(world)).toMatchObject({ status: "reconnecting", reconnecting: { attempt: 2 } });
    expect(shown(world).reconnecting?.reason).toMatchObject({
      cause: "unreachable",
      reason: expect.stringContaining("Later."),
    });
    expect(errors(world)).toEqual([]);
  });

  it("is tried again when endpoint or socket hang, or the socket is refused", async () => {
    const world = await connected();
    const { answer } = world;
    world.answer = () => new Promise(() => {});
    world.socket.drop(1006);
    vi.advanceTimersByTime(125 + 15_000);
    expect(shown(world).reconnecting?.attempt).toBe(2);
    world.answer = answer;
    vi.advanceTimersByTime(250);
    await settle();
    expect(world.sockets).toHaveLength(2);
    vi.advanceTimersByTime(15_000);
    expect(shown(world).reconnecting?.attempt).toBe(3);
    vi.advanceTimersByTime(500);
    await settle();
    world.socket.drop(1006);
    expect(shown(world).reconnecting).toMatchObject({ attempt: 4, reason: { cause: "unreachable" } });
    await world.comesBack();
    expect(shown(world).status).toBe("connected");
    expect(world.held.sockets).toBe(1);
  });

  it.each([1000, 1005])("with code %d is over, in due form", async (code) => {
    const world = await connected();
    world.socket.drop(code);
    expect(shown(world)).toMatchObject({ status: "disconnected", error: null });
    expect(world.log.slice(-2)).toEqual(["status disconnected", "disconnect"]);
  });

  it.each([1002, 1008, 1009, 4401])("with code %d is over, with an error", async (code) => {
    const world = await connected();
    world.socket.drop(code, "Because.");
    expect(shown(world)).toMatchObject({ status: "disconnected", error: { code: "connection", fatal: true } });
    expect(shown(world).error?.message).toContain(`${code}, "Because."`);
  });

  it("asks shouldReconnect; one that throws is reported, and the table of codes decides", async () => {
    const reported = vi.fn();
    vi.stubGlobal("reportError", reported);
    const shouldReconnect = vi.fn(() => true);
    const world = await connected({ reconnect: { shouldReconnect } });
    world.socket.drop(4000);
    expect(shouldReconnect).toHaveBeenCalledWith({
      code: 4000,
      reason: "",
      wasClean: false,
      cause: "closed",
      attempt: 1,
    });
    await world.comesBack();
    vi.advanceTimersByTime(10_000);
    shouldReconnect.mockImplementation(() => {
      throw new Error("mine");
    });
    world.socket.drop(1006);
    expect(shown(world).status).toBe("reconnecting");
    expect(reported).toHaveBeenCalledOnce();
  });

  it("is not mended when two in a row live less than 5 s; a longer one between them counts anew", async () => {
    const world = createWorld();
    await world.connect();
    world.socket.drop(1006);
    await world.comesBack();
    vi.advanceTimersByTime(5000);
    world.socket.drop(1006);
    await world.comesBack();
    vi.advanceTimersByTime(4999);
    world.socket.drop(1006);
    await world.comesBack();
    expect(shown(world).status).toBe("connected");
    vi.advanceTimersByTime(4999);
    world.socket.drop(1006);
    expect(shown(world)).toMatchObject({ status: "disconnected", error: { code: "connection" } });
  });

  it("goes on with the agent it began with, whatever the options say by now", async () => {
    const world = await connected();
    world.client.setOptions({ ...world.options, agentId: "ag-other", conversationId: "lc_conv_9" });
    world.socket.drop(1006);
    await world.comesBack();
    expect(world.requests[1]?.body).toMatchObject({ agent_id: "ag-123456", conversation_id: "lc_conv_1" });
  });

  it("metadata that is a function is asked, and awaited, at each authorization", async () => {
    let count = 0;
    const world = await connected({ metadata: async () => ({ count: ++count }) });
    world.socket.drop(1006);
    await world.comesBack();
    expect(world.requests.map(({ body }) => body.metadata)).toEqual([{ count: 1 }, { count: 2 }]);
  });

  it("metadata that fails is a failed attempt; metadata that is no object is the end", async () => {
    const metadata = vi.fn<() => Record<string, unknown>>(() => ({}));
    const world = await connected({ metadata });
    metadata.mockImplementationOnce(() => {
      throw new Error("token expired");
    });
    world.socket.drop(1006);
    vi.advanceTimersByTime(125);
    await settle();
    expect(shown(world).reconnecting).toMatchObject({
      attempt: 2,
      reason: { reason: expect.stringContaining("token expired") },
    });
    metadata.mockReturnValue([] as never);
    vi.advanceTimersByTime(250);
    await settle();
    expect(shown(world)).toMatchObject({ status: "disconnected", error: { code: "invalid-option" } });
  });
});

describe("while reconnecting", () => {
  it("connect() comes back at once, and resolves when it has", async () => {
    const world = await connected();
    world.socket.drop(1006);
    const again = world.client.connect();
    const twice = world.client.connect();
    await settle();
    expect(world.requests).toHaveLength(2);
    world.socket.open();
    await Promise.all([again, twice]);
    expect(shown(world).status).toBe("connected");
    expect(world.sockets).toHaveLength(2);
  });

  it("connect() rejects when it is given up, also by a server that ends the session in due form", async () => {
    for (const [code, reports] of [
      [1008, 1],
      [1000, 0],
    ] as const) {
      const world = await connected();
      world.socket.drop(1006);
      const again = world.client.connect();
      await settle();
      world.socket.open();
      await again;
      vi.advanceTimersByTime(10_000);
      world.socket.drop(1006);
      const waiting = world.client.connect();
      await settle();
      world.socket.drop(code);
      await expect(waiting).rejects.toMatchObject({ code: "connection" });
      expect(errors(world)).toHaveLength(reports);
    }
  });

  it("disconnect() and an abort end it, and onDisconnect says so once", async () => {
    for (const abort of [false, true]) {
      const world = await connected();
      world.socket.drop(1006);
      const controller = new AbortController();
      const waiting = world.client.connect({ signal: controller.signal });
      if (abort) controller.abort();
      else await world.client.disconnect();
      await expect(waiting).rejects.toMatchObject({ code: "aborted" });
      await settle();
      expect(shown(world)).toMatchObject({ status: "disconnected", reconnecting: null, error: null });
      expect(world.log.filter((line) => line === "disconnect")).toHaveLength(1);
      expect(world.held).toEqual(nothingHeld);
      expect(vi.getTimerCount()).toBe(0);
      vi.advanceTimersByTime(60_000);
      await settle();
      expect(world.sockets.filter(({ readyState }) => readyState < 2)).toHaveLength(0);
    }
  });

  it("the microphone may be switched, and a refusal costs only the microphone", async () => {
    const world = await connected();
    world.socket.drop(1006);
    await world.client.setAudioInput(false);
    expect(world.microphone.live).toBe(false);
    const on = world.client.setAudioInput(true);
    await settle();
    world.microphone.starts.at(-1)?.opening.reject(new Error("Denied."));
    await expect(on).rejects.toThrow("Denied.");
    await world.comesBack();
    expect(shown(world)).toMatchObject({ status: "connected", audioInput: false });
  });

  it("muted stays muted, also on the track", async () => {
    const world = await connected();
    world.client.mute();
    world.socket.drop(1006);
    await world.comesBack();
    expect([shown(world).isMuted, world.microphone.muted]).toEqual([true, true]);
    world.microphone.hearFrame(11);
    expect(world.socket.types).toEqual(["client.ready"]);
  });
});

describe("the network of the device", () => {
  it("offline: waits for it, and comes back with it at once", async () => {
    const page = stubPage();
    const world = await connected();
    page.goOffline();
    world.socket.drop(1006);
    expect(shown(world).reconnecting).toMatchObject({ attempt: 1, delay: null, reason: { cause: "offline" } });
    vi.advanceTimersByTime(600_000);
    await settle();
    expect(world.requests).toHaveLength(1);
    const waits = world.client.connect();
    await settle();
    expect(world.requests).toHaveLength(1);
    page.goOnline();
    await settle();
    world.socket.open();
    await waits;
    expect(shown(world).status).toBe("connected");
    await world.client.disconnect();
    expect(page.listeners).toBe(0);
  });

  it("a page that is seen again does not wait any longer", async () => {
    const page = stubPage();
    const world = await connected({ reconnect: { baseDelay: 8000 } });
    page.hide();
    world.socket.drop(1006);
    page.show();
    await settle();
    expect(world.requests).toHaveLength(2);
    page.hide();
    page.show();
    await settle();
    expect(world.requests).toHaveLength(2);
  });

  it("an attempt that the network left behind begins anew with it", async () => {
    const page = stubPage();
    const world = await connected();
    world.socket.drop(1006);
    vi.advanceTimersByTime(250);
    await settle();
    page.goOffline();
    page.goOnline();
    await settle();
    expect(world.sockets).toHaveLength(3);
    expect(world.held.sockets).toBe(1);
    world.socket.open();
    expect(shown(world).status).toBe("connected");
    expect(shown(world).reconnecting).toBeNull();
  });

  it.each(["online", "seen"])(
    "is back (%s), and nothing has come since it went: the connection is stalled",
    async (how) => {
      const page = stubPage();
      const world = await connected();
      page.hide();
      page.goOffline();
      expect(shown(world).status).toBe("connected");
      // A frozen page hears of no event but the one that wakes it.
      if (how === "seen") page.online = true;
      if (how === "seen") page.show();
      else page.goOnline();
      expect(shown(world)).toMatchObject({ status: "reconnecting", reconnecting: { reason: { cause: "stalled" } } });
      expect(world.held.sockets).toBe(0);
    },
  );

  it("is back, and something came in between: the connection lives", async () => {
    const page = stubPage();
    const world = await connected();
    page.goOffline();
    world.socket.says({ type: "something.new" });
    page.goOnline();
    expect(shown(world).status).toBe("connected");
  });
});

describe("a server that says nothing", () => {
  it("for 8 s after a typed message: the connection is stalled, and mended", async () => {
    const world = await connected();
    await world.client.sendClientResponseText("hello?");
    vi.advanceTimersByTime(7999);
    expect(shown(world).status).toBe("connected");
    await world.client.sendClientResponseText("are you there?");
    vi.advanceTimersByTime(1);
    expect(shown(world)).toMatchObject({
      status: "reconnecting",
      reconnecting: { reason: { code: 1006, wasClean: false, cause: "stalled" } },
      messages: [{ delivery: "unknown" }, { delivery: "unknown" }],
    });
    expect(world.held).toEqual({ sockets: 0, microphone: true, speaker: true });
    await world.comesBack();
    expect(world.socket.types).toEqual(["client.ready"]);
  });

  it("for 8 s after a press was let go", async () => {
    const world = await connected({}, pushToTalkConfig);
    await world.client.triggerUserTurnStarted();
    vi.advanceTimersByTime(60_000);
    await world.client.triggerUserTurnFinished();
    vi.advanceTimersByTime(8000);
    expect(shown(world).reconnecting?.reason.cause).toBe("stalled");
  });

  it("whatever comes is a sign of life, and an idle connection is none", async () => {
    const world = await connected();
    vi.advanceTimersByTime(3_600_000);
    await world.client.sendClientResponseText("hello?");
    vi.advanceTimersByTime(7999);
    world.socket.says("no json");
    vi.advanceTimersByTime(3_600_000);
    expect(shown(world).status).toBe("connected");
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("what the app sends", () => {
  it("while reconnecting waits, is shown as queued, and is written once, in order, behind client.ready", async () => {
    const world = await connected();
    world.socket.drop(1006);
    const sent = [
      world.client.sendClientResponseText("one"),
      world.client.sendClientResponseData({ two: 2 }),
      world.client.sendClientResponseText("three"),
    ];
    expect(shown(world).messages).toMatchObject([{ delivery: "queued" }, { delivery: "queued" }]);
    await world.comesBack();
    await Promise.all(sent);
    expect(world.socket.sent).toEqual([
      { type: "client.ready" },
      { type: "client.response.text", content: "one" },
      { type: "client.response.data", data: { two: 2 } },
      { type: "client.response.text", content: "three" },
    ]);
    expect(shown(world).messages.some((message) => "delivery" in message)).toBe(false);
    vi.advanceTimersByTime(5000);
    world.socket.says({ type: "something.new" });
    world.socket.drop(1006);
    await world.comesBack();
    expect(world.socket.types).toEqual(["client.ready"]);
  });

  it("beyond 50 is refused", async () => {
    const world = await connected();
    world.socket.drop(1006);
    const sent = Array.from({ length: 50 }, (_, n) => world.client.sendClientResponseData({ n }));
    await expect(world.client.sendClientResponseText("more")).rejects.toMatchObject({ code: "not-connected" });
    await expect(world.client.sendClientResponseData({})).rejects.toMatchObject({ code: "not-connected" });
    expect(shown(world).messages).toEqual([]);
    await world.comesBack();
    await Promise.all(sent);
    expect(world.socket.sent).toHaveLength(51);
  });

  it("and waits when the session ends was not sent: the call rejects, the message says so", async () => {
    const world = await connected();
    world.socket.drop(1006);
    const sent = world.client.sendClientResponseText("too late");
    await world.client.disconnect();
    await expect(sent).rejects.toMatchObject({ code: "not-connected" });
    expect(shown(world).messages).toMatchObject([{ text: "too late", delivery: "failed" }]);
    await world.connect();
    expect(world.socket.types).toEqual(["client.ready"]);
  });

  it("within 2 s of an unclean close may be lost: it is marked, and not sent again", async () => {
    const world = await connected();
    await world.client.sendClientResponseText("old");
    world.socket.says({ type: "something.new" });
    vi.advanceTimersByTime(1);
    await world.client.sendClientResponseText("echoed");
    await world.client.sendClientResponseText("doubtful");
    world.socket.says({ type: "user.transcript", turn_id: "u1", content: "echoed" });
    vi.advanceTimersByTime(2000);
    world.socket.drop(1006);
    expect(shown(world).messages.map(({ text, delivery }) => [text, delivery])).toEqual([
      ["old", undefined],
      ["echoed", undefined],
      ["doubtful", "unknown"],
    ]);
    await world.comesBack();
    expect(world.socket.types).toEqual(["client.ready"]);
    world.socket.says({ type: "user.transcript", turn_id: "u2", content: "doubtful" });
    expect(shown(world).messages.at(-1)).not.toHaveProperty("delivery");
  });

  it("before a clean close has arrived", async () => {
    const world = await connected();
    await world.client.sendClientResponseText("hello");
    world.socket.drop(1001, "", true);
    expect(shown(world).status).toBe("reconnecting");
    expect(shown(world).messages[0]).not.toHaveProperty("delivery");
  });
});

describe("the turn that a lost connection cuts", () => {
  const says = (world: World, ...messages: object[]) => {
    for (const message of messages) world.socket.says(message);
  };
  const audio = (turn_id: string) => ({ type: "response.audio", turn_id, content: audioContent(8), delta_id: "d" });

  it("falls silent, is interrupted with the cause connection, and is not heard again", async () => {
    const world = await connected();
    says(world, { type: "turn.start", role: "assistant", turn_id: "a1" });
    says(world, { type: "response.text.delta", turn_id: "a1", content: "Once upon" }, audio("a1"));
    world.speaker.events?.onStarted("a1");
    expect(shown(world)).toMatchObject({ agentSpeaking: true, agentState: "speaking" });
    world.socket.drop(1006);
    expect(world.speaker.done.at(-1)).toBe("interrupt");
    expect(shown(world)).toMatchObject({
      agentSpeaking: false,
      turn: null,
      messages: [{ text: "Once upon", status: "interrupted", interruptedBy: "connection" }],
    });
    world.speaker.events?.onInterrupted(world.speaker.at("a1"), world.speaker.at("a1"));
    await world.comesBack();
    const before = world.speaker.done.length;
    says(world, audio("assistant-a1"), { type: "response.text.delta", turn_id: "a1", content: " a time" });
    says(world, { type: "response.end", turn_id: "a1" });
    expect(world.speaker.done).toHaveLength(before);
    expect(shown(world).messages).toMatchObject([{ text: "Once upon" }]);
    expect(world.socket.types).toEqual(["client.ready"]);
    says(world, { type: "turn.start", role: "assistant", turn_id: "a2" }, audio("a2"));
    expect(world.speaker.done.at(-1)).toBe("enqueue a2 d 16");
  });

  it("is final when it was heard to its end, and is not heard again either", async () => {
    const world = await connected();
    says(world, { type: "turn.start", role: "assistant", turn_id: "a1" }, audio("a1"));
    says(world, { type: "response.text", turn_id: "a1", content: "Hi." }, { type: "response.end", turn_id: "a1" });
    world.speaker.events?.onFinished(world.speaker.at("a1"));
    world.socket.drop(1006);
    expect(world.speaker.done).not.toContain("interrupt");
    expect(shown(world).messages).toMatchObject([{ status: "final" }]);
    expect(shown(world).messages[0]).not.toHaveProperty("cause");
    await world.comesBack();
    const before = world.speaker.done.length;
    says(world, audio("a1"));
    expect(world.speaker.done).toHaveLength(before);
  });

  it("is the user's: what was understood stays", async () => {
    const world = await connected();
    says(world, { type: "turn.start", role: "user", turn_id: "u1" });
    says(world, { type: "user.transcript.interim_delta", turn_id: "u1", content: "what's the", delta_counter: 0 });
    world.socket.drop(1006);
    expect(shown(world)).toMatchObject({ userSpeaking: false, messages: [{ text: "what's the", status: "final" }] });
  });

  it("acknowledges nothing before client.ready, also when the microphone is slow", async () => {
    const world = createWorld({ audioOutput: false });
    const connecting = world.client.connect();
    await settle();
    world.socket.open();
    says(world, { type: "turn.start", role: "assistant", turn_id: "a1" });
    vi.advanceTimersByTime(1000);
    expect(world.socket.types).toEqual([]);
    world.microphone.starts[0]?.opening.resolve();
    await connecting;
    expect(world.socket.types).toEqual(["client.ready", "trigger.response.audio.replay_finished"]);
  });
});

describe("the microphone", () => {
  const pcmOf = (world: World) =>
    world.socket.sent
      .filter(({ type }) => type === "client.audio")
      .map(({ content }) => Buffer.from(String(content), "base64").readInt16LE(0));

  it("in a short gap loses nothing, in a long one all but the last second", async () => {
    const world = await connected();
    for (const [frames, first] of [
      [10, 0],
      [60, 11],
    ] as const) {
      world.socket.drop(1006);
      for (let n = 0; n < frames; n++) world.microphone.hearFrame(11 + n / 50, n);
      await world.comesBack();
      expect(world.socket.types).toEqual(["client.ready"]);
      for (let n = frames; n < frames + 60; n++) world.microphone.hearFrame(11 + n / 50, n);
      const all = pcmOf(world);
      expect(all).toEqual(Array.from({ length: frames + 60 - first }, (_, n) => n + first));
      vi.advanceTimersByTime(10_000);
    }
  });

  it("that was muted in the gap sends nothing of it", async () => {
    const world = await connected();
    world.socket.drop(1006);
    world.microphone.hearFrame(11, 7);
    world.client.mute();
    world.microphone.hearFrame(11.02, 8);
    await world.client.unmute();
    await world.comesBack();
    world.microphone.hearFrame(12, 9);
    expect(pcmOf(world)).toEqual([9]);
  });

  it("that was switched off in the gap sends nothing of it, also when it is on again", async () => {
    const world = await connected();
    world.socket.drop(1006);
    world.microphone.hearFrame(11, 7);
    await world.client.setAudioInput(false);
    await world.comesBack();
    const on = world.client.setAudioInput(true);
    await settle();
    world.microphone.starts.at(-1)?.opening.resolve();
    await on;
    world.microphone.hearFrame(12, 9);
    expect(pcmOf(world)).toEqual([9]);
  });

  it("of a held button: the turn begins anew, with what was said since, and ends as always", async () => {
    const world = await connected({}, pushToTalkConfig);
    await world.client.triggerUserTurnStarted();
    world.socket.drop(1006);
    expect(shown(world)).toMatchObject({ userSpeaking: true, pushToTalk: { enabled: true, pressed: true } });
    world.microphone.hearFrame(11, 1);
    await world.comesBack();
    world.microphone.hearFrame(11.02, 2);
    await world.client.triggerUserTurnFinished();
    expect(world.socket.types).toEqual([
      "client.ready",
      "trigger.turn.start",
      "client.audio",
      "client.audio",
      "trigger.turn.end",
    ]);
    expect(pcmOf(world)).toEqual([1, 2]);
  });

  it("of a button that was let go in the gap: nothing is said", async () => {
    const world = await connected({}, pushToTalkConfig);
    await world.client.triggerUserTurnStarted();
    world.socket.drop(1006);
    world.microphone.hearFrame(11, 1);
    await world.client.triggerUserTurnFinished();
    expect(shown(world)).toMatchObject({ userSpeaking: false, pushToTalk: { pressed: false } });
    await expect(world.client.triggerUserTurnStarted()).rejects.toMatchObject({ code: "not-connected" });
    await world.comesBack();
    world.microphone.hearFrame(12, 2);
    expect(world.socket.types).toEqual(["client.ready"]);
  });

  it("of a button that was let go when the socket was open again, and the microphone not yet", async () => {
    const world = await connected({}, pushToTalkConfig);
    await world.client.triggerUserTurnStarted();
    world.socket.drop(1006);
    const chosen = world.client.setPreferredInputDevice("usb");
    await world.comesBack();
    expect(shown(world).status).toBe("reconnecting");
    await world.client.triggerUserTurnFinished();
    world.microphone.starts.at(-1)?.opening.resolve();
    await chosen;
    expect(world.socket.types).toEqual(["client.ready"]);
  });

  it("of a button that was let go just before: the call resolves, no server hears of it", async () => {
    const world = await connected({}, pushToTalkConfig);
    await world.client.triggerUserTurnStarted();
    const flushing = deferred<void>();
    world.microphone.flushing = flushing.promise;
    const released = world.client.triggerUserTurnFinished();
    world.socket.drop(1006);
    await released;
    await world.comesBack();
    flushing.resolve();
    await settle();
    expect(world.socket.types).toEqual(["client.ready"]);
    expect(shown(world).pushToTalk).toEqual({ enabled: true, pressed: false });
  });

  it("faster than the network: the oldest of more than a second is dropped, which is told once", async () => {
    const world = await connected();
    const told = vi.fn();
    world.client.on("audio:uplink-congested", told);
    world.socket.bufferedAmount = 50_000;
    for (let n = 0; n < 100; n++) world.microphone.hearFrame(11 + n / 50, n);
    expect(pcmOf(world)).toEqual([]);
    expect(told).toHaveBeenCalledOnce();
    world.socket.bufferedAmount = 0;
    for (let n = 100; n < 130; n++) world.microphone.hearFrame(11 + n / 50, n);
    const sent = pcmOf(world);
    expect(sent.at(-1)).toBe(129);
    expect(sent).toEqual(Array.from({ length: sent.length }, (_, n) => 130 - sent.length + n));
    expect(told).toHaveBeenCalledOnce();
    world.socket.bufferedAmount = 50_000;
    for (let n = 0; n < 100; n++) world.microphone.hearFrame(11 + n / 50, n);
    expect(told).toHaveBeenCalledTimes(2);
  });
});
