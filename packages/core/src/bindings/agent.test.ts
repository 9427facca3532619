import { fakeDevice } from "@layercode/client-testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createWorld, idleTimers, settle } from "../../test/world.js";
import {
  type AudioInputDevice,
  listAudioInputDevices,
  listAudioOutputDevices,
  watchAudioInputDevices,
  watchAudioOutputDevices,
} from "../audio/devices.js";
import { type Agent, agentFields, createAgent } from "./agent.js";
import { describeInputDevice } from "./devices.js";
import type { LayercodeAgentOptions } from "./options.js";

vi.mock("../audio/devices.js", () => ({
  watchWith: () => () => {},
  listAudioInputDevices: vi.fn(),
  listAudioOutputDevices: vi.fn(),
  watchAudioInputDevices: vi.fn(),
  watchAudioOutputDevices: vi.fn(),
}));

const usb = fakeDevice("usb", { groupId: "1", label: "USB", default: true });
const built = fakeDevice("built", { groupId: "2", label: "" });
let devicesChanged: ((devices: AudioInputDevice[]) => void) | null;
let outputsChanged: ((devices: AudioInputDevice[]) => void) | null;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
  devicesChanged = null;
  outputsChanged = null;
  vi.mocked(listAudioOutputDevices).mockReset().mockResolvedValue([built]);
  vi.mocked(watchAudioOutputDevices)
    .mockReset()
    .mockImplementation((callback) => {
      outputsChanged = callback;
      return () => {
        outputsChanged = null;
      };
    });
  vi.mocked(listAudioInputDevices).mockReset().mockResolvedValue([usb]);
  vi.mocked(watchAudioInputDevices)
    .mockReset()
    .mockImplementation((callback) => {
      devicesChanged = callback;
      return () => {
        devicesChanged = null;
      };
    });
});
afterEach(() => {
  vi.useRealTimers();
});

/** An agent on the fakes of a world; `connect()` is the world's. */
function createScene(options: Partial<LayercodeAgentOptions> = {}) {
  const world = createWorld();
  const given: LayercodeAgentOptions = { ...(world.options as LayercodeAgentOptions), ...options };
  const agent = createAgent(given);
  world.client = agent.client;
  return { world, agent, options: given };
}

/** How often a field was told to have changed. */
function count(agent: Agent, field: Parameters<Agent["subscribe"]>[0]) {
  const listener = vi.fn();
  return {
    undo: agent.subscribe(field, listener),
    get times() {
      return listener.mock.calls.length;
    },
  };
}

test("has every field, each with a value", () => {
  const { agent } = createScene();
  for (const field of agentFields) expect(agent.get(field)).not.toBeUndefined();
  expect(agent.get("status")).toBe("disconnected");
});

test("tells a change only to those who asked for that field", async () => {
  const { world, agent } = createScene();
  const [status, messages, muted] = [count(agent, "status"), count(agent, "messages"), count(agent, "isMuted")];
  await world.connect();
  expect([status.times, messages.times, muted.times]).toEqual([2, 0, 0]);
  world.socket.says({ type: "response.text.delta", turn_id: "a", content: "He" });
  world.socket.says({ type: "response.text.delta", turn_id: "a", content: "llo" });
  expect([status.times, messages.times, muted.times]).toEqual([2, 2, 0]);
  messages.undo();
  world.socket.says({ type: "response.text.delta", turn_id: "a", content: "." });
  expect(messages.times).toBe(2);
});

test("methods do not need their agent, and a function makes the new value of the old", async () => {
  const { world, agent } = createScene();
  const { mute, unmute, setAudioInput, setAudioOutput, selectInputDevice, sendClientResponseText } = agent.methods;
  const { setVolume, setOutputDevice, resumeAudio } = agent.methods;
  await setOutputDevice("hdmi");
  await world.connect();
  mute();
  expect(agent.get("isMuted")).toBe(true);
  await unmute();
  await setAudioOutput((on) => !on);
  await setAudioInput(false);
  await sendClientResponseText("Hello.");
  await selectInputDevice("usb");
  setVolume(0.5);
  await resumeAudio();
  expect(agent.client.getSnapshot()).toMatchObject({
    isMuted: false,
    audioOutput: false,
    audioInput: false,
    preferredInputDeviceId: "usb",
    volume: 0.5,
    outputDeviceId: "hdmi",
  });
  expect(world.socket.types).toContain("client.response.text");
});

test("the callbacks go by the names that components know, and are the latest", async () => {
  const speaking = vi.fn();
  const { world, agent, options } = createScene({ onUserSpeakingChange: speaking });
  const switched = vi.fn();
  await world.connect();
  world.socket.says({ type: "turn.start", role: "user", turn_id: "u" });
  agent.setOptions({ ...options, onAudioInputChanged: switched, onAudioOutputChanged: switched });
  await agent.methods.setAudioInput(false);
  await agent.methods.setAudioOutput(false);
  expect(speaking.mock.calls).toEqual([[true], [false]]);
  expect(switched.mock.calls).toEqual([[false], [false]]);
});

