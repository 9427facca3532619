import { describe, expect, test } from "vitest";
import { contextOf, failure, initial, namesOf, phases } from "../../../test/slices.js";
import type { AudioInputDevice } from "../../audio/ports.js";
import type { LayercodeError } from "../../errors.js";
import type { Input } from "../channels/input.js";
import type { Context } from "../context.js";
import type { Devices } from "./devices.js";
import { devicesHandlers } from "./handlers.js";

const { eventEnded, preferInputDevice, microphoneMuted, systemMuteLasts, setChannel, closeChannels } = devicesHandlers;

const list = (devices: Devices | null, found: readonly AudioInputDevice[], context: Context) =>
  devicesHandlers.inputDevicesListed(devices, { devices: found }, context);
const fail = (devices: Devices | null, error: LayercodeError, context: Context) =>
  devicesHandlers.microphoneFailed(devices, { error }, context);

/** A context whose microphone is open on that device, chosen or the system's. */
function inSession(more: Partial<Input> = {}, now = 100_000) {
  const microphone: Input = { ...initial.audioInput, status: "open", id: 1, canSetDevice: true, ...more };
  return contextOf({ microphone, now });
}

const nothing: Devices = closeChannels(null, { signal: "closeChannels" }, inSession()).state;
const device = (deviceId: string, isDefault = false) =>
  ({ deviceId, label: deviceId, default: isDefault }) as AudioInputDevice;
const both = [device("built-in", true), device("usb")];
const listed: Devices["listed"] = { ids: ["built-in", "usb"], system: "built-in" };

describe("the list", () => {
  const onSystem = { activeDeviceId: "built-in" };
  const follows: Devices = { ...nothing, listed, followedId: "built-in" };
  const usbIsSystem = [device("built-in"), device("usb", true)];

  test.each([
    ["the system changes, and is followed", follows, onSystem, usbIsSystem, ["→ moveMicrophone"]],
    ["it changes to the one that is open", follows, { activeDeviceId: "usb" }, usbIsSystem, []],
    ["the one that is open was not the system's", { ...follows, followedId: null }, onSystem, usbIsSystem, []],
    ["the first list says what there is", { ...follows, listed: null }, onSystem, usbIsSystem, []],
    ["nothing has changed", follows, onSystem, both, []],
    ["another one is chosen, and there", follows, { ...onSystem, deviceId: "usb" }, usbIsSystem, []],
    ["it is closed", follows, { ...onSystem, status: "off" }, usbIsSystem, []],
    ["it cannot change its device", follows, { ...onSystem, canSetDevice: false }, usbIsSystem, []],
    ["the platform does not tell what is open", follows, { activeDeviceId: null }, usbIsSystem, []],
    [
      "the chosen one comes back",
      { ...follows, isChoiceAwaited: true },
      { ...onSystem, deviceId: "usb" },
      both,
      ["→ moveMicrophone"],
    ],
    ["it is open already", { ...follows, isChoiceAwaited: true }, { activeDeviceId: "usb", deviceId: "usb" }, both, []],
  ] as const)("%s", (_, devices, microphone, found, expected) => {
    const { effects } = list(devices, found, inSession(microphone as Partial<Input>));
    expect(namesOf(effects)).toEqual(expected);
  });

  test("a chosen one that is missing is awaited, and asked once when it comes", () => {
    const context = inSession({ activeDeviceId: "built-in", deviceId: "usb" });
    const { state } = list(follows, [device("built-in", true)], context);
    expect(state).toMatchObject({ isChoiceAwaited: true });
    const come = list(state, both, context);
    expect(come.effects).toEqual([{ signal: "moveMicrophone", deviceId: "usb" }]);
    expect(list(come.state, both, context).effects).toEqual([]);
  });

  test("the first that comes when none was left is opened, and what went wrong is mended", () => {
    const lossError = failure("device-not-found");
    const lost: Devices = { ...nothing, lossError };
    const off = { status: "off", deviceId: "usb" } as const;
    expect(list(lost, [], inSession(off)).effects).toEqual([]);
    const { state, effects } = list(lost, both, inSession(off));
    expect(state).toMatchObject({ lossError: null, isReacquiring: true });
    expect(effects).toEqual([
      { signal: "errorMended", error: lossError },
      { signal: "openMicrophone", deviceId: "usb" },
    ]);
    const idle = { ...inSession(off), phase: phases.idle };
    expect(list(lost, both, idle).effects).toEqual([]);
  });
});

