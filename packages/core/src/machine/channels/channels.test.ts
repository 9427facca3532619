import { describe, expect, test } from "vitest";
import { contextOf, failure, initial, namesOf, phases } from "../../../test/slices.js";
import { audioHandlers } from "./audio.js";
import type { Channel, ChannelTransition, DeviceRequest } from "./channel.js";
import { type Input, inputHandlers } from "./input.js";
import { isListening } from "./listening.js";
import { outputHandlers } from "./output.js";

const { audioInput, audioOutput } = initial;
const inSession = contextOf();
const idle = contextOf({ phase: phases.idle });

/** What both channels have in their tables, on a state of theirs. */
interface Twin {
  setChannel(channel: Channel, event: { on: boolean; call: number }, context: object): ChannelTransition<Channel>;
  openChannels(channel: Channel): ChannelTransition<Channel>;
  closeChannels(channel: Channel): ChannelTransition<Channel>;
  channelOpened(channel: Channel, event: object): ChannelTransition<Channel>;
  channelFailed(channel: Channel, event: object, context: object): ChannelTransition<Channel>;
  deviceAnswered(channel: Channel, event: object): ChannelTransition<Channel>;
}
const twins = [
  ["audioInput", inputHandlers as unknown as Twin, audioInput],
  ["audioOutput", outputHandlers as unknown as Twin, audioOutput],
] as const;

describe.each(twins)("%s", (name, handlers, off) => {
  const opening = handlers.setChannel({ ...off, isOn: false }, { on: true, call: 1 }, inSession).state;
  const open = handlers.channelOpened(opening, { deviceId: "usb", canSetDevice: false }).state;

  test("switched on in a session, its device is opened; the call waits for it", () => {
    expect(opening).toMatchObject({ isOn: true, status: "opening", id: 1, calls: [1] });
    const { effects } = handlers.setChannel({ ...off, isOn: false }, { on: true, call: 1 }, inSession);
    expect(effects[0]).toEqual({ type: "openChannel", channel: name, id: 1, deviceId: null });
    const { state, effects: opened } = handlers.channelOpened(opening, { deviceId: "usb", canSetDevice: false });
    // A speaker does not tell its device: who was asked for one answers.
    expect(state).toMatchObject({ status: "open", calls: [], activeDeviceId: name === "audioInput" ? "usb" : null });
    expect(opened.at(-1)).toEqual({ type: "settle", calls: [1], error: undefined });
  });

  test("switched on without a session, it waits for one", () => {
    const { state, effects } = handlers.setChannel(
      { ...off, isOn: false, isDeferred: true },
      { on: true, call: 1 },
      idle,
    );
    expect(state).toMatchObject({ isOn: true, isDeferred: false, status: "off" });
    expect(namesOf(effects)).toEqual(["settle"]);
  });

  test("switched on again while it opens, both calls wait for the same", () => {
    const { state, effects } = handlers.setChannel(opening, { on: true, call: 2 }, inSession);
    expect(state).toMatchObject({ id: 1, calls: [1, 2] });
    expect(effects).toEqual([]);
    expect(namesOf(handlers.setChannel(open, { on: true, call: 2 }, inSession).effects)).toEqual(["settle"]);
  });

  test("switched off, what it carries ends before its device is given up; who waited is overtaken", () => {
    const { state, effects } = handlers.setChannel(opening, { on: false, call: 2 }, inSession);
    expect(state).toMatchObject({ isOn: false, status: "off", id: 2, calls: [], activeDeviceId: null });
    expect(effects[0]).toEqual({ signal: "channelSwitchedOff", channel: name });
    expect(effects).toContainEqual({ type: "closeChannel", channel: name });
    expect(effects.at(-2)).toMatchObject({ calls: [1], error: { code: "aborted" } });
    expect(effects.at(-1)).toEqual({ type: "settle", calls: [2], error: undefined });
  });

  test("a session opens what is on and not held back, and closes what is open; the switch stays", () => {
    expect(handlers.openChannels(off).state.status).toBe("opening");
    expect(handlers.openChannels({ ...off, isDeferred: true }).state.status).toBe("off");
    expect(handlers.openChannels({ ...off, isOn: false }).state.status).toBe("off");
    expect(handlers.closeChannels(open).state).toMatchObject({ isOn: true, status: "off" });
    expect(handlers.closeChannels(off)).toEqual({ state: off, effects: [] });
  });

  test.each([
    ["authorizing", ["→ connectFailed"], true],
    ["open", ["→ connectFailed"], true],
    ["connected", ["→ channelSwitchedOff", "closeChannel", "settle", "→ showError", "settle", "emit error"], false],
    ["waiting", ["→ channelSwitchedOff", "closeChannel", "settle", "→ showError", "settle", "emit error"], false],
  ] as const)("refused while %s", (phase, expected, isOn) => {
    const { state, effects } = handlers.channelFailed(
      opening,
      { error: failure() },
      contextOf({ phase: phases[phase] }),
    );
    expect(namesOf(effects).filter((effect) => effect !== "cancel promptExpired")).toEqual(expected);
    expect(state.isOn).toBe(isOn);
  });

  test("a device that was asked for is there, refused, or overtaken", () => {
    const request: DeviceRequest = { type: "setDevice", channel: name, deviceId: "hdmi", calls: [3] };
    const asked = { ...open, deviceId: "hdmi", acceptedId: "usb" };
    const there = handlers.deviceAnswered(asked, { request, deviceId: "hdmi" });
    expect(there.state).toMatchObject({ deviceId: "hdmi", activeDeviceId: "hdmi" });
    expect(there.effects).toEqual([{ type: "settle", calls: [3], error: undefined }]);

    // One that was closed meanwhile is on none.
    const closed = handlers.deviceAnswered(
      { ...asked, status: "off", activeDeviceId: null },
      { request, deviceId: "hdmi" },
    );
    expect(closed.state.activeDeviceId).toBeNull();

    const refused = handlers.deviceAnswered(asked, { request, error: failure("device-not-found"), deviceId: "usb" });
    expect(refused.state).toMatchObject({ deviceId: "usb", activeDeviceId: open.activeDeviceId });
    expect(namesOf(refused.effects)).toEqual(["→ showError", "settle", "emit error"]);
    // Another one was asked for meanwhile: that wish stands.
    const later = handlers.deviceAnswered(
      { ...asked, deviceId: "third" },
      { request, error: failure(), deviceId: "usb" },
    );
    expect(later.state.deviceId).toBe("third");

    const overtaken = handlers.deviceAnswered(asked, { request, error: failure("aborted"), deviceId: "usb" });
    expect(overtaken.state.deviceId).toBe("hdmi");
    expect(namesOf(overtaken.effects)).toEqual(["settle"]);
  });
});

