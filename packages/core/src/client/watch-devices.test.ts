import { FakeMediaDevices } from "@layercode/client-testing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createWorld, settle } from "../../test/world.js";
import { createAgent } from "../bindings/agent.js";

let devices: FakeMediaDevices;
beforeEach(() => {
  devices = new FakeMediaDevices(["Headset"], ["Built-in", "Headset"]);
  vi.stubGlobal("navigator", { mediaDevices: devices });
  vi.stubGlobal(
    "AudioContext",
    class {
      setSinkId() {}
    },
  );
});
afterEach(() => vi.unstubAllGlobals());

function shown({ client }: ReturnType<typeof createWorld>) {
  const { inputDevices, inputPermission, outputDevices, outputPermission } = client.getSnapshot();
  const labels = (listed: readonly { label: string }[]) => listed.map(({ label }) => label);
  return [labels(inputDevices), inputPermission, labels(outputDevices), outputPermission];
}

test("devices are listed into the snapshot while somebody watches, without a session too, and not before", async () => {
  const world = createWorld();
  world.client.subscribe(() => {});
  await settle();
  expect(shown(world)).toEqual([[], "unknown", [], "unknown"]);
  expect(devices.enumerations).toBe(0);

  const told = vi.fn(() => expect(shown(world)[0]).toHaveLength(told.mock.calls.length));
  const stop = world.client.on("devicesListed", told);
  const stopToo = world.client.on("devicesListed", () => {});
  await vi.waitUntil(() => world.client.getSnapshot().inputDevices.length === 1);
  expect(shown(world)).toEqual([["Headset"], "granted", ["Built-in", "Headset"], "granted"]);
  expect(devices.listeners).toBe(1);

  stopToo();
  devices.change(["Headset", "Webcam"], ["Built-in"]);
  await vi.waitUntil(() => world.client.getSnapshot().inputDevices.length === 2);
  await vi.waitUntil(() => told.mock.calls.length === 2);
  stop();
  expect(devices.listeners).toBe(0);
  expect(shown(world)).toEqual([["Headset", "Webcam"], "granted", ["Built-in"], "granted"]);
});

test("the same list again is the same snapshot", async () => {
  const world = createWorld();
  const stop = world.client.on("devicesListed", () => {});
  await vi.waitUntil(() => world.client.getSnapshot().inputDevices.length === 1);
  const before = world.client.getSnapshot();
  devices.change(["Headset"]);
  await settle();
  expect(world.client.getSnapshot()).toBe(before);
  stop();
});

test("dispose() ends every watch, and none begins after it", async () => {
  const world = createWorld();
  const stop = world.client.on("devicesListed", () => {});
  await vi.waitUntil(() => devices.listeners === 1);
  await world.client.dispose();
  expect(devices.listeners).toBe(0);
  world.client.on("devicesListed", () => {});
  stop();
  await settle();
  expect(devices.listeners).toBe(0);
});

test("an agent of a binding watches while one of these fields has a subscriber", async () => {
  vi.stubGlobal("window", globalThis);
  const agent = createAgent(createWorld().options);
  const undoStatus = agent.subscribe("status", () => {});
  await settle();
  expect(devices.listeners).toBe(0);
  const changed = vi.fn();
  const undo = agent.subscribe("outputDevices", changed);
  await vi.waitUntil(() => changed.mock.calls.length === 1);
  expect(agent.get("outputPermission")).toBe("granted");
  undo();
  expect(devices.listeners).toBe(0);
  undoStatus();
});

test("listDevices() lists the kind that it is asked for, and asks for permission only when told to", async () => {
  const { client } = createWorld();
  const labels = async (options?: Parameters<typeof client.listDevices>[0]) =>
    (await client.listDevices(options)).map(({ label }) => label);
  expect(await labels()).toEqual(["Headset"]);
  expect(await labels({ kind: "audioinput" })).toEqual(["Headset"]);
  expect(await labels({ kind: "audiooutput" })).toEqual(["Built-in", "Headset"]);

  const hidden = new FakeMediaDevices([""], [""]);
  const getUserMedia = vi.fn(async () => {
    hidden.change(["Headset"], ["Built-in"]);
    return { getTracks: () => [] };
  });
  vi.stubGlobal("navigator", { mediaDevices: Object.assign(hidden, { getUserMedia }) });
  expect(await labels({ kind: "audiooutput" })).toEqual([""]);
  expect(getUserMedia).not.toHaveBeenCalled();
  expect(await labels({ kind: "audiooutput", requestPermission: true })).toEqual(["Built-in"]);
});
