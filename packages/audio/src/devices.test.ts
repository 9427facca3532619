import { afterEach, expect, test, vi } from "vitest";
import { listInputDevices, listOutputDevices, watchInputDevices, watchOutputDevices } from "./devices.js";

afterEach(() => vi.unstubAllGlobals());

type Listed = Partial<MediaDeviceInfo>;

function device(deviceId: string, label = deviceId && `Mic ${deviceId}`, groupId = `group ${deviceId}`): Listed {
  return { kind: "audioinput", deviceId, label, groupId };
}

/** A page's devices; `answers` are given one after the other, the last for ever. */
function stub(...answers: Listed[][]) {
  const target = new EventTarget();
  const stop = vi.fn();
  const mediaDevices = Object.assign(target, {
    enumerateDevices: vi.fn(async () => (answers.length > 1 ? answers.shift() : answers[0])),
    getUserMedia: vi.fn(async () => ({ getTracks: () => [{ stop }] })),
  });
  vi.stubGlobal("navigator", { mediaDevices });
  return { mediaDevices, stop, change: () => target.dispatchEvent(new Event("devicechange")) };
}

test("lists each microphone once, and knows the system's choice by its alias", async () => {
  stub([
    device("default", "Default - Mic b", "group b"),
    device("communications", "Communications - Mic a", "group a"),
    device("a"),
    device("b"),
    { kind: "audiooutput", deviceId: "b", label: "Speaker", groupId: "group b" },
  ]);
  expect(await listInputDevices()).toEqual([
    { kind: "audioinput", deviceId: "a", groupId: "group a", label: "Mic a", default: false },
    { kind: "audioinput", deviceId: "b", groupId: "group b", label: "Mic b", default: true },
  ]);
});

test("a browser that lists nothing but the system's choice has that", async () => {
  stub([device("default", "Default"), device("communications", "Communications")]);
  expect(await listInputDevices()).toEqual([
    { kind: "audioinput", deviceId: "default", groupId: "group default", label: "Default", default: true },
  ]);
});

test("lists each loudspeaker once, and none where none can be chosen", async () => {
  const speaker = (deviceId: string, label: string, groupId = label) =>
    ({ kind: "audiooutput", deviceId, label, groupId }) as const;
  const { change } = stub([
    device("a"),
    speaker("default", "Default - Headset", "Headset"),
    speaker("b", "Built-in"),
    speaker("c", "Headset"),
  ]);
  expect(await listOutputDevices()).toEqual([]);
  vi.stubGlobal(
    "AudioContext",
    class {
      setSinkId() {}
    },
  );
  const expected = [
    { kind: "audiooutput", deviceId: "b", groupId: "Built-in", label: "Built-in", default: false },
    { kind: "audiooutput", deviceId: "c", groupId: "Headset", label: "Headset", default: true },
  ];
  expect(await listOutputDevices()).toEqual(expected);
  const told = vi.fn();
  watchOutputDevices(told);
  change();
  await vi.waitFor(() => expect(told).toHaveBeenCalledWith(expected));
});

test("two microphones of one group: the name tells which is the default", async () => {
  stub([
    device("default", "Default - Array 2", "one"),
    device("a", "Array 1", "one"),
    device("b", "Array 2", "one"),
    device("c", "Array 2", "one"),
  ]);
  expect((await listInputDevices()).filter((one) => one.default).map(({ deviceId }) => deviceId)).toEqual(["b"]);
});

test("of two that the alias could stand for, it is the one with the longer name", async () => {
  stub([device("default", "Default - My Mic", "one"), device("a", "Mic", "one"), device("b", "My Mic", "one")]);
  expect((await listInputDevices()).map((one) => one.default)).toEqual([false, true]);
});

test("an alias that stands for none of the devices makes none of them the default", async () => {
  stub([device("default", "Fake Default Audio Input", "x"), device("a"), device("b")]);
  expect((await listInputDevices()).map((one) => one.default)).toEqual([false, false]);
});

test("a device stands where a MediaDeviceInfo is expected, as text too, and can be copied", async () => {
  stub([device("a")]);
  const listed: MediaDeviceInfo[] = await listInputDevices();
  const fields = { kind: "audioinput", deviceId: "a", groupId: "group a", label: "Mic a", default: true };
  expect(JSON.parse(JSON.stringify(listed))).toEqual([fields]);
  expect(listed[0]!.toJSON()).toEqual(fields);
  expect(structuredClone(listed)).toEqual([fields]);
});

test("without an alias the first is the default", async () => {
  stub([device("a"), device("b")]);
  expect((await listInputDevices()).map((one) => one.default)).toEqual([true, false]);
});

test("asks for the microphone only when told to and when the names are not known, and gives it back", async () => {
  const unnamed = [device("", "")];
  const { mediaDevices, stop } = stub(unnamed, unnamed, [device("a")]);
  expect(await listInputDevices()).toMatchObject([{ deviceId: "", label: "" }]);
  expect(mediaDevices.getUserMedia).not.toHaveBeenCalled();
  expect(await listInputDevices({ requestPermission: true })).toMatchObject([{ deviceId: "a" }]);
  expect(stop).toHaveBeenCalledOnce();
  await listInputDevices({ requestPermission: true });
  expect(mediaDevices.getUserMedia).toHaveBeenCalledOnce();
});

test("a page without microphones is told why", async () => {
  vi.stubGlobal("navigator", {});
  vi.stubGlobal("isSecureContext", false);
  await expect(listInputDevices()).rejects.toMatchObject({ code: "insecure-context" });
  expect(watchInputDevices(() => {})()).toBeUndefined();
});

test("watching tells every change, the newest only, and nothing after its undo", async () => {
  const { mediaDevices, change } = stub([]);
  const answers: ((listed: Listed[]) => void)[] = [];
  mediaDevices.enumerateDevices.mockImplementation(() => new Promise((resolve) => answers.push(resolve)));
  const told = vi.fn();
  const undo = watchInputDevices(told);
  change();
  change();
  answers[1]!([device("new")]);
  answers[0]!([device("old")]);
  await vi.waitFor(() => expect(told).toHaveBeenCalled());
  expect(told.mock.calls).toEqual([[[expect.objectContaining({ deviceId: "new" })]]]);

  change();
  undo();
  answers[2]!([device("late")]);
  await new Promise((resolve) => setImmediate(resolve));
  change();
  expect(answers).toHaveLength(3);
  expect(told).toHaveBeenCalledOnce();
});
