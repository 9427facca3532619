import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { config, createWorld, deferred, idleTimers, settle } from "../../test/world.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const nothingHeld = { sockets: 0, microphone: false, speaker: false };

describe("connect()", () => {
  test("authorizes, opens microphone and socket, says client.ready, then onConnect", async () => {
    const world = createWorld({ metadata: { user: 7 }, conversationId: "lc_conv_0" });
    const seen: unknown[] = [];
    world.client.on("connect", (info) => seen.push(info, world.socket.types));
    const connecting = world.client.connect();
    expect(world.client.status).toBe("connecting");
    await settle();
    expect(world.requests).toMatchObject([
      {
        url: "https://app.test/api/authorize",
        body: { agent_id: "ag-123456", metadata: { user: 7 }, conversation_id: "lc_conv_0" },
      },
    ]);
    expect(world.requests[0]?.body.sdk_version).toMatch(/^\d+\.\d+\.\d+/);
    expect(world.socket.url).toBe("wss://layercode.test/ws?client_session_key=lc_sesskey_secret");
    world.socket.open();
    expect(world.client.status).toBe("connecting");
    world.microphone.starts[0]!.opening.resolve();
    await connecting;
    expect(world.client.getSnapshot()).toMatchObject({ status: "connected", conversationId: "lc_conv_1", config });
    expect(seen).toEqual([{ conversationId: "lc_conv_1", config }, ["client.ready"]]);
    expect(world.log).toEqual(["status connecting", "status connected", "connect lc_conv_1"]);
    expect(vi.getTimerCount()).toBe(idleTimers);
  });

  test("opens the microphone beside authorization, not after it", () => {
    const world = createWorld();
    world.answer = () => new Promise(() => {});
    world.client.connect();
    return settle().then(() => expect(world.microphone.starts).toHaveLength(1));
  });

  test("goes on without a configuration", async () => {
    const world = createWorld({}, null);
    await world.connect();
    expect(world.client.getSnapshot()).toMatchObject({ config: null, pushToTalk: { enabled: false } });
  });

  test("called twice opens one connection and settles both", async () => {
    const world = createWorld();
    const first = world.client.connect();
    await world.connect();
    await first;
    await world.client.connect();
    expect(world.requests).toHaveLength(1);
    expect(world.sockets).toHaveLength(1);
  });

  test("resumes the conversation the next time", async () => {
    const world = createWorld();
    await world.connect();
    await world.client.disconnect();
    await world.connect();
    expect(world.requests.map(({ body }) => body.conversation_id)).toEqual([undefined, "lc_conv_1"]);
    expect(world.log.filter((line) => line === "disconnect")).toHaveLength(1);
  });

  test("touches no audio that is switched off or deferred", async () => {
    for (const options of [{ audioInput: false, audioOutput: false }, { deferAudioInit: true }]) {
      const world = createWorld(options);
      await world.connect();
      expect(world.microphone.starts).toHaveLength(0);
      expect(world.speaker.events).toBeNull();
    }
  });
});

