import { expect, test, vi } from "vitest";
import Speakers from "../test/fixtures/Speakers.svelte";
import { stubDevices, stubInputDevices } from "../test/input-devices.js";
import { mounted } from "../test/mounted.js";
import { createWorld } from "../test/world.js";
import { useLayercodeAgent } from "./index.js";

function setup(fromContext = false) {
  const world = createWorld();
  const agent = useLayercodeAgent(world.options);
  const { target, destroy } = mounted(Speakers, { agent, fromContext });
  const select = target.querySelector("select")!;
  const texts = () => [...select.options].map(({ text }) => text);
  const choose = (value: string) => {
    select.value = value;
    select.dispatchEvent(new Event("change"));
  };
  return { world, agent, select, texts, choose, destroy };
}

test.each([false, true])("lists the loudspeakers and chooses one, context %s", async (fromContext) => {
  const devices = stubDevices(["Headset"], ["Built-in", "Headset"]);
  const { agent, select, texts, choose, destroy } = setup(fromContext);
  await vi.waitFor(() => expect(texts()).toEqual(["System default speaker", "Built-in (default)", "Headset"]));
  expect(select).toMatchObject({ disabled: false, value: "default", dataset: { state: "ready" } });
  choose("id of Headset");
  await vi.waitFor(() => expect(agent.outputDeviceId).toBe("id of Headset"));
  choose("default");
  await vi.waitFor(() => expect(agent.outputDeviceId).toBe(null));
  await destroy();
  await vi.waitFor(() => expect(devices.listeners).toBe(0));
});

test("a choice that is refused is taken back, and is the agent's error", async () => {
  stubDevices([], ["Built-in", "Headset"]);
  const { world, agent, select, choose } = setup();
  await vi.waitFor(() => expect(select.options).toHaveLength(3));
  await world.connect(agent);
  choose("id of Headset");
  await vi.waitFor(() => expect(world.speaker.devices).toHaveLength(1));
  world.speaker.devices[0]?.changing.reject(Object.assign(new Error("Gone."), { code: "device-not-found" }));
  await vi.waitFor(() => expect(select.value).toBe("default"));
  expect(agent.error).toMatchObject({ code: "device-not-found" });
  await agent.dispose();
});

test("is disabled and says why where the browser plays on the system's choice only", async () => {
  stubInputDevices(["Headset"]);
  const { select, texts } = setup();
  await vi.waitFor(() => expect(select).toMatchObject({ disabled: true, dataset: { state: "unsupported" } }));
  expect(texts()).toEqual([expect.stringContaining("This browser plays on the system's choice")]);
});
