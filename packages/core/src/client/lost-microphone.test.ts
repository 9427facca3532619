import { FakeMediaDevices, FakeMicrophone, FakeSwitchableMicrophone } from "@layercode/client-testing";
import { afterEach, describe, expect, test, vi } from "vitest";
import { config, createWorld, pushToTalkConfig, settle } from "../../test/world.js";

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const code = (name: string) => Object.assign(new Error(name), { code: name });
const [builtIn, usb, headset] = ["id of Built-in", "id of USB", "id of Headset"] as const;

/** A session whose microphones are these, the system's first; `chosen`: which one the user chose before. */
async function inSession({
  labels = ["Built-in", "USB"],
  chosen = null as string | null,
  microphone = new FakeSwitchableMicrophone() as FakeMicrophone,
  agentConfig = config,
} = {}) {
  const devices = new FakeMediaDevices(labels);
  vi.stubGlobal("navigator", { mediaDevices: devices });
  const switched: string[] = [];
  microphone.systemDevice = `id of ${labels[0]}`;
  const onDeviceSwitched = (id: string) => void switched.push(id);
  const world = createWorld({ onDeviceSwitched }, agentConfig, { microphone });
  await world.client.setPreferredInputDevice(chosen);
  if (chosen && !labels.includes(chosen.slice("id of ".length))) microphone.unplugged.add(chosen);
  await world.connect();
  await settle();
  const scene = {
    world,
    client: world.client,
    microphone,
    switched,
    devices,
    get shown() {
      return world.client.getSnapshot();
    },
    get errors() {
      return world.log.filter((line) => line.startsWith("error"));
    },
    /** The system notices that these are there, the one that it uses first. */
    async are(...labels: string[]) {
      if (labels[0]) microphone.systemDevice = `id of ${labels[0]}`;
      for (const label of ["Built-in", "USB", "Headset"]) {
        if (labels.includes(label)) microphone.unplugged.delete(`id of ${label}`);
        else microphone.unplugged.add(`id of ${label}`);
      }
      devices.change(labels);
      await settle();
    },
    /** The microphone that is open is unplugged; the one that is opened for it is granted. */
    async isUnplugged() {
      microphone.ends();
      await settle();
    },
    async opens() {
      microphone.starts.at(-1)?.opening.resolve();
      await settle();
    },
    async refuses(why = "device-not-found") {
      microphone.starts.at(-1)?.opening.reject(code(why));
      await settle();
    },
  };
  return scene;
}

/** The devices that the open microphone was moved to, which all agree. */
async function moves({ microphone }: { microphone: FakeMicrophone }) {
  const { devices } = microphone as FakeSwitchableMicrophone;
  devices.at(-1)?.changing.resolve();
  await settle();
  return devices.map(({ deviceId }) => deviceId);
}

