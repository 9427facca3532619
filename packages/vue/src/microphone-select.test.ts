import { expect, onTestFinished, test, vi } from "vitest";
import { createApp, effectScope, h, nextTick } from "vue";
import { mounted } from "../test/mounted.js";
import { createWorld, settle, stubInputDevices, until } from "../test/world.js";
import { type LayercodeAgentOptions, MicrophoneSelect, provideLayercode, useLayercodeAgent } from "./index.js";

async function setup(props: Record<string, unknown> = {}, options: Partial<LayercodeAgentOptions> = {}) {
  const world = createWorld();
  const scope = effectScope();
  onTestFinished(() => scope.stop());
  const agent = scope.run(() => useLayercodeAgent({ ...world.options, ...options }))!;
  const { target, unmount } = mounted(() => h(MicrophoneSelect, { agent, ...props }));
  const select = target.querySelector("select")!;
  const texts = () => [...select.options].map(({ textContent }) => textContent);
  const choose = (value: string) => {
    select.value = value;
    select.dispatchEvent(new Event("change"));
  };
  return { world, agent, target, select, shown: texts, choose, unmount };
}

test("lists the microphones, labelled, and follows them", async () => {
  const microphones = stubInputDevices(["Built-in", "Headset"]);
  const { target, select, shown, unmount } = await setup({
    label: "Speak into",
    helperText: "Pick one.",
    containerClassName: "field",
    class: "wide",
    id: "microphone",
  });
  expect(select.disabled).toBe(true);
  expect(target.querySelector(".layercode-mic-select__helper")!.textContent).toBe("Loading microphones…");
  await until(() => shown().length === 3);
  expect(shown()).toEqual(["System default microphone", "Built-in (default)", "Headset"]);
  expect(select).toMatchObject({ disabled: false, className: "wide", id: "microphone", value: "default" });
  expect(select.labels?.[0]?.querySelector(".layercode-mic-select__label")?.textContent).toBe("Speak into");
  expect(target.querySelector(".field > .layercode-mic-select__helper")!.textContent).toBe("Pick one.");
  expect(microphones.enumerations).toBe(1);

  microphones.change(["Headset"]);
  await until(() => shown().length === 2);
  unmount();
});

test("the choice is the agent's, and the agent's is shown", async () => {
  stubInputDevices(["Built-in", "Headset"]);
  const { world, agent, select, shown, choose } = await setup();
  await until(() => shown().length === 3);
  choose("id of Headset");
  await until(() => agent.preferredInputDeviceId.value === "id of Headset");
  await world.connect(agent);
  expect(world.microphone.deviceIds).toEqual(["id of Headset"]);

  await agent.selectInputDevice("id of Built-in");
  await nextTick();
  expect(select.value).toBe("id of Built-in");
  choose("default");
  await until(() => agent.preferredInputDeviceId.value === null);
  await nextTick();
  expect(select.value).toBe("default");
});

test("a choice that fails is taken back", async () => {
  stubInputDevices(["Built-in", "Headset"]);
  const { agent, select, shown, choose } = await setup();
  await until(() => shown().length === 3);
  vi.spyOn(agent.client, "setPreferredInputDevice").mockRejectedValueOnce(new Error("in use"));
  choose("id of Headset");
  await settle();
  expect(select.value).toBe("default");
});

test("says that there is none, and what went wrong", async () => {
  stubInputDevices([]);
  const { target, select } = await setup({ emptyLabel: "Plug one in" });
  await until(() => target.textContent!.includes("Plug one in"));
  expect(select.disabled).toBe(true);

  Object.defineProperty(navigator, "mediaDevices", { value: undefined, configurable: true });
  const failing = await setup();
  const error = () => failing.target.querySelector(".layercode-mic-select__error");
  await until(() => error() !== null);
  expect(error()!.getAttribute("role")).toBe("alert");
});

test("offers no choice of what has no id yet", async () => {
  stubInputDevices([""]);
  const { select, shown } = await setup();
  await until(() => shown().length === 2);
  expect(shown()).toEqual(["System default microphone", "Microphone 1 (default)"]);
  expect([...select.options].map(({ disabled }) => disabled)).toEqual([false, true]);
});

test("autoRefresh reads the list where the agent does not", async () => {
  const microphones = stubInputDevices(["Built-in"]);
  const lazily = { autoLoadInputDevices: false, audioInput: false };
  const off = await setup({ autoRefresh: false }, lazily);
  await settle();
  expect(microphones.enumerations).toBe(0);
  const on = await setup({}, lazily);
  await until(() => on.shown().length === 2);
  expect(off.shown()).toHaveLength(1);
});

test("takes the agent of the component above, and says when there is none", async () => {
  stubInputDevices(["Built-in"]);
  const world = createWorld();
  const { target } = mounted({
    setup() {
      provideLayercode(world.options);
      return () => h(MicrophoneSelect, null, { label: () => h("b", "Yours") });
    },
  });
  await until(() => target.querySelectorAll("option").length === 2);
  expect(target.querySelector(".layercode-mic-select__label b")!.textContent).toBe("Yours");

  const orphan = createApp(MicrophoneSelect);
  orphan.config.warnHandler = () => {};
  expect(() => orphan.mount(document.createElement("main"))).toThrow(/MicrophoneSelect found no agent/);
});