test("goes around a client that is there", async () => {
  const world = createWorld();
  const agent = createAgent(world.client);
  expect(agent.client).toBe(world.client);
  const status = count(agent, "status");
  await world.connect();
  expect(status.times).toBe(2);
});

describe("amplitudes", () => {
  test("are measured ten times a second, while connected and somebody asks", async () => {
    const { world, agent } = createScene();
    await world.connect();
    expect(vi.getTimerCount()).toBe(idleTimers);
    const user = count(agent, "userAudioAmplitude");
    const other = count(agent, "agentAudioAmplitude");
    for (let tick = 1; tick <= 20; tick++) {
      world.microphone.loudness = tick / 20;
      vi.advanceTimersByTime(100);
    }
    expect([user.times, other.times]).toEqual([20, 0]);
    expect(agent.get("userAudioAmplitude")).toBe(1);
    other.undo();
    other.undo();
    vi.advanceTimersByTime(100);
    expect(vi.getTimerCount()).toBe(1 + idleTimers);
    user.undo();
    expect(vi.getTimerCount()).toBe(idleTimers);
    expect(agent.get("userAudioAmplitude")).toBe(0);
  });

  test("begin with the connection and end at 0 with it", async () => {
    const { world, agent } = createScene();
    const user = count(agent, "userAudioAmplitude");
    expect(vi.getTimerCount()).toBe(0);
    await world.connect();
    world.microphone.loudness = 0.5;
    vi.advanceTimersByTime(100);
    await agent.methods.disconnect();
    expect([user.times, agent.get("userAudioAmplitude"), vi.getTimerCount()]).toEqual([2, 0, 0]);
  });

  test("are not measured when the app says so", async () => {
    const { world, agent } = createScene({ enableAmplitudeMonitoring: false });
    agent.subscribe("userAudioAmplitude", () => {});
    await world.connect();
    expect(vi.getTimerCount()).toBe(idleTimers);
  });

  test("are measured, or no more, as soon as the app says so", async () => {
    const { world, agent, options } = createScene({ enableAmplitudeMonitoring: false });
    agent.subscribe("userAudioAmplitude", () => {});
    await world.connect();
    world.microphone.loudness = 0.5;
    agent.setOptions({ ...options, enableAmplitudeMonitoring: true });
    vi.advanceTimersByTime(100);
    expect(agent.get("userAudioAmplitude")).toBe(0.5);
    agent.setOptions(options);
    expect([agent.get("userAudioAmplitude"), vi.getTimerCount()]).toEqual([0, idleTimers]);
  });
});

describe("the list of microphones", () => {
  test("is made as soon as the app says so", async () => {
    const { agent, options } = createScene({ autoLoadInputDevices: false, audioInput: false });
    agent.subscribe("availableInputDevices", () => {});
    agent.setOptions({ ...options, autoLoadInputDevices: true });
    await settle();
    expect(agent.get("availableInputDevices")).toEqual([usb]);
    agent.setOptions({ ...options, autoLoadInputDevices: true });
    expect(listAudioInputDevices).toHaveBeenCalledOnce();
  });

  test("is made and watched only while somebody looks", async () => {
    const { agent } = createScene();
    await settle();
    expect(listAudioInputDevices).not.toHaveBeenCalled();
    const list = count(agent, "availableInputDevices");
    const loading = count(agent, "isInputDeviceListLoading");
    expect(agent.get("isInputDeviceListLoading")).toBe(true);
    await settle();
    expect(agent.get("availableInputDevices")).toEqual([usb]);
    expect([list.times, loading.times]).toEqual([1, 1]);
    devicesChanged?.([usb, built]);
    expect(agent.get("availableInputDevices")).toEqual([usb, built]);
    list.undo();
    expect(devicesChanged).not.toBeNull();
    loading.undo();
    expect(devicesChanged).toBeNull();
    expect(listAudioInputDevices).toHaveBeenCalledOnce();
  });

  test("is made anew when the microphone was opened: only then are the names known", async () => {
    const { world, agent } = createScene();
    agent.subscribe("availableInputDevices", () => {});
    await settle();
    await world.connect();
    world.client.mute();
    await settle();
    expect(listAudioInputDevices).toHaveBeenCalledTimes(2);
    await world.client.disconnect();
    await world.connect();
    expect(listAudioInputDevices).toHaveBeenCalledTimes(3);
  });

  test("waits for the microphone to be switched on when the app says so", async () => {
    const { agent } = createScene({ autoLoadInputDevices: false, audioInput: false });
    agent.subscribe("availableInputDevices", () => {});
    await settle();
    expect(listAudioInputDevices).not.toHaveBeenCalled();
    await agent.methods.setAudioInput(true);
    await settle();
    expect(agent.get("availableInputDevices")).toEqual([usb]);
  });

  test("comes with that of the loudspeakers", async () => {
    const { agent } = createScene();
    const list = count(agent, "availableOutputDevices");
    await settle();
    expect(agent.get("availableOutputDevices")).toEqual([built]);
    outputsChanged?.([built, usb]);
    expect(agent.get("availableOutputDevices")).toEqual([built, usb]);
    expect(list.times).toBe(2);
    list.undo();
    expect(outputsChanged).toBeNull();
  });

  test("what cannot be listed is said, and can be tried again", async () => {
    vi.mocked(listAudioInputDevices).mockRejectedValueOnce(new Error("Not over http."));
    const { agent } = createScene();
    agent.subscribe("inputDeviceListError", () => {});
    await settle();
    expect(agent.get("inputDeviceListError")).toBe("Not over http.");
    expect(agent.get("isInputDeviceListLoading")).toBe(false);
    await expect(agent.methods.refreshInputDevices()).resolves.toEqual([usb]);
    expect(agent.get("inputDeviceListError")).toBeNull();
    vi.mocked(listAudioInputDevices).mockRejectedValueOnce(new Error("Gone."));
    await expect(agent.methods.refreshInputDevices()).rejects.toThrow("Gone.");
    expect(agent.get("availableInputDevices")).toEqual([usb]);
  });

  test("an answer that is overtaken is not shown", async () => {
    const answers: ((devices: AudioInputDevice[]) => void)[] = [];
    vi.mocked(listAudioInputDevices).mockImplementation(() => new Promise((resolve) => answers.push(resolve)));
    const { agent } = createScene();
    agent.subscribe("availableInputDevices", () => {});
    devicesChanged?.([usb, built]);
    answers[0]?.([usb]);
    await settle();
    expect(agent.get("availableInputDevices")).toEqual([usb, built]);
    expect(agent.get("isInputDeviceListLoading")).toBe(false);
  });

  test("a microphone in words", () => {
    expect(describeInputDevice(usb, 0)).toBe("USB (default)");
    expect(describeInputDevice(built, 1)).toBe("Microphone 2");
  });
});

