import { describe, expect, test, vi } from "vitest";
import { connected } from "../../test/conversation.js";
import { longConnected, shown, stopTime, type World } from "../../test/long-connected.js";
import { config, createWorld, deferred, pushToTalkConfig, settle } from "../../test/world.js";

stopTime();

const pcmOf = (world: World) =>
  world.socket.sent
    .filter(({ type }) => type === "client.audio")
    .map(({ content }) => Buffer.from(String(content), "base64").readInt16LE(0));

describe("a press", () => {
  test("opens the gate to what is captured from then on, and the tail goes before the end of the turn", async () => {
    const world = createWorld({}, pushToTalkConfig);
    await world.connect();
    world.microphone.hearFrame(9.98);
    world.microphone.clock = 10.01;
    await world.client.triggerUserTurnStarted();
    world.microphone.hearFrame(10);
    world.microphone.hearFrame(10.02);
    world.microphone.clock = 10.045;
    world.microphone.tail = { pcm: new Int16Array(80), time: 10.04 };
    await world.client.triggerUserTurnFinished();
    world.microphone.hearFrame(10.06);
    const audio = world.socket.sent.filter((message) => message.type === "client.audio");
    expect(audio.map((message) => Buffer.from(String(message.content), "base64").length / 2)).toEqual([80, 160, 40]);
    expect(world.socket.types).toEqual([
      "client.ready",
      "trigger.turn.start",
      "client.audio",
      "client.audio",
      "client.audio",
      "trigger.turn.end",
    ]);
  });
});

test("a microphone of the app's own whose clock throws is pressed and released all the same", async () => {
  const reported = vi.fn();
  vi.stubGlobal("reportError", reported);
  const world = await connected({}, pushToTalkConfig);
  const failure = new Error("The app's own.");
  vi.spyOn(world.microphone, "now").mockImplementation(() => {
    throw failure;
  });
  await world.client.triggerUserTurnStarted();
  world.microphone.hearFrame(10);
  await world.client.triggerUserTurnFinished();
  expect(world.socket.types.slice(1)).toEqual(["trigger.turn.start", "client.audio", "trigger.turn.end"]);
  expect(reported).toHaveBeenCalledWith(failure);
  vi.unstubAllGlobals();
});

describe("a press while the last one's tail is still on its way", () => {
  test("ends the last one first", async () => {
    const scene = await connected({}, pushToTalkConfig);
    await scene.client.triggerUserTurnStarted();
    scene.microphone.flushing = new Promise(() => {});
    const released = scene.client.triggerUserTurnFinished();
    await scene.client.triggerUserTurnStarted();
    await released;
    expect(scene.socket.types.slice(1)).toEqual(["trigger.turn.start", "trigger.turn.end", "trigger.turn.start"]);
    vi.advanceTimersByTime(1000);
    expect(scene.client.getSnapshot().pushToTalk.pressed).toBe(true);
  });

  test("nothing that was captured after the release goes with it, however long it takes", async () => {
    const world = createWorld({}, pushToTalkConfig);
    await world.connect();
    await world.client.triggerUserTurnStarted();
    const flushing = deferred<void>();
    world.microphone.flushing = flushing.promise;
    world.microphone.clock = 10.02;
    const released = world.client.triggerUserTurnFinished();
    world.microphone.clock = 10.04;
    world.microphone.hearFrame(10, 1);
    void world.client.triggerUserTurnFinished();
    world.microphone.hearFrame(10.02, 2);
    world.microphone.hearFrame(10.04, 3);
    flushing.resolve();
    await released;
    expect(pcmOf(world)).toEqual([1]);
    expect(world.socket.types.at(-1)).toBe("trigger.turn.end");
  });

  test("a network that is behind keeps the tail, whatever is captured meanwhile", async () => {
    const world = createWorld({}, pushToTalkConfig);
    await world.connect();
    await world.client.triggerUserTurnStarted();
    Object.assign(world.socket, { bufferedAmount: 50_000 });
    world.microphone.hearFrame(10, 1);
    const flushing = deferred<void>();
    world.microphone.flushing = flushing.promise;
    world.microphone.clock = 10.02;
    const released = world.client.triggerUserTurnFinished();
    world.microphone.hearFrame(10.02, 2);
    flushing.resolve();
    await released;
    expect(pcmOf(world)).toEqual([1]);
  });

  test("a tail that never comes ends the turn all the same", async () => {
    const scene = await connected({}, pushToTalkConfig);
    await scene.client.triggerUserTurnStarted();
    scene.microphone.flushing = new Promise(() => {});
    const released = scene.client.triggerUserTurnFinished();
    await settle();
    vi.advanceTimersByTime(500);
    await released;
    expect(scene.socket.types.at(-1)).toBe("trigger.turn.end");
  });
});

