import { fakeDevice } from "@layercode/client-testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { contextOf, failure, initial, namesOf } from "../../../test/slices.js";
import type { Output } from "../channels/output.js";
import { initialOutputs, outputsHandlers } from "./outputs.js";

const { outputDevicesListed, setOutputDevice, deviceAnswered, eventEnded } = outputsHandlers;
const chosen: Output = { ...initial.audioOutput, status: "open", id: 1, deviceId: "usb", activeDeviceId: "usb" };
const contextWith = (more: Partial<Output> = {}) => contextOf({ speaker: { ...chosen, ...more } });
/** What is known where the loudspeaker was there at first. */
const followed = (more: Partial<Output> = {}) => {
  const { state } = eventEnded(initialOutputs, {}, contextWith(more));
  return outputDevicesListed(state, listing(["built-in", "usb", "hdmi"]), contextWith(more)).state;
};
const listing = (deviceIds: readonly string[]) => ({ devices: deviceIds.map((id) => fakeDevice(id)) });
const request = (deviceId: string | null) =>
  ({ type: "setDevice", channel: "audioOutput", deviceId, calls: [], isAutomatic: true }) as const;

test.each<[string, Partial<Output>, string[], string | null | undefined]>([
  ["the chosen one goes", {}, ["built-in"], null],
  ["all of them go", {}, [], null],
  ["it is there", {}, ["built-in", "usb"], undefined],
  ["there is another", {}, ["built-in", "usb", "headset"], undefined],
  ["nothing was chosen", { deviceId: null, activeDeviceId: null }, ["built-in"], undefined],
  ["the speaker opens", { status: "opening" }, ["built-in"], undefined],
  ["the speaker is closed", { status: "off" }, ["built-in"], undefined],
])("a list, where %s", (_, speaker, deviceIds, target) => {
  const { effects } = outputDevicesListed(followed(speaker), listing(deviceIds), contextWith(speaker));
  expect(effects).toEqual(target === undefined ? [] : [{ signal: "moveSpeaker", deviceId: target }]);
});

test("one that was in no list has not gone, and is sent to when it comes", () => {
  const { state } = eventEnded(initialOutputs, {}, contextWith());
  const unknown = outputDevicesListed(state, listing(["built-in"]), contextWith());
  expect(unknown.effects).toEqual([]);
  const come = outputDevicesListed(unknown.state, listing(["usb"]), contextWith());
  expect(come.effects).toEqual([{ signal: "moveSpeaker", deviceId: "usb" }]);
});

test("one that goes and comes while the first move is under way is moved back to, once", () => {
  const gone = outputDevicesListed(followed(), listing([]), contextWith());
  const again = outputDevicesListed(gone.state, listing([]), contextWith());
  expect(again.effects).toEqual([]);
  const back = outputDevicesListed(again.state, listing(["usb"]), contextWith());
  expect(back.effects).toEqual([{ signal: "moveSpeaker", deviceId: "usb" }]);
});

test("one that refuses is asked again with the next list, and not before", () => {
  const away = contextWith({ activeDeviceId: null });
  const back = outputDevicesListed({ ...followed(), sentTo: null }, listing(["usb"]), away);
  const refused = deviceAnswered(back.state, { request: request("usb"), error: failure("device-not-found") }, away);
  expect(refused.effects).toEqual([]);
  expect(outputDevicesListed(refused.state, listing(["usb"]), away).effects).toHaveLength(1);
  // That of the microphone, or of an earlier choice, says nothing of this one.
  for (const other of [{ ...request("usb"), channel: "audioInput" as const }, request("hdmi")])
    expect(deviceAnswered(back.state, { request: other, error: failure() }, away).state).toBe(back.state);
});

test("what the app chooses is where the sound is sent", () => {
  const { state } = setOutputDevice(followed(), { deviceId: "hdmi" });
  const context = contextWith({ deviceId: "hdmi" });
  expect(outputDevicesListed(state, listing(["hdmi"]), context).effects).toEqual([]);
  expect(outputDevicesListed(state, listing(["usb"]), context).effects).toEqual([
    { signal: "moveSpeaker", deviceId: null },
  ]);
});

test("is watched while a chosen one is open, and told where it is heard, once each time", () => {
  const first = eventEnded(initialOutputs, {}, contextWith({ activeDeviceId: null }));
  expect(first.effects).toEqual([{ type: "watchOutputDevices", on: true }]);
  const there = eventEnded(first.state, {}, contextWith());
  expect(there.effects).toEqual([{ type: "emit", event: "outputDeviceSwitched", payload: "usb" }]);
  expect(eventEnded(there.state, {}, contextWith())).toEqual({ state: there.state, effects: [] });
  const away = eventEnded(there.state, {}, contextWith({ activeDeviceId: null }));
  expect(away.effects).toEqual([{ type: "emit", event: "outputDeviceSwitched", payload: null }]);
  const closed = eventEnded(there.state, {}, contextWith({ status: "off", id: 2, activeDeviceId: null }));
  expect(namesOf(closed.effects)).toEqual(["watchOutputDevices"]);
});

test("whatever is plugged and unplugged, and however late the port answers, the last list decides", () => {
  const lists = fc.array(fc.oneof(fc.constantFrom(["usb"], ["usb", "built-in"], ["built-in"], []), fc.constant(null)));
  fc.assert(
    fc.property(lists, (course) => {
      let speaker = chosen;
      let state = followed();
      let last: readonly string[] = ["usb"];
      const asked: (string | null)[] = [];
      const answer = () => {
        const deviceId = asked.shift();
        if (deviceId !== undefined) speaker = { ...speaker, activeDeviceId: deviceId };
      };
      // `null`: the port answers one request, in their order.
      for (const deviceIds of course) {
        if (deviceIds === null) {
          answer();
          continue;
        }
        last = deviceIds;
        const taken = outputDevicesListed(state, listing(deviceIds), contextOf({ speaker }));
        state = taken.state;
        for (const effect of taken.effects) if ("signal" in effect) asked.push(effect.deviceId);
      }
      while (asked.length > 0) answer();
      expect(speaker.activeDeviceId).toBe(last.includes("usb") ? "usb" : null);
    }),
  );
});