describe("options that make no sense", () => {
  test("throw nothing: they are in `error`, and nothing is opened, until there are better ones", async () => {
    const { world, options } = createScene();
    const agent = createAgent({ ...options, agentId: undefined as never });
    const error = count(agent, "error");
    const missing = { code: "invalid-option", message: expect.stringMatching(/"agentId" is missing/) };
    expect(agent.get("error")).toMatchObject(missing);
    await expect(agent.methods.connect()).rejects.toMatchObject(missing);
    await expect(agent.client.connect()).rejects.toMatchObject(missing);
    expect(world.requests).toEqual([]);

    agent.setOptions({ ...options, agentId: undefined as never });
    expect(error.times).toBe(0);
    agent.setOptions(options);
    expect([agent.get("error"), error.times]).toEqual([null, 1]);
    world.client = agent.client;
    await world.connect();
    agent.setOptions({ ...options, volume: 80 });
    expect(agent.get("error")?.message).toMatch(/"volume" is 80/);
    expect(agent.client.status).toBe("connected");
    error.undo();
    await agent.client.dispose();
  });

  test("are reported to their own onError, once, when the binding gives them, and not on a server", async () => {
    const { options } = createScene();
    const onError = vi.fn<(error: Error) => void>();
    const told = () => onError.mock.calls.map(([{ message }]) => /Option "\w+"/.exec(message)?.[0]);
    const bad = { ...options, agentId: "", onError };
    const agent = createAgent(bad);
    agent.setOptions(bad);
    expect(told()).toEqual([]);

    vi.stubGlobal("window", globalThis);
    const inBrowser = createAgent(bad);
    expect(told()).toEqual([]);
    inBrowser.setOptions(bad);
    inBrowser.setOptions({ ...bad });
    expect(told()).toEqual([`Option "agentId"`]);
    inBrowser.setOptions({ ...options, volume: 80, onError });
    inBrowser.setOptions({ ...options, onError });
    inBrowser.setOptions({ ...options, volume: 80, onError });
    expect(told()).toEqual([`Option "agentId"`, `Option "volume"`, `Option "volume"`]);
    inBrowser.setOptions(undefined as never);
    expect(onError).toHaveBeenCalledTimes(3);
    vi.unstubAllGlobals();
  });

  test("do not bring back an agent whose component is gone", async () => {
    const { agent, options } = createScene();
    agent.retire();
    agent.setOptions(options);
    await expect(agent.methods.connect()).rejects.toMatchObject({ code: "aborted" });
    agent.revive();
    agent.setOptions({ ...options, volume: 80 });
    await expect(agent.methods.connect()).rejects.toMatchObject({ code: "invalid-option" });
    expect(createAgent(undefined as never).get("error")?.code).toBe("invalid-option");
  });
});