describe("after every event", () => {
  test("the list is watched while a microphone is open whose device is known, or missed", () => {
    const open = eventEnded(nothing, null, inSession({ activeDeviceId: "usb" }));
    expect(open.effects).toEqual([
      { type: "emit", event: "deviceSwitched", payload: "usb" },
      { type: "watchInputDevices", on: true },
    ]);
    expect(eventEnded(open.state, null, inSession({ activeDeviceId: "usb" })).effects).toEqual([]);
    const off = eventEnded(open.state, null, inSession({ status: "off" }));
    expect(off.effects).toEqual([{ type: "watchInputDevices", on: false }]);
    const lost = { ...open.state, lossError: failure() };
    expect(eventEnded(lost, null, inSession({ status: "off" })).effects).toEqual([]);
    expect(eventEnded(nothing, null, inSession({ activeDeviceId: null })).effects).toEqual([]);
  });

  test("the browser's name for the system's choice is that of the device, as soon as the list says which", () => {
    const named = eventEnded(nothing, null, inSession({ activeDeviceId: "default" }));
    expect(named.state).toMatchObject({ alias: "default" });
    expect(named.effects).toContainEqual({ signal: "microphoneNamed", deviceId: null });
    const known = eventEnded({ ...named.state, listed }, null, inSession());
    expect(known.effects).toContainEqual({ signal: "microphoneNamed", deviceId: "built-in" });
  });
});

describe("a microphone that fails", () => {
  const gone = failure("device-not-found");
  const opened: Devices = { ...nothing, listed, opened: { id: 1, at: 90_000 } };

  test.each([
    ["gone", gone, ["→ openMicrophone"]],
    ["taken by another program", failure("device-in-use"), ["→ openMicrophone"]],
    ["denied", failure("permission-denied"), ["→ microphoneGivenUp"]],
  ] as const)("while it is open: %s", (_, error, expected) => {
    const { state, effects } = fail(opened, error, inSession({ deviceId: "usb" }));
    expect(namesOf(effects)).toEqual(expected);
    if (expected[0] === "→ openMicrophone")
      expect(state).toMatchObject({ isReacquiring: true, isChoiceAwaited: true, listed: null, losses: 1 });
  });

  test("is given up when it was lost three times, each soon after it was opened; one that held begins anew", () => {
    const often: Devices = { ...opened, losses: 3 };
    const soon = inSession({}, 91_000);
    expect(namesOf(fail(often, gone, soon).effects)).toEqual(["→ microphoneGivenUp"]);
    expect(namesOf(fail({ ...often, losses: 2 }, gone, soon).effects)).toEqual(["→ openMicrophone"]);
    expect(fail(often, gone, inSession({}, 95_000)).state).toMatchObject({ losses: 1 });
  });

  test("while it opens in place of a lost one, the system's is next, and then none is left", () => {
    const opening = inSession({ status: "opening", deviceId: "usb" });
    const reacquiring: Devices = { ...opened, isReacquiring: true, recovery: { deviceId: null, isSwitch: false } };
    const first = fail(reacquiring, gone, opening);
    expect(first.effects).toEqual([{ signal: "openMicrophone", deviceId: null }]);
    const second = fail(first.state, gone, opening);
    expect(second.effects).toEqual([{ signal: "microphoneGivenUp", error: gone }]);
    expect(second.state).toMatchObject({ lossError: gone });
  });

  test("is opened again when the permission that was missing is given: until then that alone is watched", () => {
    const error = failure("permission-denied");
    const denied = fail(nothing, error, inSession({ status: "opening" }));
    expect(denied).toMatchObject({ state: { lossError: error }, effects: [{ signal: "microphoneGivenUp", error }] });
    const off = eventEnded(denied.state, null, inSession({ status: "off" }));
    expect(off.effects).toEqual([{ type: "watchInputDevices", on: "permitted" }]);
    const dismissed = fail(nothing, failure("permission-dismissed"), inSession({ status: "opening" }));
    expect(dismissed.state).toMatchObject({ lossError: null });
  });

  test("of a switch that had to close the one before, that one is opened again", () => {
    const closes = inSession({ deviceId: "built-in", canSetDevice: false });
    const { state } = preferInputDevice(opened, { deviceId: "usb" }, closes);
    expect(state).toMatchObject({ recovery: { deviceId: "built-in", isSwitch: true } });
    const error = failure("device-in-use");
    const back = fail(state, error, inSession({ status: "opening", deviceId: "usb" }));
    expect(back.effects).toEqual([{ signal: "choiceRefused", error, deviceId: "built-in" }]);
    expect(back.state).toMatchObject({ recovery: { deviceId: null, isSwitch: false }, isReacquiring: true });
  });

  test.each([
    ["that changes its device in place", { canSetDevice: true }],
    ["that is closed", { canSetDevice: false, status: "off" }],
    ["that is the one", { canSetDevice: false, deviceId: "usb" }],
  ] as const)("nothing is kept to come back to of one %s", (_, microphone) => {
    const { state } = preferInputDevice(opened, { deviceId: "usb" }, inSession(microphone));
    expect(state).toMatchObject({ recovery: null, isChoiceAwaited: false });
  });
});