test("a press that is held over a mute is heard again after it", async () => {
  const scene = await connected({}, pushToTalkConfig);
  scene.client.mute();
  await scene.client.unmute();
  expect(scene.client.userSpeaking).toBe(false);
  await scene.client.triggerUserTurnStarted();
  scene.client.mute();
  expect(scene.client.userSpeaking).toBe(false);
  scene.microphone.hearFrame(11, 1);
  await scene.client.unmute();
  expect(scene.client.userSpeaking).toBe(true);
  scene.microphone.hearFrame(11.02, 2);
  await scene.client.triggerUserTurnFinished();
  expect(scene.client.userSpeaking).toBe(false);
  expect(scene.socket.types).toEqual(["client.ready", "trigger.turn.start", "client.audio", "trigger.turn.end"]);
  await scene.client.disconnect();
});

describe("a press while connecting", () => {
  /** A client that connects, as far as the test lets it; its microphone is open. */
  async function connecting(agentConfig = pushToTalkConfig, options: Parameters<typeof createWorld>[0] = {}) {
    const world = createWorld(options, agentConfig);
    const answering = deferred<void>();
    const { answer } = world;
    world.answer = () => answering.promise.then(answer);
    const isConnected = world.client.connect();
    isConnected.catch(() => {});
    await settle();
    world.microphone.starts[0]?.opening.resolve();
    await settle();
    const authorize = async () => {
      answering.resolve();
      await settle();
    };
    return Object.assign(world, { isConnected, authorize });
  }

  test("counts as soon as the connection is there: with what was said since, and nothing from before", async () => {
    const world = await connecting();
    world.microphone.hearFrame(9.98, 1);
    world.microphone.clock = 10.01;
    await world.client.triggerUserTurnStarted();
    expect(shown(world)).toMatchObject({ status: "connecting", userSpeaking: true, pushToTalk: { pressed: true } });
    world.microphone.hearFrame(10, 2);
    await world.authorize();
    world.microphone.hearFrame(10.02, 3);
    world.socket.open();
    await world.isConnected;
    expect(shown(world).agentState).toBe("listening");
    world.microphone.hearFrame(10.04, 4);
    await world.client.triggerUserTurnFinished();
    expect(world.socket.types).toEqual([
      ...["client.ready", "trigger.turn.start"],
      ...["client.audio", "client.audio", "client.audio", "trigger.turn.end"],
    ]);
    expect(pcmOf(world)).toEqual([2, 3, 4]);
    const first = world.socket.sent.find(({ type }) => type === "client.audio");
    // The frame that straddles the press is cut to the sample.
    expect(Buffer.from(String(first?.content), "base64")).toHaveLength(160);
  });

  test("and let go just after: what waits is written before the end of the turn", async () => {
    const world = await connecting();
    await world.client.triggerUserTurnStarted();
    world.microphone.hearFrame(10, 1);
    await world.authorize();
    world.socket.open();
    await world.client.triggerUserTurnFinished();
    expect(world.socket.types).toEqual(["client.ready", "trigger.turn.start", "client.audio", "trigger.turn.end"]);
  });

  test("and let go before: nothing is said, and nothing of it is heard later", async () => {
    const world = await connecting();
    await world.client.triggerUserTurnStarted();
    world.microphone.hearFrame(10, 1);
    await world.client.triggerUserTurnFinished();
    expect(shown(world)).toMatchObject({ userSpeaking: false, pushToTalk: { pressed: false } });
    await world.authorize();
    world.socket.open();
    await world.isConnected;
    expect(world.socket.types).toEqual(["client.ready"]);
    await world.client.triggerUserTurnStarted();
    world.microphone.hearFrame(11, 2);
    expect(pcmOf(world)).toEqual([2]);
  });

  test("is shown and held also before the code of a session has come", async () => {
    for (const releases of [false, true]) {
      const world = createWorld({}, pushToTalkConfig);
      const connected = world.client.connect();
      const calls = [world.client.triggerUserTurnStarted()];
      if (releases) calls.push(world.client.triggerUserTurnFinished());
      await Promise.all(calls);
      expect(shown(world)).toMatchObject({ status: "connecting", pushToTalk: { pressed: !releases } });
      await settle();
      world.microphone.starts[0]?.opening.resolve();
      world.socket.open();
      await connected;
      expect(world.socket.types).toEqual(["client.ready", ...(releases ? [] : ["trigger.turn.start"])]);
      await world.client.disconnect();
    }
  });

  test("is nobody's once connecting has failed, or was given up, also before that code has come", async () => {
    for (const early of [false, true])
      for (const how of ["refused", "given up"]) {
        const world = createWorld({}, pushToTalkConfig);
        world.answer = async () => Response.json({ error: "No." }, { status: 403 });
        const connecting = world.client.connect();
        if (!early) await world.client.triggerUserTurnStarted();
        const pressed = world.client.triggerUserTurnStarted();
        if (how === "given up") await world.client.disconnect();
        await expect(connecting).rejects.toMatchObject({ code: how === "given up" ? "aborted" : "authorization" });
        await pressed;
        await settle();
        expect(shown(world)).toMatchObject({ userSpeaking: false, pushToTalk: { pressed: false } });
        await expect(world.client.triggerUserTurnFinished()).rejects.toMatchObject({ code: "not-connected" });
      }
  });

  test("to an agent that always listens is none: what was said before it was known stays here", async () => {
    const world = await connecting(config);
    await world.client.triggerUserTurnStarted();
    world.microphone.hearFrame(10, 1);
    await world.authorize();
    expect(shown(world).pushToTalk).toEqual({ enabled: false, pressed: false });
    world.socket.open();
    await world.isConnected;
    world.microphone.hearFrame(11, 2);
    expect(world.socket.types).toEqual(["client.ready", "client.audio"]);
    expect(pcmOf(world)).toEqual([2]);
  });

  test("interrupts what the agent says before the microphone is open", async () => {
    const world = createWorld({}, pushToTalkConfig);
    const isConnected = world.client.connect();
    await settle();
    world.socket.open();
    world.socket.says({ type: "response.audio", turn_id: "a1", content: "AAAA" });
    await world.client.triggerUserTurnStarted();
    world.microphone.starts[0]?.opening.resolve();
    await isConnected;
    expect(world.socket.types).toEqual(["client.ready", "trigger.turn.start"]);
    expect(world.speaker.done.at(-1)).toBe("interrupt");
    await world.client.disconnect();
  });

  test("while muted, or with the microphone off, says nothing", async () => {
    const world = await connecting();
    world.client.mute();
    await world.client.triggerUserTurnStarted();
    expect(shown(world).userSpeaking).toBe(false);
    world.microphone.hearFrame(10, 1);
    await world.client.unmute();
    await world.authorize();
    world.socket.open();
    await world.isConnected;
    await world.client.triggerUserTurnFinished();
    expect(world.socket.types).toEqual(["client.ready", "trigger.turn.start", "trigger.turn.end"]);
  });
});

