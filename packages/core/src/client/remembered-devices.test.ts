import * as audio from "@layercode/audio";
import { type FakeSwitchableMicrophone, fakeDevice } from "@layercode/client-testing";
import fc from "fast-check";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { createPlayground } from "../../test/playground.js";
import { settle } from "../../test/world.js";
import { LayercodeClient } from "./client.js";

vi.mock("@layercode/audio");

const key = "layercode.devices";

/** `localStorage`, as it is until a test has it refuse. */
function createStorage() {
  const items = new Map<string, string>();
  return {
    items,
    getItem: (name: string): string | null => items.get(name) ?? null,
    setItem: (name: string, value: string): void => void items.set(name, value),
    removeItem: (name: string): void => void items.delete(name),
  };
}

let storage = createStorage();
beforeEach(() => {
  vi.unstubAllGlobals();
  storage = createStorage();
});

const stored = (name = key): unknown => JSON.parse(storage.items.get(name) ?? "null");
const named = (id: string) => ({ id, label: `Mic ${id}` });

/** A page that is loaded: its client remembers devices; `outputs` are the loudspeakers that there are. */
async function load(rememberDevices: boolean | string = true, outputs: string[] = ["hdmi"]) {
  const scene = createPlayground(false, true);
  vi.stubGlobal("localStorage", storage);
  vi.mocked(audio.listOutputDevices).mockImplementation(async () => outputs.map((id) => fakeDevice(id)));
  const errors: string[] = [];
  const client = new LayercodeClient({
    ...scene.options,
    rememberDevices,
    onError: ({ code }) => void errors.push(code),
  });
  await settle();
  return {
    ...scene,
    plug: scene.plug,
    client,
    errors,
    shown: () => client.getSnapshot(),
    async connect() {
      const connecting = client.connect();
      await settle();
      scene.microphone.starts.at(-1)?.opening.resolve();
      scene.sockets.at(-1)?.open();
      await settle();
      for (const { changing } of scene.speaker.devices) changing.resolve();
      await connecting;
      await settle();
    },
  };
}

