import { beforeAll, describe, expect, test, vi } from "vitest";
import { connected } from "../../test/conversation.js";
import { longConnected, shown, stopTime, type World } from "../../test/long-connected.js";
import { audioContent, createWorld, deferred, loadCode, pushToTalkConfig, settleLoaded } from "../../test/world.js";
import type { ClientEvents } from "../options/client-events.js";
import type { LayercodeClientOptions } from "../options/layercode-client-options.js";

beforeAll(loadCode);
stopTime();

const nothingHeld = { sockets: 0, microphone: false, speaker: false };

/** What an app calls, from wherever it is called. */
const calls: Record<string, (world: World) => unknown> = {
  connect: ({ client }) => client.connect(),
  disconnect: ({ client }) => client.disconnect(),
  "disconnect, connect": ({ client }) => [client.disconnect(), client.connect()],
  dispose: ({ client }) => client.dispose(),
  prepare: ({ client }) => client.prepare(),
  "microphone off, on": ({ client }) => [client.setAudioInput(false), client.setAudioInput(true)],
  "sound off, on": ({ client }) => [client.setAudioOutput(false), client.setAudioOutput(true)],
  "another microphone": ({ client }) => client.setPreferredInputDevice("usb"),
  "press, release": ({ client }) => [client.triggerUserTurnStarted(), client.triggerUserTurnFinished()],
  text: ({ client }) => client.sendClientResponseText("hello"),
  "options without sound": ({ client, options }) => client.setOptions({ ...options, audioOutput: false }),
  throws: () => {
    throw new Error("the app's own");
  },
};

type Act = () => void;
const listener = (name: keyof ClientEvents) => (act: Act) => (world: World) => void world.client.on(name, act);
const option = (made: (act: Act) => Partial<LayercodeClientOptions>) => (act: Act) => (world: World) => {
  Object.assign(world.options, made(act));
  world.client.setOptions(world.options);
};

/** From where. */
const places: Record<string, (act: Act) => (world: World) => void> = {
  "a subscriber": (act) => (world) => void world.client.subscribe(act),
  ...Object.fromEntries(
    (["status", "message", "transcript", "turn", "agentSpeaking", "agentState", "error"] as const).map((name) => [
      `a listener of ${name}`,
      listener(name),
    ]),
  ),
  onConnect: option((onConnect) => ({ onConnect })),
  onDisconnect: option((onDisconnect) => ({ onDisconnect })),
  metadata: option((act) => ({
    metadata() {
      act();
      return {};
    },
  })),
  authorizeSessionRequest: option((act) => ({
    async authorizeSessionRequest() {
      act();
      return Response.json({ client_session_key: "key", conversation_id: "lc_conv_1" });
    },
  })),
  shouldReconnect: option((act) => ({
    reconnect: {
      shouldReconnect() {
        act();
        return true;
      },
    },
  })),
  "the logger": option((act) => ({ logger: { error: act, warn: act, info: act, debug: act }, logLevel: "debug" })),
};

/** A whole session: connected, spoken with, cut, mended and ended; with all that is under way given what it waits for. */
async function liveThrough(world: World, pending: Promise<unknown>[]): Promise<void> {
  const { client } = world;
  const goesOn = async () => {
    await settleLoaded();
    for (const { opening } of world.microphone.starts) opening.resolve();
    await settleLoaded();
    const socket = world.sockets.at(-1);
    if (socket?.readyState === 0) socket.open();
    await settleLoaded();
  };
  pending.push(client.connect());
  await goesOn();
  const socket = world.sockets.at(-1);
  socket?.says({ type: "turn.start", role: "assistant", turn_id: "a1" });
  socket?.says({ type: "response.text", turn_id: "a1", content: "Hello." });
  socket?.says({ type: "response.audio", turn_id: "a1", content: audioContent(8) });
  world.speaker.events?.onStarted("a1");
  socket?.says("no json");
  socket?.says({ type: "turn.start", role: "user", turn_id: "u1" });
  await goesOn();
  if (socket?.readyState === 1) socket.drop(1006);
  vi.advanceTimersByTime(250);
  await goesOn();
  await goesOn();
  pending.push(client.disconnect());
  await goesOn();
}