describe("the system mutes it", () => {
  test("for a moment: nobody is told; for long: it lasts, until it goes on", () => {
    const muted = microphoneMuted(nothing, { muted: true }, inSession());
    expect(namesOf(muted.effects)).toEqual(["schedule systemMuteLasts"]);
    expect(microphoneMuted(muted.state, { muted: true }, inSession()).effects).toEqual([]);
    const moment = microphoneMuted(muted.state, { muted: false }, inSession());
    expect([moment.state, namesOf(moment.effects)]).toEqual([nothing, ["cancel systemMuteLasts"]]);
    const lasting = systemMuteLasts(muted.state, { type: "systemMuteLasts" }, inSession());
    expect(lasting.state).toMatchObject({ systemMute: "lasting" });
    expect(microphoneMuted(lasting.state, { muted: false }, inSession())).toEqual({
      state: nothing,
      effects: [],
    });
  });

  test("and it is closed: the timer goes with it", () => {
    const { state } = microphoneMuted(nothing, { muted: true }, inSession());
    const closed = eventEnded(state, null, inSession({ status: "off" }));
    expect(closed.state).toMatchObject({ systemMute: "none" });
    expect(namesOf(closed.effects)).toEqual(["cancel systemMuteLasts"]);
  });
});

test("whoever switches the microphone does not have it opened behind the back; the sound's switch says nothing of it", () => {
  const lost: Devices = { ...nothing, lossError: failure("device-not-found") };
  const switched = { on: false } as const;
  const input = setChannel(lost, { ...switched, channel: "audioInput" }, inSession());
  expect(input.state).toMatchObject({ lossError: null });
  const output = setChannel(lost, { ...switched, channel: "audioOutput" }, inSession());
  expect(output.state).toMatchObject({ lossError: lost.lossError });
});

test("a session leaves nothing behind but the watch, which ends with the event", () => {
  const full: Devices = { ...nothing, listed, isWatched: true, followedId: "usb", losses: 2, isChoiceAwaited: true };
  expect(closeChannels(full, { signal: "closeChannels" }, inSession()).state).toEqual({ ...nothing, isWatched: true });
});
