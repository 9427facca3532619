import * as audio from "@layercode/audio";
import { fakeDevice } from "@layercode/client-testing";
import { expect, test, vi } from "vitest";
import { createWorld, settle } from "../../test/world.js";
import { createStore } from "../client/store.js";
import { createDeviceStore } from "./devices.js";

vi.mock("@layercode/audio");

test("a microphone that comes while the devices are listed for the first time takes no loudspeaker away", async () => {
  let plug: (devices: audio.InputDevice[]) => void = () => {};
  vi.mocked(audio.watchInputDevices).mockImplementation((callback) => {
    plug = callback;
    return () => {};
  });
  vi.mocked(audio.watchOutputDevices).mockReturnValue(() => {});
  let list = () => {};
  vi.mocked(audio.listInputDevices).mockImplementation(
    () =>
      new Promise((resolve) => {
        list = () => resolve([fakeDevice("built-in")]);
      }),
  );
  vi.mocked(audio.listOutputDevices).mockResolvedValue([fakeDevice("hdmi")]);
  const store = createDeviceStore(createWorld().client, createStore({}));
  store.subscribe(() => {});
  await settle();
  plug([fakeDevice("built-in"), fakeDevice("usb")]);
  list();
  await settle();
  const { availableInputDevices, availableOutputDevices, isInputDeviceListLoading } = store.get();
  expect(availableInputDevices.map(({ deviceId }) => deviceId)).toEqual(["built-in", "usb"]);
  expect(availableOutputDevices.map(({ deviceId }) => deviceId)).toEqual(["hdmi"]);
  expect(isInputDeviceListLoading).toBe(false);
});