describe("the microphone", () => {
  const open: Input = { ...audioInput, status: "open", id: 1, activeDeviceId: "built-in" };

  test("opens muted if it is muted, and does not wait for the prompt for ever", () => {
    const { effects } = inputHandlers.openChannels({ ...audioInput, muted: "plain", deviceId: "usb" });
    expect(namesOf(effects)).toEqual(["openChannel", "mute", "schedule promptExpired"]);
    expect(effects).toContainEqual({ type: "mute", muted: true });
    expect(effects).toContainEqual({ type: "schedule", timer: "promptExpired", afterMs: 30_000 });
  });

  test.each([
    ["open, able to change its device", { canSetDevice: true }, ["setDevice"], "open"],
    ["open, not able to", {}, ["closeChannel", "openChannel", "mute", "schedule promptExpired"], "opening"],
    [
      "opening",
      { status: "opening", calls: [1], canSetDevice: true },
      ["closeChannel", "openChannel", "mute", "schedule promptExpired"],
      "opening",
    ],
    ["off", { status: "off" }, ["settle"], "off"],
    ["on that device", { deviceId: "usb" }, ["settle"], "open"],
  ] as const)("another one is chosen while it is %s", (_, patch, expected, status) => {
    const before: Input = { ...open, ...patch };
    const { state, effects } = inputHandlers.preferInputDevice(before, { deviceId: "usb", call: 2 });
    expect(namesOf(effects)).toEqual(expected);
    expect(state).toMatchObject({ deviceId: "usb", status });
    if (status === "opening") expect(state.calls).toEqual([...before.calls, 2]);
  });

  test("is listened to while it is on and not muted, by the system neither", () => {
    expect(isListening(open, initial.devices)).toBe(true);
    expect(isListening(inputHandlers.setMuted(open, { muted: "plain", call: 1 }).state, initial.devices)).toBe(false);
    expect(isListening(open, { systemMute: "pending" })).toBe(true);
    expect(isListening(open, { systemMute: "lasting" })).toBe(false);
    expect(isListening({ ...open, isOn: false }, initial.devices)).toBe(false);
  });
});

describe("the speaker", () => {
  test("opens as loud, and on the device, that was chosen", () => {
    const { effects } = outputHandlers.openChannels({ ...audioOutput, volume: 0.5, deviceId: "hdmi" });
    expect(effects).toContainEqual({ type: "setVolume", volume: 0.5 });
    // Where that device is gone, the system chooses: nobody waits for the answer.
    expect(effects.at(-1)).toMatchObject({ type: "setDevice", deviceId: "hdmi", calls: [] });
    expect(namesOf(outputHandlers.openChannels(audioOutput).effects)).toEqual(["openChannel", "setVolume"]);
  });

  test("volume and device at any time", () => {
    expect(outputHandlers.setVolume(audioOutput, { volume: 0.1, call: 1 }).state.volume).toBe(0.1);
    const { state, effects } = outputHandlers.setOutputDevice(audioOutput, { deviceId: "hdmi", call: 1 });
    expect(state.deviceId).toBe("hdmi");
    expect(effects).toEqual([{ type: "setDevice", channel: "audioOutput", deviceId: "hdmi", calls: [1] }]);
  });
});

describe("the audio of both", () => {
  test("prepare() fetches the sound where a channel wants it", () => {
    const { effects } = audioHandlers.prepare(false, { call: 1 }, contextOf({ wantsAudio: false }));
    expect(effects).toEqual([{ type: "prepare", withAudio: false, calls: [1] }]);
  });

  test("what could not be prepared is not kept for a later connect()", () => {
    const request = { type: "prepare", withAudio: true, calls: [1] } as const;
    const failed = (context: ReturnType<typeof contextOf>) =>
      namesOf(audioHandlers.audioAnswered(false, { request, error: failure() }, context).effects);
    expect(failed(idle)).toEqual(expect.arrayContaining(["close", "→ showError", "settle", "emit error"]));
    expect(failed(inSession)).not.toContain("close");
  });

  test("is blocked until the browser lets it play, or the session ends", () => {
    expect(audioHandlers.audioBlocked(false, { blocked: true }).state).toBe(true);
    expect(audioHandlers.closeChannels().state).toBe(false);
  });
});
