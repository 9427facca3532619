import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { acting, actingUntil, render } from "../test/rendered.js";
import { createWorld, stubDevices, stubInputDevices } from "../test/world.js";
import { SpeakerSelect, type SpeakerSelectProps, type UseLayercodeAgentReturn, useLayercodeAgent } from "./index.js";

let world: ReturnType<typeof createWorld>;
let agent: UseLayercodeAgentReturn;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => {
  vi.restoreAllMocks();
});

function Page(props: SpeakerSelectProps) {
  agent = useLayercodeAgent(world.options);
  return <SpeakerSelect agent={agent} {...props} />;
}
const choose = (select: HTMLSelectElement, value: string) =>
  acting(() => {
    select.value = value;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  });
const options = (select: HTMLSelectElement) => [...select.options].map(({ text }) => text);

test("is a labelled select of the loudspeakers, which chooses one", async () => {
  stubDevices(["Headset"], ["Built-in", "Headset"]);
  const rendered = await render(<Page className="wide" containerClassName="box" />);
  const select = rendered.find<HTMLSelectElement>("div.box > select.wide");
  await actingUntil(() => select.options.length === 3);
  expect(options(select)).toEqual(["System default speaker", "Built-in (default)", "Headset"]);
  expect(rendered.find<HTMLLabelElement>("label.layercode-speaker-select__label")).toMatchObject({
    htmlFor: select.id,
    textContent: "Speaker",
  });
  await choose(select, "id of Headset");
  expect(agent.client.getSnapshot().outputDeviceId).toBe("id of Headset");
  expect(select.value).toBe("id of Headset");
  await choose(select, "default");
  expect(agent.client.getSnapshot().outputDeviceId).toBe(null);
});

test("a choice that is refused is taken back, and is the agent's error", async () => {
  stubDevices([], ["Built-in", "Headset"]);
  const rendered = await render(<Page />);
  const select = rendered.find<HTMLSelectElement>("select");
  await actingUntil(() => select.options.length === 3);
  await acting(() => world.connect(agent));
  await choose(select, "id of Headset");
  await actingUntil(() => world.speaker.devices.length === 1);
  world.speaker.devices[0]?.changing.reject(Object.assign(new Error("Gone."), { code: "device-not-found" }));
  await actingUntil(() => select.value === "default");
  expect(agent.client.getSnapshot().error).toMatchObject({ code: "device-not-found" });
});

test("one that was chosen and is not there is shown as the system's choice, which plays", async () => {
  const devices = stubDevices([], ["Built-in", "Headset"]);
  const rendered = await render(<Page />);
  const select = rendered.find<HTMLSelectElement>("select");
  await actingUntil(() => select.options.length === 3);
  await choose(select, "id of Headset");
  devices.change([], ["Built-in"]);
  await actingUntil(() => select.options.length === 2);
  expect(select.value).toBe("default");
  devices.change([], ["Built-in", "Headset"]);
  await actingUntil(() => select.value === "id of Headset");
});

test("is disabled and says why where the browser plays on the system's choice only, and where there is none", async () => {
  const devices = stubInputDevices(["Headset"]);
  const rendered = await render(<Page emptyLabel="No speaker" />);
  await actingUntil(() => rendered.text.includes("This browser plays on the system's choice"));
  expect(rendered.find<HTMLSelectElement>("select").disabled).toBe(true);
  await rendered.unmount();
  expect(devices.listeners).toBe(0);

  stubDevices(["Headset"], []);
  const other = await render(<Page emptyLabel="No speaker" />);
  await actingUntil(() => other.text.includes("No speaker"));
});
