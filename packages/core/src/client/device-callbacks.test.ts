import { FakeMediaDevices, FakeSwitchableMicrophone } from "@layercode/client-testing";
import { afterEach, expect, test, vi } from "vitest";
import { config, createWorld, settle } from "../../test/world.js";
import type { AudioInputDevice } from "../audio/devices.js";
import type { LayercodeClientOptions } from "../options/layercode-client-options.js";

afterEach(() => vi.unstubAllGlobals());

function createScene(options: Partial<LayercodeClientOptions> = {}) {
  const microphone = new FakeSwitchableMicrophone();
  const world = createWorld(options, config, { microphone });
  return { world, client: world.client, microphone };
}

/** In place of the browser's, until the test is over. */
function stubInputDevices(labels: string[]): FakeMediaDevices {
  const mediaDevices = new FakeMediaDevices(labels);
  vi.stubGlobal("navigator", { mediaDevices });
  return mediaDevices;
}

const labels = (devices: AudioInputDevice[]) => devices.map(({ label }) => label);

test("the microphone in use is reported: the first, and each that takes its place; not that it closes", async () => {
  const onDeviceSwitched = vi.fn<(deviceId: string) => void>();
  const { world, client, microphone } = createScene({ onDeviceSwitched });
  const heard = vi.fn<(deviceId: string) => void>();
  client.on("deviceSwitched", heard);
  await world.connect();
  const chosen = client.setInputDevice("usb");
  await settle();
  microphone.devices[0]!.changing.resolve();
  await chosen;
  await client.disconnect();
  await world.connect();
  expect(onDeviceSwitched.mock.calls).toEqual([["built-in"], ["usb"], ["usb"]]);
  expect(heard.mock.calls).toEqual(onDeviceSwitched.mock.calls);
});

test("the same microphone, lost and opened again, is no switch", async () => {
  const onDeviceSwitched = vi.fn<(deviceId: string) => void>();
  const { world, client, microphone } = createScene({ onDeviceSwitched });
  await world.connect();
  microphone.ends();
  await settle();
  expect(client.getSnapshot().activeInputDeviceId).toBeNull();
  microphone.starts.at(-1)!.opening.resolve();
  await settle();
  expect(client.getSnapshot().activeInputDeviceId).toBe("built-in");
  expect(onDeviceSwitched.mock.calls).toEqual([["built-in"]]);
});

test("the microphones are reported once connected, and whenever one comes or goes in the session", async () => {
  const devices = stubInputDevices(["Built-in"]);
  const onDevicesChanged = vi.fn<(devices: AudioInputDevice[]) => void>();
  const { world, client } = createScene({ onDevicesChanged });
  await settle();
  expect(onDevicesChanged).not.toHaveBeenCalled();
  await world.connect();
  await vi.waitUntil(() => onDevicesChanged.mock.calls.length === 1);
  devices.change(["Built-in", "Headset"]);
  await vi.waitUntil(() => onDevicesChanged.mock.calls.length === 2);
  expect(onDevicesChanged.mock.calls.map(([listed]) => labels(listed))).toEqual([
    ["Built-in"],
    ["Built-in", "Headset"],
  ]);
  await client.disconnect();
  devices.change(["Built-in"]);
  await settle();
  expect(onDevicesChanged).toHaveBeenCalledTimes(2);
  expect(devices.listeners).toBe(0);
});

test("as properties they may be set at any time, and null takes them back", async () => {
  const devices = stubInputDevices(["Built-in"]);
  const { world, client } = createScene();
  await world.connect();
  await settle();
  // The client itself watches over the microphone that is open.
  expect(devices.listeners).toBe(1);
  const listed = new Promise<AudioInputDevice[]>((resolve) => {
    client.onDevicesChanged = resolve;
  });
  expect(labels(await listed)).toEqual(["Built-in"]);
  expect(devices.listeners).toBe(2);
  client.onDevicesChanged = undefined;
  expect(devices.listeners).toBe(1);
  const switched = vi.fn<(deviceId: string) => void>();
  client.onDeviceSwitched = switched;
  expect(client.onDeviceSwitched).toBe(switched);
  client.onDeviceSwitched = undefined;
  await client.disconnect();
  await world.connect();
  expect(switched).not.toHaveBeenCalled();
});

test("without a browser nothing is listed, and nothing fails", async () => {
  const onDevicesChanged = vi.fn();
  const { world, client } = createScene({ onDevicesChanged });
  await world.connect();
  await settle();
  await expect(client.listDevices()).rejects.toMatchObject({ code: expect.any(String) });
  await client.dispose();
  expect(onDevicesChanged).not.toHaveBeenCalled();
});

test("the list is the one of listAudioInputDevices()", async () => {
  stubInputDevices(["Built-in", "Headset"]);
  expect(labels(await createScene().client.listDevices({ requestPermission: false }))).toEqual(["Built-in", "Headset"]);
});