describe("a microphone that is unplugged", () => {
  test("is opened again on what the system uses now, without the app, and nothing of the talk is lost", async () => {
    const scene = await inSession({ agentConfig: pushToTalkConfig });
    const { client, microphone, world } = scene;
    void client.triggerUserTurnStarted();
    await settle();
    microphone.hearFrame(11, 7);
    await scene.are("USB");
    await scene.isUnplugged();
    expect(scene.shown).toMatchObject({ audioInput: true, activeInputDeviceId: null, pushToTalk: { pressed: true } });
    await scene.opens();
    expect(scene.shown).toMatchObject({ status: "connected", audioInput: true, activeInputDeviceId: usb, error: null });
    microphone.hearFrame(12, 8);
    expect(world.socket.types.filter((type) => type === "client.audio")).toHaveLength(2);
    expect(world.turns).toEqual(["trigger.turn.start"]);
    expect([scene.switched, scene.errors]).toEqual([[builtIn, usb], []]);
  });

  test("what it still reports is of nobody, once another is being opened", async () => {
    const scene = await inSession();
    const [first] = scene.microphone.starts;
    await scene.isUnplugged();
    first!.events.onEnded(code("device-not-found"));
    first!.events.onFrame({ pcm: new Int16Array(160), time: 11 });
    await scene.opens();
    expect(scene.microphone.starts).toHaveLength(2);
    expect(scene.world.socket.types).not.toContain("client.audio");
  });

  test("the chosen one is taken again when it comes back; until then it is the system's", async () => {
    const scene = await inSession({ labels: ["Built-in", "USB"], chosen: usb });
    expect(scene.shown.activeInputDeviceId).toBe(usb);
    await scene.are("Built-in");
    await scene.isUnplugged();
    await scene.opens();
    expect(scene.shown).toMatchObject({ preferredInputDeviceId: usb, activeInputDeviceId: builtIn });
    await scene.are("Built-in", "USB");
    expect(await moves(scene)).toEqual([usb]);
    expect(scene.shown).toMatchObject({ preferredInputDeviceId: usb, activeInputDeviceId: usb });
    expect([scene.switched, scene.errors]).toEqual([[usb, builtIn, usb], []]);
  });

  test("the chosen one comes back while the system's opens in its place", async () => {
    const scene = await inSession({ chosen: usb });
    scene.microphone.unplugged.add(usb);
    await scene.isUnplugged();
    scene.devices.change(["Built-in", "USB"]);
    await settle();
    await scene.opens();
    expect(await moves(scene)).toEqual([usb]);
  });

  test("a chosen one that was not there when the session began is taken when it comes", async () => {
    const scene = await inSession({ labels: ["Built-in"], chosen: usb });
    expect(scene.shown.activeInputDeviceId).toBe(builtIn);
    await scene.are("Built-in", "Headset");
    expect(await moves(scene)).toEqual([]);
    await scene.are("Built-in", "Headset", "USB");
    expect(await moves(scene)).toEqual([usb]);
  });

  test("one that refuses when it comes back is asked once each time it comes, and has not failed anybody", async () => {
    const scene = await inSession({ labels: ["Built-in"], chosen: usb });
    const { devices } = scene.microphone as FakeSwitchableMicrophone;
    await scene.are("Built-in", "USB");
    devices[0]!.changing.reject(code("device-in-use"));
    await scene.are("Built-in", "USB", "Headset");
    expect(devices).toHaveLength(1);
    expect(scene.shown).toMatchObject({ preferredInputDeviceId: usb, activeInputDeviceId: builtIn, error: null });
    await scene.are("Built-in");
    await scene.are("Built-in", "USB");
    expect(devices).toHaveLength(2);
    expect(scene.errors).toEqual([]);
  });

  test("whoever chooses meanwhile is not overruled", async () => {
    const scene = await inSession({ labels: ["Built-in", "Headset"], chosen: usb });
    const chosen = scene.client.setPreferredInputDevice(headset);
    await settle();
    await moves(scene);
    await chosen;
    await scene.are("Built-in", "Headset", "USB");
    expect(await moves(scene)).toEqual([headset]);
  });

  test("where the chosen one is there and refuses, it is the system's", async () => {
    const scene = await inSession({ chosen: usb });
    await scene.isUnplugged();
    await scene.refuses("device-in-use");
    await scene.opens();
    expect(scene.microphone.deviceIds).toEqual([usb, usb, null]);
    expect(scene.shown).toMatchObject({ preferredInputDeviceId: usb, activeInputDeviceId: builtIn, error: null });
    expect(scene.errors).toEqual([]);
  });

  test("where none is left, that is one error, and the first that comes is opened", async () => {
    const scene = await inSession({ labels: ["Built-in"] });
    await scene.are();
    await scene.isUnplugged();
    await scene.refuses();
    expect(scene.shown).toMatchObject({ status: "connected", audioInput: false, error: { code: "device-not-found" } });
    await scene.client.sendClientResponseText("Still here.");
    await scene.are("Headset");
    await scene.opens();
    expect(scene.shown).toMatchObject({ audioInput: true, activeInputDeviceId: headset, error: null });
    expect(scene.errors).toEqual(["error device-not-found"]);
  });

  test.each([
    [
      "switched the microphone off",
      (client: { setAudioInput(on: boolean): Promise<void> }) => client.setAudioInput(false),
    ],
    ["ended the session", (client: { disconnect(): Promise<void> }) => client.disconnect()],
  ])("but not after the app has %s", async (_, act) => {
    const scene = await inSession({ labels: ["Built-in"] });
    await scene.are();
    await scene.isUnplugged();
    await scene.refuses();
    await act(scene.client);
    expect(scene.devices.listeners).toBe(0);
    await scene.are("Headset");
    expect(scene.microphone.starts).toHaveLength(2);
  });

  test("one that is lost again and again is given up", async () => {
    const scene = await inSession();
    for (let times = 0; times < 3; times++) {
      await scene.isUnplugged();
      await scene.opens();
    }
    expect(scene.shown).toMatchObject({ audioInput: true, error: null });
    await scene.isUnplugged();
    expect(scene.shown).toMatchObject({ audioInput: false, error: { code: "device-not-found" } });
    expect(scene.microphone.starts).toHaveLength(4);
  });

  test("one whose permission was taken back stays closed: that is an error, and the talk goes on by text", async () => {
    const scene = await inSession();
    scene.microphone.ends("permission-denied");
    await settle();
    expect(scene.shown).toMatchObject({ status: "connected", audioInput: false, error: { code: "permission-denied" } });
    await scene.client.sendClientResponseText("By text, then.");
    expect(scene.world.socket.types.at(-1)).toBe("client.response.text");
    await scene.are("Headset");
    expect([scene.microphone.starts.length, scene.errors]).toEqual([1, ["error permission-denied"]]);
  });
});