describe.each(Object.keys(places))("called from %s", (place) => {
  test.each(Object.keys(calls))("%s leaves nothing, and settles", async (call) => {
    const reported = vi.fn();
    vi.stubGlobal("reportError", reported);
    const world = createWorld({}, pushToTalkConfig);
    const pending: Promise<unknown>[] = [];
    // Some of them bring about what they are called from: three times are enough to see it.
    let left = 3;
    places[place]!(() => {
      if (left-- <= 0) return;
      pending.push(...([calls[call]!(world)].flat().filter((one) => one instanceof Promise) as Promise<unknown>[]));
    })(world);
    await liveThrough(world, pending);
    expect(left).toBeLessThan(3);
    left = 0;
    pending.push(world.client.disconnect());
    await settleLoaded();
    for (const outcome of await Promise.allSettled(pending))
      if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ name: "LayercodeError" });
    expect(shown(world)).toMatchObject({ status: "disconnected", reconnecting: null });
    expect(world.held).toEqual(nothingHeld);
    expect(vi.getTimerCount()).toBe(0);
    for (const [error] of reported.mock.calls) expect(error.message).toBe("the app's own");
  });
});

describe("a signal", () => {
  test("of a connect() that has ended does nothing to the next one", async () => {
    const world = createWorld();
    const controller = new AbortController();
    const first = world.client.connect({ signal: controller.signal });
    void world.client.disconnect();
    const second = world.client.connect();
    controller.abort();
    await expect(first).rejects.toMatchObject({ code: "aborted" });
    await settleLoaded();
    world.microphone.starts.at(-1)?.opening.resolve();
    world.socket.open();
    await second;
    expect(shown(world).status).toBe("connected");
    await world.client.disconnect();
  });

  test("of one of two that wait ends that one alone, and of the last the attempt", async () => {
    const [first, second, third] = [new AbortController(), new AbortController(), new AbortController()];
    const world = createWorld();
    const waiting = [first, second].map(({ signal }) => world.client.connect({ signal }));
    first.abort();
    await expect(waiting[0]).rejects.toMatchObject({ code: "aborted" });
    expect(shown(world).status).toBe("connecting");
    await settleLoaded();
    world.microphone.starts[0]?.opening.resolve();
    world.socket.open();
    await waiting[1];
    second.abort();
    expect(shown(world).status).toBe("connected");
    await world.client.disconnect();

    const last = world.client.connect({ signal: third.signal });
    third.abort();
    await expect(last).rejects.toMatchObject({ code: "aborted" });
    expect(shown(world).status).toBe("disconnected");
    await settleLoaded();
    expect(world.held).toEqual(nothingHeld);
  });

  test("that fires once it is connected, also in onConnect, ends nothing", async () => {
    const controller = new AbortController();
    const world = createWorld({ onConnect: () => controller.abort() });
    const connecting = world.client.connect({ signal: controller.signal });
    await settleLoaded();
    world.microphone.starts[0]?.opening.resolve();
    world.socket.open();
    await connecting;
    expect(shown(world).status).toBe("connected");
    await world.client.disconnect();
  });

  test.each(["authorize", "socket", "microphone"])("that fires while it waits for the %s ends it", async (stage) => {
    const world = createWorld();
    if (stage === "authorize") world.answer = () => new Promise(() => {});
    const controller = new AbortController();
    const connecting = world.client.connect({ signal: controller.signal });
    await settleLoaded();
    if (stage === "microphone") world.socket.open();
    controller.abort();
    await expect(connecting).rejects.toMatchObject({ code: "aborted" });
    expect(world.held).toEqual(nothingHeld);
    expect(vi.getTimerCount()).toBe(0);
    expect(world.log).toEqual(["status connecting", "status disconnected"]);
  });
});

