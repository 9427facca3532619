import { expect, onTestFinished, test } from "vitest";
import { effectScope, h } from "vue";
import { mounted } from "../test/mounted.js";
import { createWorld, stubDevices, stubInputDevices, until } from "../test/world.js";
import { SpeakerSelect, useLayercodeAgent } from "./index.js";

function setup(props: Record<string, unknown> = {}) {
  const world = createWorld();
  const scope = effectScope();
  onTestFinished(() => scope.stop());
  const agent = scope.run(() => useLayercodeAgent(world.options))!;
  const { target } = mounted(() => h(SpeakerSelect, { agent, ...props }));
  const select = target.querySelector("select")!;
  const texts = () => [...select.options].map(({ textContent }) => textContent);
  const choose = (value: string) => {
    select.value = value;
    select.dispatchEvent(new Event("change"));
  };
  return { world, agent, target, select, texts, choose };
}

test("lists the loudspeakers, labelled, and chooses one", async () => {
  stubDevices(["Headset"], ["Built-in", "Headset"]);
  const { agent, select, texts, choose } = setup({ containerClassName: "field" });
  await until(() => texts().length === 3);
  expect(texts()).toEqual(["System default speaker", "Built-in (default)", "Headset"]);
  expect(select.labels?.[0]?.querySelector(".layercode-speaker-select__label")?.textContent).toBe("Speaker");
  choose("id of Headset");
  await until(() => agent.outputDeviceId.value === "id of Headset");
  choose("default");
  await until(() => agent.outputDeviceId.value === null);
});

test("a choice that is refused is taken back, and is the agent's error", async () => {
  stubDevices([], ["Built-in", "Headset"]);
  const { world, agent, select, texts, choose } = setup();
  await until(() => texts().length === 3);
  await world.connect(agent);
  choose("id of Headset");
  await until(() => world.speaker.devices.length === 1);
  world.speaker.devices[0]?.changing.reject(Object.assign(new Error("Gone."), { code: "device-not-found" }));
  await until(() => select.value === "default");
  expect(agent.error.value).toMatchObject({ code: "device-not-found" });
});

test("is disabled and says why where the browser plays on the system's choice only", async () => {
  stubInputDevices(["Headset"]);
  const { target, select } = setup();
  await until(() => target.textContent.includes("This browser plays on the system's choice"));
  expect(select.disabled).toBe(true);
});