describe("connect() that fails", () => {
  test.each([
    ["authorization refused", 403, "authorization"],
    ["no balance", 402, "insufficient-balance"],
  ])("%s: one error, everything closed", async (_, status, code) => {
    const world = createWorld();
    world.answer = async () => Response.json({ error: "No." }, { status });
    const connecting = world.client.connect();
    await settle();
    await expect(connecting).rejects.toMatchObject({ code, message: expect.stringContaining("No.") });
    expect(world.client.getSnapshot()).toMatchObject({ status: "error", error: { code } });
    expect(world.log).toEqual(["status connecting", "status error", `error ${code}`]);
    world.microphone.starts[0]!.opening.resolve();
    await settle();
    expect(world.held).toEqual(nothingHeld);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("microphone denied: rejects with its code, keeps the conversation id, and goes on as text", async () => {
    const world = createWorld();
    const connecting = world.client.connect();
    await settle();
    world.microphone.starts[0]!.opening.reject(Object.assign(new Error("Denied."), { code: "permission-denied" }));
    await expect(connecting).rejects.toMatchObject({ code: "permission-denied", message: "Denied." });
    expect(world.held).toEqual(nothingHeld);
    expect(world.client.conversationId).toBe("lc_conv_1");
    await world.client.setAudioInput(false);
    await world.connect();
    expect(world.client.getSnapshot()).toMatchObject({ status: "connected", audioInput: false, error: null });
    expect(world.requests[1]?.body.conversation_id).toBe("lc_conv_1");
  });

  test.each([
    ["authorize", 15_000, "connect-timeout"],
    ["socket", 15_000, "connect-timeout"],
    ["microphone", 30_000, "permission-dismissed"],
  ])("%s hangs: gives up after %d ms with %s", async (stage, ms, code) => {
    const world = createWorld();
    if (stage === "authorize") world.answer = () => new Promise(() => {});
    const connecting = world.client.connect();
    await settle();
    if (stage === "microphone") world.socket.open();
    vi.advanceTimersByTime(ms - 1);
    expect(world.client.status).toBe("connecting");
    vi.advanceTimersByTime(1);
    await expect(connecting).rejects.toMatchObject({ code });
    expect(world.held).toEqual(nothingHeld);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("socket refused: rejects with the close code", async () => {
    const world = createWorld();
    const connecting = world.client.connect();
    await settle();
    world.socket.drop(1006);
    await expect(connecting).rejects.toMatchObject({ code: "connection", message: expect.stringContaining("1006") });
  });

  test("un-awaited, it raises no unhandled rejection", async () => {
    const unhandled = vi.fn();
    process.on("unhandledRejection", unhandled);
    const world = createWorld();
    world.answer = async () => Response.json({ error: "No." }, { status: 500 });
    void world.client.connect();
    void world.client.sendClientResponseText("hello");
    await settle();
    vi.useRealTimers();
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", unhandled);
    expect(unhandled).not.toHaveBeenCalled();
    expect(world.log).toContain("error authorization");
    expect(world.log).toContain("error not-connected");
  });

  test("never shows the session key", async () => {
    const world = createWorld();
    const connecting = world.client.connect();
    await settle();
    world.socket.drop(1008, "bad key");
    const error = await connecting.catch((reason: Error) => reason);
    expect(`${(error as Error).message}${(error as Error).stack}`).not.toContain("lc_sesskey_secret");
    expect(JSON.stringify(world.client.getSnapshot())).not.toContain("lc_sesskey_secret");
  });
});

describe("disconnect()", () => {
  const stages = {
    "authorization pending": async (world: ReturnType<typeof createWorld>) => {
      world.answer = () => new Promise(() => {});
      void world.client.connect();
      await settle();
      return () => {};
    },
    "microphone pending": async (world: ReturnType<typeof createWorld>) => {
      void world.client.connect();
      await settle();
      world.socket.open();
      return () => world.microphone.starts[0]!.opening.resolve();
    },
    "speaker pending": async (world: ReturnType<typeof createWorld>) => {
      world.speaker.opening = deferred<void>();
      void world.client.connect();
      await settle();
      return () => world.speaker.opening!.resolve();
    },
    "socket pending": async (world: ReturnType<typeof createWorld>) => {
      void world.client.connect();
      await settle();
      return () => world.socket.open();
    },
    connected: async (world: ReturnType<typeof createWorld>) => {
      await world.connect();
      return () => world.socket.says({ type: "turn.start", role: "assistant", turn_id: "late" });
    },
  };

  test.each(Object.entries(stages))(
    "with %s leaves nothing, and what comes late changes nothing",
    async (stage, reach) => {
      const world = createWorld();
      const late = await reach(world);
      await world.client.disconnect();
      const after = world.client.getSnapshot();
      expect(after.status).toBe("disconnected");
      late();
      await settle();
      expect(world.client.getSnapshot()).toBe(after);
      expect(world.held.sockets).toBe(0);
      expect(world.held.microphone).toBe(false);
      expect(vi.getTimerCount()).toBe(0);
      if (stage === "authorization pending") expect(world.requests[0]?.signal?.aborted).toBe(true);
    },
  );

  test("rejects a pending connect() as aborted, and reports nothing", async () => {
    const world = createWorld();
    const connecting = world.client.connect();
    await world.client.disconnect();
    await expect(connecting).rejects.toMatchObject({ code: "aborted" });
    expect(world.log).toEqual(["status connecting", "status disconnected"]);
  });

  test("is what a signal does", async () => {
    const world = createWorld();
    const controller = new AbortController();
    const connecting = world.client.connect({ signal: controller.signal });
    controller.abort();
    await expect(connecting).rejects.toMatchObject({ code: "aborted" });
    await expect(world.client.connect({ signal: controller.signal })).rejects.toMatchObject({ code: "aborted" });
    expect(world.requests).toHaveLength(0);
  });

  test("before a connection, and twice, resolves", async () => {
    const world = createWorld();
    await world.client.disconnect();
    await world.client.disconnect();
    expect(world.log).toEqual([]);
  });
});

describe("a connection that ends", () => {
  test("by the server, cleanly: over, without an error", async () => {
    const world = createWorld();
    await world.connect();
    world.socket.drop(1000);
    expect(world.client.getSnapshot()).toMatchObject({ status: "disconnected", error: null });
    expect(world.log.slice(-2)).toEqual(["status disconnected", "disconnect"]);
    expect(world.held).toEqual(nothingHeld);
  });

  test("by the network, with reconnect: false: over, with one error that says so", async () => {
    const world = createWorld({ reconnect: false });
    await world.connect();
    world.socket.drop(1006);
    expect(world.client.getSnapshot()).toMatchObject({ status: "disconnected", error: { code: "connection" } });
    expect(world.log.slice(-3)).toEqual(["status disconnected", "error connection", "disconnect"]);
  });
});