describe("metadata that is a function", () => {
  test("and never answers, is given up with connectTimeout; what it answers later asks nobody", async () => {
    const metadata = deferred<Record<string, unknown>>();
    const world = createWorld({ metadata: () => metadata.promise });
    const connecting = world.client.connect();
    await settleLoaded();
    vi.advanceTimersByTime(15_000);
    await expect(connecting).rejects.toMatchObject({ code: "connect-timeout" });
    metadata.resolve({});
    await settleLoaded();
    // Each request rotates the conversation's key.
    expect(world.requests).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([
    ["throws", () => Promise.reject(new Error("token expired")), "authorization"],
    ["gives no object", () => 5, "invalid-option"],
  ])("and %s, fails connect(), once", async (_, metadata, code) => {
    const world = createWorld({ metadata: metadata as never });
    await expect(world.client.connect()).rejects.toMatchObject({ code });
    expect(world.log).toEqual(["status connecting", "status error", `error ${code}`]);
    world.microphone.starts[0]?.opening.resolve();
    await settleLoaded();
    expect(world.held).toEqual(nothingHeld);
  });
});

describe("a socket", () => {
  test("that closes as it opens, is a connection that was lost, or never came", async () => {
    for (const [audioInput, status] of [
      [false, "reconnecting"],
      [true, "error"],
    ] as const) {
      const world = createWorld({ audioInput });
      const connecting = world.client.connect();
      connecting.catch(() => {});
      await settleLoaded();
      world.socket.open();
      world.socket.drop(1006);
      expect(shown(world).status).toBe(status);
      world.socket.says({ type: "turn.start", role: "assistant", turn_id: "late" });
      world.socket.drop(1006);
      expect(shown(world)).toMatchObject({ status, turn: null });
      await world.client.disconnect();
      expect(vi.getTimerCount()).toBe(0);
    }
  });

  test("that speaks after its close is not heard", async () => {
    const world = await longConnected();
    const messages = vi.fn();
    world.client.on("message", messages);
    world.socket.drop(1000);
    world.socket.says({ type: "turn.start", role: "assistant", turn_id: "late" });
    expect(messages).not.toHaveBeenCalled();
  });
});

test("options that change while the connection is mended count at the next attempt", async () => {
  const world = await longConnected();
  world.socket.drop(1006);
  world.client.setOptions({ ...world.options, metadata: { fresh: true }, reconnect: { maxAttempts: 1 } });
  await world.comesBack();
  expect(world.requests[1]?.body.metadata).toEqual({ fresh: true });
  vi.advanceTimersByTime(10_000);
  world.answer = async () => Response.json({ error: "Later." }, { status: 503 });
  world.socket.drop(1006);
  vi.advanceTimersByTime(375);
  await settleLoaded();
  expect(shown(world).status).toBe("disconnected");
});

describe("a listener", () => {
  test("that another one removes while the event is told is not called; one that is added is, from the next on", async () => {
    const scene = await connected();
    const seen: string[] = [];
    scene.client.on("turn", () => {
      seen.push("first");
      off();
      if (seen.length === 1) scene.client.on("turn", () => seen.push("third"));
    });
    const off = scene.client.on("turn", () => seen.push("second"));
    scene.agentStarts("a1");
    expect(seen).toEqual(["first"]);
    scene.userStarts("u1");
    expect(seen).toEqual(["first", "first", "third"]);
    off();
    await scene.client.disconnect();
  });

  test("of changes, too", async () => {
    const scene = await connected();
    const seen: string[] = [];
    scene.client.subscribe(() => {
      seen.push("first");
      off();
    });
    const off = scene.client.subscribe(() => seen.push("second"));
    scene.agentStarts("a1");
    expect(seen).toEqual(["first"]);
    await scene.client.disconnect();
  });

  test("added twice is called twice, and each is removed for itself", async () => {
    const scene = await connected();
    const called = vi.fn();
    const off = scene.client.on("turn", called);
    scene.client.on("turn", called);
    scene.agentStarts("a1");
    expect(called).toHaveBeenCalledTimes(2);
    off();
    off();
    scene.userStarts("u1");
    expect(called).toHaveBeenCalledTimes(3);
    await scene.client.disconnect();
  });

  test("of a client that was disposed of is not called again, whatever a late player says", async () => {
    const scene = await connected();
    scene.agentStarts("a1");
    scene.text("a1", "Hello.");
    scene.audio("a1");
    const { playerEvents } = scene;
    const told = vi.fn();
    scene.client.subscribe(told);
    scene.client.on("transcript", told);
    await scene.client.dispose();
    told.mockClear();
    playerEvents.onInterrupted(scene.player.at("a1"), scene.player.at("a1"));
    expect(scene.client.getSnapshot().messages[0]).toHaveProperty("heardText");
    expect(told).not.toHaveBeenCalled();
  });
});

test("ports that throw are reported, and stop nothing", async () => {
  const reported = vi.fn();
  vi.stubGlobal("reportError", reported);
  const world = await longConnected();
  const fails = () => {
    throw new Error("broken port");
  };
  const stopMicrophone = world.microphone.stop.bind(world.microphone);
  Object.assign(world.speaker, { interrupt: fails, stop: fails, end: fails, enqueue: fails, setVolume: fails });
  Object.assign(world.microphone, { setMuted: fails });
  world.microphone.stop = () => {
    stopMicrophone();
    fails();
  };
  world.client.mute();
  world.client.setVolume(0.5);
  world.socket.says({ type: "response.audio", turn_id: "a1", content: audioContent(8) });
  world.socket.says({ type: "response.end", turn_id: "a1" });
  await world.client.disconnect();
  expect(shown(world)).toMatchObject({ status: "disconnected", isMuted: true, volume: 0.5 });
  expect(world.held).toMatchObject({ sockets: 0, microphone: false });
  expect(new Set(reported.mock.calls.map(([error]) => error.message))).toEqual(new Set(["broken port"]));
});
