import { describe, expect, test } from "vitest";
import { stopTime } from "../../test/long-connected.js";
import { config, createWorld, pushToTalkConfig, settle } from "../../test/world.js";

stopTime();

type World = ReturnType<typeof createWorld>;

const said = (world: World) =>
  world.sockets.flatMap(({ sent }) =>
    sent
      .filter(({ type }) => type === "client.audio")
      .map(({ content }) => Buffer.from(String(content), "base64").readInt16LE(0)),
  );
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n + 1);

/** A client that connects: the microphone is open, and the backend has not answered. */
async function connecting(preConnectBuffer: boolean | number, agentConfig: typeof config | null = config) {
  const world = createWorld({ preConnectBuffer }, agentConfig);
  const { answer } = world;
  let authorizes = () => {};
  const asked = new Promise<void>((resolve) => {
    authorizes = resolve;
  });
  world.answer = () => asked.then(answer);
  const connected = world.client.connect();
  connected.catch(() => {});
  await settle();
  world.microphone.starts[0]?.opening.resolve();
  await settle();
  let count = 0;
  return Object.assign(world, {
    connected,
    /** The user says so many frames. */
    says(frames: number): void {
      for (let n = 0; n < frames; n++) world.microphone.hearFrame(10 + ++count / 50, count);
    },
    async authorized(): Promise<void> {
      authorizes();
      await settle();
    },
    async opens(): Promise<void> {
      world.socket.open();
      await connected;
    },
  });
}

describe("preConnectBuffer", () => {
  test.each([
    ["of an agent that listens all the time", config],
    ["without a configuration", null],
  ])("sends what was said since the microphone was open, in order, behind client.ready: %s", async (_, agentConfig) => {
    const scene = await connecting(true, agentConfig);
    scene.says(50);
    await scene.authorized();
    scene.says(50);
    await scene.opens();
    scene.says(1);
    expect(scene.socket.types[0]).toBe("client.ready");
    expect(said(scene)).toEqual(upTo(101));
  });

  test.each<[boolean | number, number]>([
    [true, 499],
    [10_000, 499],
    [400, 20],
  ])("as %j sends the last %i frames of it, and what is said then", async (option, frames) => {
    const scene = await connecting(option);
    scene.says(700);
    await scene.authorized();
    scene.says(700);
    await scene.opens();
    scene.says(1);
    expect(said(scene)).toEqual(upTo(1401).slice(-frames - 1));
  });

  test.each([false, 0])("as %j sends nothing of it", async (option) => {
    const scene = await connecting(option);
    scene.says(10);
    await scene.authorized();
    scene.says(10);
    await scene.opens();
    scene.says(1);
    expect(said(scene)).toEqual([21]);
  });

  test("lets nothing out to an agent with push-to-talk", async () => {
    const scene = await connecting(true, pushToTalkConfig);
    scene.says(10);
    await scene.authorized();
    scene.says(10);
    await scene.opens();
    scene.says(1);
    expect(said(scene)).toEqual([]);
  });

  test("lets out what was said to one since a press, to the sample, also from before the configuration", async () => {
    const scene = await connecting(true, pushToTalkConfig);
    scene.says(10);
    scene.microphone.clock = 10.22;
    await scene.client.triggerUserTurnStarted();
    scene.says(700);
    await scene.authorized();
    scene.says(10);
    await scene.opens();
    scene.microphone.clock = 30;
    await scene.client.triggerUserTurnFinished();
    expect(scene.socket.types.slice(0, 3)).toEqual(["client.ready", "trigger.turn.start", "client.audio"]);
    expect(scene.socket.types.at(-1)).toBe("trigger.turn.end");
    expect(said(scene)).toEqual(upTo(720).slice(10));
  });

  test("sends nothing from before a mute", async () => {
    for (const isAuthorized of [false, true]) {
      const scene = await connecting(true);
      scene.says(10);
      if (isAuthorized) await scene.authorized();
      scene.client.mute();
      scene.says(1);
      await scene.client.unmute();
      scene.says(1);
      await scene.authorized();
      await scene.opens();
      scene.says(1);
      expect(said(scene)).toEqual([12, 13]);
    }
  });

  test.each<[string, (scene: Awaited<ReturnType<typeof connecting>>) => unknown]>([
    ["disconnect()", (scene) => scene.client.disconnect()],
    ["the microphone is switched off", (scene) => scene.client.setAudioInput(false)],
  ])("keeps nothing after: %s", async (_, ends) => {
    const scene = await connecting(true);
    scene.says(10);
    await ends(scene);
    await scene.authorized();
    void scene.client.setAudioInput(true);
    const again = scene.client.connect();
    await settle();
    scene.microphone.starts.at(-1)?.opening.resolve();
    await settle();
    scene.socket.open();
    await again;
    scene.says(1);
    expect(said(scene)).toEqual([11]);
  });

  test("keeps nothing of a connect() that failed", async () => {
    const scene = await connecting(true);
    scene.says(10);
    await scene.authorized();
    scene.says(10);
    scene.socket.drop(1008);
    await expect(scene.connected).rejects.toMatchObject({ code: "connection" });
    const again = scene.client.connect();
    await settle();
    scene.microphone.starts.at(-1)?.opening.resolve();
    await settle();
    scene.socket.open();
    await again;
    scene.says(1);
    expect(said(scene)).toEqual([21]);
  });

  test("is of a first connection: in a gap the last second is kept, as without it", async () => {
    const scene = await connecting(true);
    await scene.authorized();
    await scene.opens();
    scene.socket.drop(1006);
    scene.says(200);
    await scene.comesBack();
    scene.says(1);
    expect(said(scene)).toEqual(upTo(201).slice(-51));
  });
});
