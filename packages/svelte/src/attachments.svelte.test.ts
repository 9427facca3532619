import { Window } from "happy-dom";
import { flushSync } from "svelte";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import Controls from "../test/fixtures/Controls.svelte";
import Held from "../test/fixtures/Held.svelte";
import Styled from "../test/fixtures/Styled.svelte";
import { stubInputDevices } from "../test/input-devices.js";
import { mounted } from "../test/mounted.js";
import { createWorld } from "../test/world.js";
import { audioLevel, useLayercodeAgent } from "./index.js";

const bars = vi.fn();

beforeEach(() => {
  stubInputDevices([]);
  const context = { roundRect: bars, setTransform() {}, clearRect() {}, beginPath() {}, fill() {} };
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(context as never);
  vi.spyOn(HTMLCanvasElement.prototype, "clientWidth", "get").mockReturnValue(60);
});
afterEach(() => {
  vi.restoreAllMocks();
  bars.mockClear();
});

/** A connected agent, and the fixture's controls of it. */
async function mountControls({ fromContext = false } = {}) {
  const world = createWorld("push_to_talk");
  const agent = useLayercodeAgent(world.options);
  await world.connect(agent);
  const scale = $state({ factor: 1 });
  const onLevel = vi.fn((_level: number, _element?: HTMLElement) => void scale.factor);
  const page = mounted(Controls, { agent, fromContext, onLevel });
  const button = page.target.querySelector("button")!;
  const turns = () =>
    world.socket.sent.flatMap((message) =>
      message.type === "trigger.turn.start" ? "start" : message.type === "trigger.turn.end" ? "end" : [],
    );
  return { ...page, world, agent, button, onLevel, scale, turns };
}

describe.each([
  { where: "of an agent that is given", fromContext: false },
  { where: "of the context's agent", fromContext: true },
])("push-to-talk $where", ({ fromContext }) => {
  test("a pointer presses and releases", async () => {
    const { agent, button, turns } = await mountControls({ fromContext });
    button.dispatchEvent(new PointerEvent("pointerdown", { button: 0, pointerId: 1, bubbles: true }));
    expect(agent.pushToTalk.pressed).toBe(true);
    button.dispatchEvent(new PointerEvent("pointerup", { pointerId: 1, bubbles: true }));
    await vi.waitFor(() => expect(turns()).toEqual(["start", "end"]));
    await agent.dispose();
  });

  test("a button that is removed releases", async () => {
    const { agent, button, destroy } = await mountControls({ fromContext });
    button.dispatchEvent(new KeyboardEvent("keydown", { key: " ", bubbles: true }));
    expect(agent.pushToTalk.pressed).toBe(true);
    await destroy();
    expect(agent.pushToTalk.pressed).toBe(false);
    await agent.dispose();
  });
});

test("a block that removes a held button may change what others show, and call back", async () => {
  const world = createWorld("push_to_talk");
  let speaking = $state(false);
  const agent = useLayercodeAgent({ ...world.options, onUserSpeakingChange: (now) => (speaking = now) });
  await world.connect(agent);
  const props = $state({ agent, shown: true });
  const { target, text } = mounted(Held, props);
  const button = target.querySelector("button")!;
  button.dispatchEvent(new KeyboardEvent("keydown", { key: " ", bubbles: true }));
  flushSync();
  expect({ speaking, output: text("output") }).toEqual({ speaking: true, output: "pressed" });
  // As Chromium does with an element that has the focus, while Svelte removes it.
  button.remove = () => {
    button.dispatchEvent(new FocusEvent("blur"));
    HTMLElement.prototype.remove.call(button);
  };
  flushSync(() => (props.shown = false));
  expect({ speaking, output: text("output") }).toEqual({ speaking: false, output: "released" });
  await agent.dispose();
});

test("a button whose style changes is still held by touch", async () => {
  const world = createWorld("push_to_talk");
  const agent = useLayercodeAgent(world.options);
  const { target } = mounted(Styled, { agent });
  const button = target.querySelector("button")!;
  agent.mute();
  flushSync();
  await vi.waitFor(() => expect(button.style).toMatchObject({ opacity: "0.5", touchAction: "none" }));
  await agent.dispose();
});

test("push-to-talk has a hotkey, until it is removed", async () => {
  const { agent, destroy, turns } = await mountControls();
  const press = (type: "keydown" | "keyup") =>
    document.body.dispatchEvent(new KeyboardEvent(type, { key: "F8", bubbles: true, cancelable: true }));
  press("keydown");
  expect(agent.pushToTalk.pressed).toBe(true);
  press("keyup");
  await vi.waitFor(() => expect(turns()).toEqual(["start", "end"]));
  await destroy();
  press("keydown");
  expect(agent.pushToTalk.pressed).toBe(false);
  await agent.dispose();
});