describe("the devices that were chosen", () => {
  test("are forgotten with the page unless the app says otherwise, and over disconnect() they stay", async () => {
    const { client, connect, microphone } = await load(false);
    await client.setPreferredInputDevice("usb");
    await client.setOutputDevice("hdmi");
    await connect();
    await client.disconnect();
    await connect();
    expect(microphone.deviceIds).toEqual(["usb", "usb"]);
    expect([...storage.items]).toEqual([]);
    expect((await load()).shown()).toMatchObject({ preferredInputDeviceId: null, outputDeviceId: null });
  });

  test("survive a reload, both, before anything is opened", async () => {
    const first = await load();
    await first.client.setPreferredInputDevice("usb");
    await first.client.setOutputDevice("hdmi");
    await settle();
    expect(stored()).toEqual({ audioInput: named("usb"), audioOutput: named("hdmi") });
    const second = await load();
    expect(second.shown()).toMatchObject({ preferredInputDeviceId: "usb", outputDeviceId: "hdmi" });
    await second.connect();
    expect(second.microphone.deviceIds).toEqual(["usb"]);
    expect([second.errors, stored()]).toEqual([[], { audioInput: named("usb"), audioOutput: named("hdmi") }]);
  });

  test("also for a page that connects at once", async () => {
    storage.items.set(key, JSON.stringify({ audioInput: named("usb") }));
    const scene = createPlayground(false, true);
    vi.stubGlobal("localStorage", storage);
    const client = new LayercodeClient({ ...scene.options, rememberDevices: true });
    const connecting = client.connect();
    await settle();
    for (const { opening } of scene.microphone.starts) opening.resolve();
    scene.socket?.open();
    await connecting;
    await settle();
    expect(scene.microphone.deviceIds.at(-1)).toBe("usb");
    expect(client.getSnapshot().activeInputDeviceId).toBe("usb");
  });

  test("are stored under the app's name, and forgotten where the user follows the system again", async () => {
    const { client } = await load("my-app");
    await client.setPreferredInputDevice("usb");
    await settle();
    expect([stored("my-app"), stored()]).toEqual([{ audioInput: named("usb") }, null]);
    await client.setPreferredInputDevice(null);
    await settle();
    expect([...storage.items]).toEqual([]);
  });

  test("are known by their names where the ids have changed; a loudspeaker that is gone is nobody's error", async () => {
    storage.items.set(
      key,
      JSON.stringify({ audioInput: { id: "old", label: "Mic usb" }, audioOutput: { id: "gone", label: "Gone" } }),
    );
    const { shown, connect, microphone, errors, speaker } = await load();
    expect(shown()).toMatchObject({ preferredInputDeviceId: "usb", outputDeviceId: null });
    await connect();
    expect([microphone.deviceIds, speaker.devices, errors]).toEqual([["usb"], [], []]);
    expect(stored()).toEqual({ audioInput: named("usb"), audioOutput: { id: "gone", label: "Gone" } });
  });

  test("are found when the browser tells what there is: it hides that until the microphone was allowed", async () => {
    storage.items.set(key, JSON.stringify({ audioInput: { id: "old", label: "Mic usb" }, audioOutput: named("hdmi") }));
    const hidden = vi.fn(async () => [fakeDevice("", { label: "" })]);
    const scene = createPlayground(false, true);
    vi.stubGlobal("localStorage", storage);
    const { listInputDevices, listOutputDevices } = vi.mocked(audio);
    const listed = listInputDevices.getMockImplementation();
    listInputDevices.mockImplementation(hidden);
    listOutputDevices.mockImplementation(hidden);
    scene.microphone.unplugged.add("old");
    const client = new LayercodeClient({ ...scene.options, rememberDevices: true });
    await settle();
    expect(client.getSnapshot()).toMatchObject({ preferredInputDeviceId: "old", outputDeviceId: null });
    const connecting = client.connect();
    await settle();
    listInputDevices.mockImplementation(listed!);
    listOutputDevices.mockImplementation(async () => [fakeDevice("hdmi")]);
    scene.microphone.starts.at(-1)!.opening.resolve();
    scene.socket?.open();
    await settle();
    (scene.microphone as FakeSwitchableMicrophone).devices.at(-1)?.changing.resolve();
    await connecting;
    await settle();
    expect(client.getSnapshot()).toMatchObject({ preferredInputDeviceId: "usb", activeInputDeviceId: "usb" });
    expect(client.getSnapshot().outputDeviceId).toBe("hdmi");
    expect(stored()).toEqual({ audioInput: named("usb"), audioOutput: named("hdmi") });
  });

  test("whoever follows the system before the stored loudspeaker is found goes on so", async () => {
    storage.items.set(key, JSON.stringify({ audioOutput: named("hdmi") }));
    const { client, connect, shown } = await load(true, []);
    await client.setOutputDevice(null);
    expect([...storage.items]).toEqual([]);
    vi.mocked(audio.listOutputDevices).mockImplementation(async () => [fakeDevice("hdmi")]);
    await connect();
    expect(shown().outputDeviceId).toBe(null);
  });

  test("one that was chosen before the code of it was there counts", async () => {
    storage.items.set(key, JSON.stringify({ audioInput: named("headset") }));
    const scene = createPlayground(false, true);
    vi.stubGlobal("localStorage", storage);
    const client = new LayercodeClient({ ...scene.options, rememberDevices: true });
    await client.setPreferredInputDevice("usb");
    await settle();
    expect([client.getSnapshot().preferredInputDeviceId, stored()]).toEqual(["usb", { audioInput: named("usb") }]);
  });

  test("whatever stands in the storage breaks nothing", async () => {
    const anything = fc.oneof(
      fc.string(),
      fc.json(),
      fc.constantFrom("null", "[]", '{"audioInput":{"id":"","label":""}}', '{"audioInput":{"id":1,"label":"a"}}'),
      fc.constantFrom('{"audioInput":{"id":"a"}}', '{"__proto__":{"audioInput":{"id":"a","label":"a"}}}', "{"),
      fc.constant(JSON.stringify({ audioInput: { id: "a".repeat(2000), label: "a" } })),
    );
    await fc.assert(
      fc.asyncProperty(anything, async (text) => {
        storage.items.set(key, text);
        const { shown, errors } = await load();
        expect([shown().preferredInputDeviceId, shown().outputDeviceId, errors]).toEqual([null, null, []]);
      }),
      { numRuns: 30 },
    );
  });

  test.each(["getItem", "setItem", "removeItem", "localStorage itself"])(
    "a storage that throws (%s)",
    async (which) => {
      const refuses = () => {
        throw new DOMException("No.", which === "setItem" ? "QuotaExceededError" : "SecurityError");
      };
      const scene = createPlayground(false, true);
      vi.stubGlobal("localStorage", { ...storage, [which]: refuses });
      if (which === "localStorage itself")
        Object.defineProperty(globalThis, "localStorage", { get: refuses, configurable: true });
      const client = new LayercodeClient({ ...scene.options, rememberDevices: true });
      await settle();
      await client.setPreferredInputDevice("usb");
      await client.setPreferredInputDevice(null);
      await client.setPreferredInputDevice("usb");
      await settle();
      expect(client.getSnapshot()).toMatchObject({ preferredInputDeviceId: "usb", error: null });
    },
  );
});