describe("when the connection is lost, the microphone", () => {
  test("of a button that is held: the turn begins anew, with what was said since, and ends as always", async () => {
    const world = await longConnected({}, pushToTalkConfig);
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

  test("of a button that was let go in the gap: nothing is said", async () => {
    const world = await longConnected({}, pushToTalkConfig);
    await world.client.triggerUserTurnStarted();
    world.socket.drop(1006);
    world.microphone.hearFrame(11, 1);
    await world.client.triggerUserTurnFinished();
    expect(shown(world)).toMatchObject({ userSpeaking: false, pushToTalk: { pressed: false } });
    await world.comesBack();
    world.microphone.hearFrame(12, 2);
    expect(world.socket.types).toEqual(["client.ready"]);
  });

  test("of a button that was let go when the socket was open again, and the microphone not yet", async () => {
    const world = await longConnected({}, pushToTalkConfig);
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

  test("of a button that was let go just before: the call resolves, no server hears of it", async () => {
    const world = await longConnected({}, pushToTalkConfig);
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

  test("of a button that is pressed in the gap: the turn begins with the connection, with what was said since", async () => {
    const world = await longConnected({}, pushToTalkConfig);
    world.socket.drop(1006);
    world.microphone.hearFrame(11, 1);
    world.microphone.clock = 11.02;
    await world.client.triggerUserTurnStarted();
    expect(shown(world)).toMatchObject({ status: "reconnecting", pushToTalk: { pressed: true } });
    world.microphone.hearFrame(11.02, 2);
    await world.comesBack();
    await world.client.triggerUserTurnFinished();
    expect(world.socket.types).toEqual(["client.ready", "trigger.turn.start", "client.audio", "trigger.turn.end"]);
    expect(pcmOf(world)).toEqual([2]);
  });
});

test("a microphone that is switched off under the press ends the turn, and the release says nothing more", async () => {
  const world = createWorld({}, pushToTalkConfig);
  await world.connect();
  await world.client.triggerUserTurnStarted();
  world.microphone.hearFrame(11, 1);
  await world.client.setAudioInput(false);
  expect(shown(world).pushToTalk.pressed).toBe(false);
  await world.client.triggerUserTurnFinished();
  expect(world.socket.types.slice(1)).toEqual(["trigger.turn.start", "client.audio", "trigger.turn.end"]);
});

test("a press while disconnected is refused", async () => {
  const world = createWorld({}, pushToTalkConfig);
  await expect(world.client.triggerUserTurnStarted()).rejects.toMatchObject({ code: "not-connected" });
  await expect(world.client.triggerUserTurnFinished()).rejects.toMatchObject({ code: "not-connected" });
  expect(world.log).toEqual(["error not-connected", "error not-connected"]);
});