describe("the microphone select", () => {
  const options = (select: HTMLSelectElement) => [...select.options].map(({ text }) => text);
  const mountSelect = (fromContext = false) => {
    const world = createWorld();
    const agent = useLayercodeAgent(world.options);
    const { target, destroy } = mounted(Controls, { agent, fromContext });
    return { world, agent, destroy, select: target.querySelector("select")! };
  };

  test.each([false, true])("lists the microphones and follows them, context %s", async (fromContext) => {
    const devices = stubInputDevices(["Headset", ""]);
    const { select } = mountSelect(fromContext);
    expect(options(select)).toEqual(["Loading microphones…"]);
    expect(select).toMatchObject({ disabled: true, dataset: { state: "loading" } });
    await vi.waitFor(() =>
      expect(options(select)).toEqual(["System default microphone", "Headset (default)", "Microphone 2"]),
    );
    expect(select).toMatchObject({ disabled: false, value: "default", dataset: { state: "ready" } });
    devices.change(["Webcam"]);
    await vi.waitFor(() => expect(options(select)).toEqual(["System default microphone", "Webcam (default)"]));
  });

  test("chooses one, and goes back to the system's", async () => {
    stubInputDevices(["Headset", "Webcam"]);
    const { world, agent, select } = mountSelect();
    await world.connect(agent);
    await vi.waitFor(() => expect(select.options).toHaveLength(3));
    const choose = (value: string) => {
      select.value = value;
      select.dispatchEvent(new Event("change"));
    };
    choose("id of Webcam");
    await vi.waitFor(() => expect(world.microphone.deviceIds).toEqual([null, "id of Webcam"]));
    choose("default");
    await vi.waitFor(() => expect(world.microphone.deviceIds).toEqual([null, "id of Webcam", null]));
    await agent.selectInputDevice("id of Headset");
    flushSync();
    expect(select.value).toBe("id of Headset");
    await agent.dispose();
  });

  test("offers no choice of what has no id yet", async () => {
    stubInputDevices([""]);
    const { select } = mountSelect();
    await vi.waitFor(() => expect(options(select)).toEqual(["System default microphone", "Microphone 1 (default)"]));
    expect([...select.options].map(({ disabled }) => disabled)).toEqual([false, true]);
  });

  test("keeps its options where the same are listed once more: it may be open", async () => {
    const devices = stubInputDevices(["Headset", "Webcam"]);
    const { agent, select } = mountSelect();
    await vi.waitFor(() => expect(select.options).toHaveLength(3));
    const before = [...select.options];
    await agent.refreshInputDevices();
    flushSync();
    expect([...select.options].every((option, index) => option === before[index])).toBe(true);
    devices.change(["Headset", "Desk"]);
    await vi.waitFor(() => expect(options(select)).toContain("Desk"));
  });

  test("says why there is none", async () => {
    const devices = stubInputDevices([]);
    const { agent, select } = mountSelect();
    await vi.waitFor(() => expect(select.dataset.state).toBe("empty"));
    expect(options(select)).toEqual(["No microphones detected"]);
    devices.failure = new Error("The list is closed.");
    await agent.refreshInputDevices().catch(() => {});
    flushSync();
    expect(select).toMatchObject({ disabled: true, dataset: { state: "error" } });
    expect(options(select)).toEqual(["The list is closed."]);
  });

  test("stops listening to the microphones when it is removed", async () => {
    const devices = stubInputDevices(["Headset"]);
    const { destroy } = mountSelect();
    await vi.waitFor(() => expect(devices.listeners).toBe(1));
    await destroy();
    await vi.waitFor(() => expect(devices.listeners).toBe(0));
  });
});

test("the visualizer draws while connected and there", async () => {
  const { agent, destroy } = await mountControls();
  await vi.waitFor(() => expect(bars).toHaveBeenCalled());
  await destroy();
  bars.mockClear();
  await new Promise(requestAnimationFrame);
  expect(bars).not.toHaveBeenCalled();
  await agent.dispose();
});

test("the level goes to a callback, and what it reads attaches nothing anew", async () => {
  const { agent, world, onLevel, scale } = await mountControls();
  world.microphone.loudness = 0.5;
  const subscribe = vi.spyOn(agent.client, "subscribe");
  flushSync(() => scale.factor++);
  expect(subscribe).not.toHaveBeenCalled();
  await vi.waitFor(() => expect(onLevel).toHaveBeenLastCalledWith(0.5, expect.any(HTMLDivElement)));
  await agent.disconnect();
  expect(onLevel).toHaveBeenLastCalledWith(0, expect.any(HTMLDivElement));
});

test("the level is a CSS variable without a callback", async () => {
  const { agent, target } = await mountControls({ fromContext: true });
  const level = () => target.querySelector("div")!.style.getPropertyValue("--audio-level");
  await vi.waitFor(() => expect(level()).toBe("0.25"));
  await agent.dispose();
});

test("the level counts the frames of the window that shows the element", async () => {
  const world = createWorld();
  const agent = useLayercodeAgent(world.options);
  await world.connect(agent);
  const other = new Window();
  const asked = vi.spyOn(other, "requestAnimationFrame");
  const detach = audioLevel(agent)(other.document.createElement("div") as unknown as HTMLElement);
  expect(asked).toHaveBeenCalled();
  detach?.();
  await agent.dispose();
});