describe("a session on the system's microphone", () => {
  test("follows the system to another one", async () => {
    const scene = await inSession();
    await scene.are("USB", "Built-in");
    expect(await moves(scene)).toEqual([null]);
    expect(scene.switched).toEqual([builtIn, usb]);
    await scene.are("USB", "Built-in", "Headset");
    expect(await moves(scene)).toEqual([null]);
  });

  test("stays on what it has where the other one refuses, and follows the next change", async () => {
    const scene = await inSession();
    const { devices } = scene.microphone as FakeSwitchableMicrophone;
    scene.devices.change(["USB", "Built-in"]);
    await settle();
    devices[0]!.changing.reject(code("device-in-use"));
    await settle();
    expect(scene.shown).toMatchObject({ activeInputDeviceId: builtIn, error: null });
    await scene.are("Headset", "USB", "Built-in");
    expect(await moves(scene)).toEqual([null, null]);
    expect([scene.shown.activeInputDeviceId, scene.errors]).toEqual([headset, []]);
  });

  test.each([
    ["chosen by the app", { chosen: usb }],
    ["chosen in the browser's prompt", {}],
  ])("one that was %s is not left for it", async (_, setup) => {
    const scene = await inSession(setup);
    if (!("chosen" in setup)) {
      // What the prompt gives is not what the system uses.
      await scene.client.disconnect();
      scene.microphone.systemDevice = usb;
      await scene.world.connect();
      await settle();
    }
    scene.devices.change(["Headset", "Built-in", "USB"]);
    await settle();
    expect(await moves(scene)).toEqual([]);
  });

  test("Chromium's name for it is told as that of the device, once", async () => {
    const listed = (ids: string[], system: string) =>
      [["default", `Default - ${system}`, system], ...ids.map((id) => [id, id, id])].map(
        ([deviceId, label, groupId]) => ({
          kind: "audioinput",
          deviceId,
          label,
          groupId,
        }),
      );
    const devices = Object.assign(new EventTarget(), { enumerateDevices: async () => listed(["a", "b"], "b") });
    vi.stubGlobal("navigator", { mediaDevices: devices });
    const switched = vi.fn<(deviceId: string) => void>();
    const microphone = new FakeSwitchableMicrophone();
    microphone.systemDevice = "default";
    const world = createWorld({ onDeviceSwitched: switched }, config, { microphone });
    await world.connect();
    await settle();
    expect(world.client.getSnapshot()).toMatchObject({ preferredInputDeviceId: null, activeInputDeviceId: "b" });
    devices.enumerateDevices = async () => listed(["a", "b"], "a");
    devices.dispatchEvent(new Event("devicechange"));
    await settle();
    expect(await moves({ microphone })).toEqual([null]);
    expect(switched.mock.calls).toEqual([["b"], ["a"]]);
  });
});

