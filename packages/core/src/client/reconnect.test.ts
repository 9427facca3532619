import { describe, expect, test, vi } from "vitest";
import { longConnected, shown, stopTime, type World } from "../../test/long-connected.js";
import { stubPage } from "../../test/page.js";
import { config, createWorld, idleTimers, settle } from "../../test/world.js";

stopTime();

const nothingHeld = { sockets: 0, microphone: false, speaker: false };
const errors = ({ log }: World) => log.filter((line) => line.startsWith("error"));

describe("a connection that is lost", () => {
  test("comes back: a fresh key, the same conversation, and microphone and speaker were open all the while", async () => {
    const world = await longConnected();
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
        delay: 375,
        reason: { code: 1006, reason: "gone", wasClean: false, cause: "closed" },
      },
    });
    vi.advanceTimersByTime(374);
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
    expect(vi.getTimerCount()).toBe(idleTimers);
  });

  test("is tried again, each time after a longer wait, and then given up: one error, one onDisconnect", async () => {
    const world = await longConnected({ reconnect: { maxAttempts: 4, maxDelay: 1000 } });
    const seen: unknown[] = [];
    world.client.on("reconnecting", (reconnecting) =>
      seen.push(reconnecting && [reconnecting.attempt, reconnecting.delay]),
    );
    world.answer = async () => Response.json({ error: "Try later." }, { status: 503 });
    world.socket.drop(1011);
    for (let i = 0; i < 6; i++) {
      vi.advanceTimersByTime(1000);
      await settle();
    }
    expect(seen).toEqual([[1, 375], [2, 750], [3, 750], [4, 750], null]);
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

  test.each([400, 401, 402, 403, 404])("and is answered %d, is over: the same would be said again", async (status) => {
    const world = await longConnected();
    world.answer = async () => Response.json({ error: "No." }, { status });
    world.socket.drop(1006);
    vi.advanceTimersByTime(375);
    await settle();
    expect(shown(world).status).toBe("disconnected");
    expect(errors(world)).toHaveLength(1);
    expect(world.held).toEqual(nothingHeld);
  });

  test.each([408, 429, 500, 503])("and is answered %d, is tried again", async (status) => {
    const world = await longConnected();
    world.answer = async () => Response.json({ error: "Later." }, { status });
    world.socket.drop(1006);
    vi.advanceTimersByTime(375);
    await settle();
    expect(shown(world)).toMatchObject({ status: "reconnecting", reconnecting: { attempt: 2 } });
    expect(shown(world).reconnecting?.reason).toMatchObject({
      cause: "unreachable",
      reason: expect.stringContaining("Later."),
    });
    expect(errors(world)).toEqual([]);
  });

  test.each([
    ["seconds", { "retry-after": "20" }],
    [
      "a date",
      { "retry-after": new Date(1_700_000_020_000).toUTCString(), date: new Date(1_700_000_000_000).toUTCString() },
    ],
  ])(
    "and is answered 429 with the %s to wait, waits for as long, and the network does not hurry it",
    async (_, headers) => {
      const page = stubPage();
      const world = await longConnected();
      const { answer } = world;
      world.answer = async () => Response.json({ error: "Slow down." }, { status: 429, headers });
      world.socket.drop(1006);
      vi.advanceTimersByTime(375);
      await settle();
      expect(shown(world).reconnecting).toMatchObject({ attempt: 2, delay: 20_750 });
      page.goOffline();
      page.goOnline();
      vi.advanceTimersByTime(19_999);
      await settle();
      expect(world.requests).toHaveLength(2);
      world.answer = answer;
      vi.advanceTimersByTime(1);
      await settle();
      expect(world.requests).toHaveLength(3);
      await world.client.disconnect();
    },
  );

  test("and is told to wait for longer than it would be tried, is over at once, and the error says how long", async () => {
    const world = await longConnected();
    const headers = { "retry-after": "120" };
    world.answer = async () => Response.json({ error: "Slow down." }, { status: 503, headers });
    world.socket.drop(1006);
    vi.advanceTimersByTime(375);
    await settle();
    expect(shown(world)).toMatchObject({ status: "disconnected", error: { status: 503, retryAfterMs: 120_000 } });
    expect(shown(world).error?.message).toContain("asks to wait 120 s");
  });

  test("is tried again when endpoint or socket hang, or the socket is refused", async () => {
    const world = await longConnected();
    const { answer } = world;
    world.answer = () => new Promise(() => {});
    world.socket.drop(1006);
    vi.advanceTimersByTime(375 + 15_000);
    expect(shown(world).reconnecting?.attempt).toBe(2);
    world.answer = answer;
    vi.advanceTimersByTime(750);
    await settle();
    expect(world.sockets).toHaveLength(2);
    vi.advanceTimersByTime(15_000);
    expect(shown(world).reconnecting?.attempt).toBe(3);
    vi.advanceTimersByTime(1500);
    await settle();
    world.socket.drop(1006);
    expect(shown(world).reconnecting).toMatchObject({ attempt: 4, reason: { cause: "unreachable" } });
    await world.comesBack();
    expect(shown(world).status).toBe("connected");
    expect(world.held.sockets).toBe(1);
  });

  test.each([1000, 1005])("with code %d is over, in due form", async (code) => {
    const world = await longConnected();
    world.socket.drop(code);
    expect(shown(world)).toMatchObject({ status: "disconnected", error: null });
    expect(world.log.slice(-2)).toEqual(["status disconnected", "disconnect"]);
  });

  test.each([1002, 1008, 1009, 4401])("with code %d is over, with an error", async (code) => {
    const world = await longConnected();
    world.socket.drop(code, "Because.");
    expect(shown(world)).toMatchObject({ status: "disconnected", error: { code: "connection", fatal: true } });
    expect(shown(world).error?.message).toContain(`${code}, "Because."`);
  });

  test("asks shouldReconnect; one that throws is reported, and the table of codes decides", async () => {
    const reported = vi.fn();
    vi.stubGlobal("reportError", reported);
    const shouldReconnect = vi.fn(() => true);
    const world = await longConnected({ reconnect: { shouldReconnect } });
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

  test("is not mended when the server ends two in a row within 5 s; a longer one between them counts anew", async () => {
    const world = createWorld();
    await world.connect();
    world.socket.drop(1011, "", true);
    await world.comesBack();
    vi.advanceTimersByTime(5000);
    world.socket.drop(1013, "", true);
    await world.comesBack();
    vi.advanceTimersByTime(4999);
    world.socket.drop(1011, "", true);
    await world.comesBack();
    expect(shown(world).status).toBe("connected");
    vi.advanceTimersByTime(4999);
    world.socket.drop(1013, "", true);
    expect(shown(world)).toMatchObject({ status: "disconnected", error: { code: "connection" } });
  });

  test("to a network that flaps is mended each time, each time after a longer wait, until it holds", async () => {
    const world = createWorld();
    await world.connect();
    const delays: (number | undefined)[] = [];
    for (let times = 0; times < 6; times++) {
      vi.advanceTimersByTime(1000);
      world.socket.drop(1006);
      delays.push(shown(world).reconnecting?.delay);
      await world.comesBack();
    }
    expect(delays).toEqual([375, 750, 1500, 3000, 6000, 6000]);
    vi.advanceTimersByTime(5000);
    world.socket.drop(1006);
    expect(shown(world).reconnecting).toMatchObject({ attempt: 1, delay: 375 });
  });

  test("to a server that lets in and dies is given up after a minute without a connection", async () => {
    const world = createWorld();
    await world.connect();
    for (let times = 0; times < 30 && shown(world).status !== "disconnected"; times++) {
      vi.advanceTimersByTime(100);
      world.socket.drop(1006);
      if (shown(world).reconnecting) await world.comesBack();
    }
    expect(shown(world)).toMatchObject({ status: "disconnected", error: { code: "connection" } });
    expect(vi.getTimerCount()).toBe(0);
  });

  test("is tried for a minute: an outage of 59 s ends nothing, one that does not end does", async () => {
    for (const outageMs of [14_000, 59_000, Infinity]) {
      const world = await longConnected();
      const lostAt = performance.now();
      const { answer } = world;
      world.answer = () =>
        performance.now() - lostAt < outageMs ? Promise.reject(new TypeError("fetch failed")) : answer();
      world.socket.drop(1006);
      while (shown(world).reconnecting && world.sockets.length === 1) {
        await vi.advanceTimersToNextTimerAsync();
        await settle();
      }
      expect(performance.now() - lostAt).toBeLessThanOrEqual(60_000);
      if (world.sockets.length > 1) world.socket.open();
      expect([outageMs, shown(world).status]).toEqual([outageMs, outageMs < 60_000 ? "connected" : "disconnected"]);
      await world.client.disconnect();
    }
  });

  test("an attempt that is under way when the minute ends may still get through", async () => {
    const world = await longConnected({ reconnect: { maxElapsedMs: 1000 } });
    let come = () => {};
    const { answer } = world;
    world.answer = () => new Promise<Response>((resolve) => (come = () => resolve(answer())));
    world.socket.drop(1006);
    vi.advanceTimersByTime(10_000);
    await settle();
    come();
    await settle();
    world.socket.open();
    expect(shown(world).status).toBe("connected");
  });

  test("goes on with the agent it began with, whatever the options say by now", async () => {
    const world = await longConnected();
    world.client.setOptions({ ...world.options, agentId: "ag-other", conversationId: "lc_conv_9" });
    world.socket.drop(1006);
    await world.comesBack();
    expect(world.requests[1]?.body).toMatchObject({ agent_id: "ag-123456", conversation_id: "lc_conv_1" });
  });

  test("metadata that is a function is asked, and awaited, at each authorization", async () => {
    let count = 0;
    const world = await longConnected({ metadata: async () => ({ count: ++count }) });
    world.socket.drop(1006);
    await world.comesBack();
    expect(world.requests.map(({ body }) => body.metadata)).toEqual([{ count: 1 }, { count: 2 }]);
  });

  test("metadata that fails is a failed attempt; metadata that is no object is the end", async () => {
    const metadata = vi.fn<() => Record<string, unknown>>(() => ({}));
    const world = await longConnected({ metadata });
    metadata.mockImplementationOnce(() => {
      throw new Error("token expired");
    });
    world.socket.drop(1006);
    vi.advanceTimersByTime(375);
    await settle();
    expect(shown(world).reconnecting).toMatchObject({
      attempt: 2,
      reason: { reason: expect.stringContaining("token expired") },
    });
    metadata.mockReturnValue([] as never);
    vi.advanceTimersByTime(750);
    await settle();
    expect(shown(world)).toMatchObject({ status: "disconnected", error: { code: "invalid-option" } });
  });
});

describe("while reconnecting", () => {
  test("connect() comes back at once, and resolves when it has", async () => {
    const world = await longConnected();
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

  test("connect() rejects when it is given up, also by a server that ends the session in due form", async () => {
    for (const [code, reports] of [
      [1008, 1],
      [1000, 0],
    ] as const) {
      const world = await longConnected();
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

  test("disconnect() and an abort end it, and onDisconnect says so once", async () => {
    for (const abort of [false, true]) {
      const world = await longConnected();
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

  test("the microphone may be switched, and a refusal costs only the microphone", async () => {
    const world = await longConnected();
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

  test("muted stays muted, also on the track", async () => {
    const world = await longConnected();
    world.client.mute();
    world.socket.drop(1006);
    await world.comesBack();
    expect([shown(world).isMuted, world.microphone.muted]).toEqual([true, true]);
    world.microphone.hearFrame(11);
    expect(world.socket.types).toEqual(["client.ready"]);
  });
});
