import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { stubPage } from "../../test/page.js";
import { createWorld, deferred, settle } from "../../test/world.js";

let page: ReturnType<typeof stubPage>;

beforeEach(() => {
  page = stubPage();
});
afterEach(async () => {
  await vi.dynamicImportSettled();
  vi.unstubAllGlobals();
});

describe("dispose()", () => {
  test("ends the session, for good: what is called later rejects, and nobody is told any more", async () => {
    const world = createWorld();
    const { client } = world;
    await world.connect();
    const told = vi.fn();
    client.on("disconnect", told);
    const disposing = client.dispose();
    await expect(client.connect()).rejects.toMatchObject({
      code: "aborted",
      message: expect.stringContaining("disposed"),
    });
    await disposing;
    await client.dispose();
    expect(told).toHaveBeenCalledOnce();
    expect(world.held).toEqual({ sockets: 0, microphone: false, speaker: false });
    const before = [...world.log];
    const calls = [
      client.connect(),
      client.disconnect(),
      client.prepare(),
      client.setAudioInput(false),
      client.sendClientResponseText("hello"),
      client.triggerUserTurnStarted(),
    ];
    for (const call of calls) await expect(call).rejects.toMatchObject({ code: "aborted" });
    client.mute();
    client.setOptions({ ...world.options, audioInput: false });
    await settle();
    expect(world.log).toEqual(before);
    expect(client.getSnapshot()).toMatchObject({ status: "disconnected", isMuted: false, audioInput: true });
    expect(page.listeners).toBe(0);
  });

  test("is final to whom it calls back: the line that comes back is refused, and nothing is opened", async () => {
    const codes: string[] = [];
    const world = createWorld();
    const { client, options } = world;
    const comeBack = () => {
      client.connect().catch(({ code }) => codes.push(code));
      client.prepare().catch(({ code }) => codes.push(code));
      client.mute();
      client.setOptions({ ...options, volume: 0.5 });
      void client.dispose();
    };
    client.setOptions({ ...options, onDisconnect: comeBack });
    client.on("status", (status) => status === "disconnected" && comeBack());
    await world.connect();
    await client.dispose();
    await settle();
    expect(codes).toEqual(["aborted", "aborted", "aborted", "aborted"]);
    expect(client.getSnapshot()).toMatchObject({ status: "disconnected", isMuted: false, volume: 1 });
    expect(world.held).toEqual({ sockets: 0, microphone: false, speaker: false });
  });

  test.each([
    ["there: it is told before", ["a"]],
    ["not there yet: it is not told any more", []],
  ])("in mid-turn, where the code of the turn's figures is %s", async (_, expected) => {
    const loaded = deferred<void>();
    vi.resetModules();
    vi.doMock("../stats/statistics.js", async (original) => {
      await loaded.promise;
      return original();
    });
    const told: (string | null)[] = [];
    const world = createWorld({ onTurnSummary: ({ turnId }) => told.push(turnId) });
    await world.connect();
    if (expected.length > 0) {
      loaded.resolve();
      await world.client.getStats();
    }
    world.socket.says({ type: "turn.start", role: "assistant", turn_id: "a" });
    world.socket.says({ type: "response.text.delta", turn_id: "a", content: "Hello." });
    await world.client.dispose();
    expect(told).toEqual(expected);
    loaded.resolve();
    await world.client.getStats();
    await settle();
    expect(told).toEqual(expected);
    vi.doUnmock("../stats/statistics.js");
  });

  test("while connecting aborts that, and from within a listener it is heard to the end", async () => {
    const world = createWorld();
    const connecting = world.client.connect();
    await world.client.dispose();
    await expect(connecting).rejects.toMatchObject({ code: "aborted" });
    const other = createWorld();
    other.client.on("connect", () => void other.client.dispose());
    await other.connect();
    await settle();
    expect(other.log.slice(-2)).toEqual(["status disconnected", "disconnect"]);
  });
});

describe("prepare()", () => {
  test("asks nobody for anything, and connect() goes on from there", async () => {
    const world = createWorld();
    await world.client.prepare();
    await world.client.prepare();
    expect(world.requests).toHaveLength(0);
    expect(world.microphone.starts).toHaveLength(0);
    expect(world.client.status).toBe("disconnected");
    await world.connect();
    expect(world.client.status).toBe("connected");
    await world.client.disconnect();
  });
});
