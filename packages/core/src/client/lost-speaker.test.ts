import { FakeMediaDevices } from "@layercode/client-testing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createWorld, settle } from "../../test/world.js";

let devices: FakeMediaDevices;
beforeEach(() => {
  devices = new FakeMediaDevices([], ["Built-in", "Headset"]);
  vi.stubGlobal("navigator", { mediaDevices: devices });
  vi.stubGlobal(
    "AudioContext",
    class {
      setSinkId() {}
    },
  );
});
afterEach(() => vi.unstubAllGlobals());

const headset = "id of Headset";

/** A session that is heard on the headset, and what its app is told. */
async function onHeadset() {
  const onOutputDeviceSwitched = vi.fn<(deviceId: string | null) => void>();
  const world = createWorld({ onOutputDeviceSwitched });
  const { client, speaker } = world;
  await client.setOutputDevice(headset);
  await world.connect();
  const answer = async (failure?: string) => {
    const { changing } = speaker.devices.at(-1)!;
    if (failure) changing.reject(Object.assign(new Error("No."), { code: failure }));
    else changing.resolve();
    await settle();
  };
  const plug = async (...speakers: string[]) => {
    devices.change([], speakers);
    await settle();
  };
  const shown = () => {
    const { outputDeviceId, activeOutputDeviceId } = client.getSnapshot();
    return [outputDeviceId, activeOutputDeviceId];
  };
  const asked = () => speaker.devices.map(({ deviceId }) => deviceId);
  return { world, client, answer, plug, shown, asked, told: onOutputDeviceSwitched.mock };
}

const errorsOf = ({ log }: { log: string[] }) => log.filter((line) => line.startsWith("error"));

test("a chosen loudspeaker that goes is the system's choice until it is back, and the app is told of both", async () => {
  const { world, client, answer, plug, shown, asked, told } = await onHeadset();
  const heard = vi.fn<(deviceId: string | null) => void>();
  client.on("outputDeviceSwitched", heard);
  expect(shown()).toEqual([headset, null]);
  await answer();
  expect(shown()).toEqual([headset, headset]);

  await plug("Built-in");
  expect(asked()).toEqual([headset, null]);
  await answer();
  expect(shown()).toEqual([headset, null]);
  await plug("Built-in", "Headset");
  expect(asked()).toEqual([headset, null, headset]);
  await answer();
  expect(shown()).toEqual([headset, headset]);
  expect(told.calls).toEqual([[headset], [null], [headset]]);
  expect(heard.mock.calls).toEqual(told.calls);
  expect(errorsOf(world)).toEqual([]);

  await client.disconnect();
  expect(shown()).toEqual([headset, null]);
  expect(told.calls).toHaveLength(3);
  expect(devices.listeners).toBe(0);
});

test("one that is not there when the session begins is used when it comes; nothing has failed", async () => {
  devices.change([], ["Built-in"]);
  const { world, answer, plug, shown, asked, told } = await onHeadset();
  await answer("device-not-found");
  expect(world.client.getSnapshot()).toMatchObject({ status: "connected", error: null });
  expect(shown()).toEqual([headset, null]);
  await plug("Built-in", "Headset");
  expect(asked().at(-1)).toBe(headset);
  await answer();
  expect(shown()).toEqual([headset, headset]);
  expect(told.calls).toEqual([[headset]]);
  expect(errorsOf(world)).toEqual([]);
});

test("one that cannot be chosen at all is an error at the beginning, too", async () => {
  const { world, answer, shown } = await onHeadset();
  await answer("output-unsupported");
  expect(shown()).toEqual([null, null]);
  expect(errorsOf(world)).toEqual(["error output-unsupported"]);
});

test("a switch that is refused leaves the one before, which still comes and goes", async () => {
  const { world, client, answer, plug, shown, asked } = await onHeadset();
  await answer();
  const refused = client.setOutputDevice("id of Built-in");
  await settle();
  await Promise.all([expect(refused).rejects.toMatchObject({ code: "device-not-found" }), answer("device-not-found")]);
  expect(shown()).toEqual([headset, headset]);
  expect(errorsOf(world)).toEqual(["error device-not-found"]);
  await plug("Built-in");
  expect(asked().at(-1)).toBe(null);
});

test("a return that is refused is nobody's error, and is tried with the next list", async () => {
  const { world, answer, plug, shown, asked } = await onHeadset();
  await answer();
  await plug("Built-in");
  await answer();
  await plug("Built-in", "Headset");
  await answer("device-not-found");
  expect(shown()).toEqual([headset, null]);
  await plug("Built-in", "Headset", "Monitor");
  await answer();
  expect(asked()).toEqual([headset, null, headset, headset]);
  expect(shown()).toEqual([headset, headset]);
  expect(errorsOf(world)).toEqual([]);
});

test("nothing is listed while the system's choice is heard, or nothing", async () => {
  const world = createWorld({ audioInput: false });
  await world.connect();
  await settle();
  expect(devices.listeners).toBe(0);
  void world.client.setOutputDevice(headset);
  await settle();
  expect(devices.listeners).toBe(1);
  await world.client.setAudioOutput(false);
  expect(devices.listeners).toBe(0);
});

test("what answers after its audio was given up says nothing of the audio that is there now", async () => {
  const { world, client, answer, shown } = await onHeadset();
  const [first] = world.speaker.devices;
  await client.disconnect();
  await world.connect();
  first!.changing.resolve();
  await settle();
  expect(shown()).toEqual([headset, null]);
  await answer();
  expect(shown()).toEqual([headset, headset]);
  await client.setAudioOutput(false);
  expect(shown()).toEqual([headset, null]);
});