describe("a microphone that has to be closed before another one is opened", () => {
  test("goes on where it was, if the other one refuses: the call rejects", async () => {
    const scene = await inSession({ microphone: new FakeMicrophone() });
    const chosen = scene.client.setPreferredInputDevice(usb);
    const refused = expect(chosen).rejects.toMatchObject({ code: "device-in-use" });
    await settle();
    await scene.refuses("device-in-use");
    await refused;
    await scene.opens();
    expect(scene.microphone.deviceIds).toEqual([null, usb, null]);
    expect(scene.shown).toMatchObject({
      audioInput: true,
      preferredInputDeviceId: null,
      activeInputDeviceId: builtIn,
      error: { code: "device-in-use" },
    });
    expect(scene.errors).toEqual(["error device-in-use"]);
  });

  test("is switched off only where it cannot be opened again either, nor the system's", async () => {
    const scene = await inSession({
      microphone: new FakeMicrophone(),
      chosen: headset,
      labels: ["Built-in", "Headset"],
    });
    scene.client.setPreferredInputDevice(usb).catch(() => {});
    await settle();
    for (let times = 0; times < 3; times++) await scene.refuses();
    expect(scene.microphone.deviceIds).toEqual([headset, usb, headset, null]);
    expect(scene.shown).toMatchObject({ status: "connected", audioInput: false, preferredInputDeviceId: headset });
  });
});

describe("a microphone that the system mutes", () => {
  test("for 5 s: that is shown, and nothing is sent until the system lets it go on", async () => {
    const scene = await inSession();
    const { microphone, world } = scene;
    const heard = () => world.socket.types.filter((type) => type === "client.audio").length;
    vi.useFakeTimers();
    microphone.systemMutes(true);
    microphone.hearFrame(11);
    vi.advanceTimersByTime(4999);
    expect([scene.shown.mutedBySystem, heard()]).toEqual([false, 1]);
    vi.advanceTimersByTime(1);
    microphone.hearFrame(16);
    expect([scene.shown.mutedBySystem, heard()]).toEqual([true, 1]);
    expect(scene.shown).toMatchObject({ isMuted: false, audioInput: true, error: null });
    microphone.systemMutes(false);
    microphone.hearFrame(17);
    expect([scene.shown.mutedBySystem, heard()]).toEqual([false, 2]);
  });

  test("for a moment, nothing is said; nor of one that was closed meanwhile", async () => {
    const scene = await inSession();
    vi.useFakeTimers();
    scene.microphone.systemMutes(true);
    scene.microphone.systemMutes(false);
    vi.advanceTimersByTime(10_000);
    expect(scene.shown.mutedBySystem).toBe(false);
    scene.microphone.systemMutes(true);
    await scene.client.setAudioInput(false);
    vi.advanceTimersByTime(10_000);
    expect(scene.shown.mutedBySystem).toBe(false);
  });

  test("and that is switched off and on again begins anew", async () => {
    const scene = await inSession();
    vi.useFakeTimers();
    scene.microphone.systemMutes(true);
    vi.advanceTimersByTime(5000);
    expect(scene.shown.mutedBySystem).toBe(true);
    await scene.client.setAudioInput(false);
    expect(scene.shown.mutedBySystem).toBe(false);
  });
});

test("microphones are listed only while one is open, or missed", async () => {
  const scene = await inSession();
  expect(scene.devices.listeners).toBe(1);
  await scene.client.setAudioInput(false);
  expect(scene.devices.listeners).toBe(0);
  const on = scene.client.setAudioInput(true);
  await settle();
  await scene.opens();
  await on;
  expect(scene.devices.listeners).toBe(1);
  await scene.client.disconnect();
  expect(scene.devices.listeners).toBe(0);
});
