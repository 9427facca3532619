import { expect, onTestFinished, test, vi } from "vitest";
import { computed, defineComponent, effectScope, h, nextTick, type Ref, ref, watch, watchEffect } from "vue";
import { mounted, mountedSetup } from "../test/mounted.js";
import { createWorld, settle, stubInputDevices, until } from "../test/world.js";
import { type LayercodeAgent, useLayercodeAgent } from "./index.js";

/** A component that counts its renderings. */
function counting(shown: () => unknown) {
  const counter = { renders: 0 };
  const component = defineComponent(() => () => {
    counter.renders++;
    return h("p", String(shown()));
  });
  return { component, counter };
}

test("only what reads a field renders for it", async () => {
  const world = createWorld();
  const scope = effectScope();
  const agent = scope.run(() => useLayercodeAgent(world.options))!;
  onTestFinished(() => scope.stop());
  const status = counting(() => agent.status.value);
  const messages = counting(() => agent.messages.value.map(({ text }) => text));
  const none = counting(() => Object.keys(agent).length);
  const { target } = mounted(() => [status, messages, none].map(({ component }) => h(component)));
  const renders = () => [status, messages, none].map(({ counter }) => counter.renders);
  await world.connect(agent);
  await nextTick();
  const before = renders();

  world.server.text("assistant-1", "Hello");
  await nextTick();
  world.server.text("assistant-1", " there");
  await nextTick();
  expect(renders().map((count, part) => count - before[part]!)).toEqual([0, 2, 0]);
  expect(target.textContent).toContain("Hello there");

  // Connected and idle: nothing renders.
  await settle();
  expect(renders().map((count, part) => count - before[part]!)).toEqual([0, 2, 0]);
});

test("who was slow to read again misses nothing", async () => {
  const world = createWorld();
  const { result: agent } = mountedSetup(() => useLayercodeAgent(world.options));
  await world.connect(agent);
  const texts = computed(() => agent.messages.value.map(({ text }) => text).join());
  const seen: string[] = [];
  watch(texts, (text) => seen.push(text));
  // Before the watcher has run once.
  for (const word of ["one", " two", " three"]) world.server.text("assistant-1", word);
  await nextTick();
  world.server.text("assistant-1", " four");
  await nextTick();
  expect(seen).toEqual(["one two three", "one two three four"]);
  expect(texts.value).toBe("one two three four");
});

test("measures the level only while somebody reads it, at most 10 times a second", async () => {
  const world = createWorld();
  const { result: agent } = mountedSetup(() => useLayercodeAgent(world.options));
  await world.connect(agent);
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { microphone } = world;
  const pass = async (ms: number) => {
    for (let at = 0; at < ms; at += 10) {
      microphone.loudness = Math.random();
      await vi.advanceTimersByTimeAsync(10);
    }
  };
  await pass(1000);
  expect(microphone.measurements).toBe(0);

  const isShown = ref(true);
  const levels: number[] = [];
  const level = counting(() => levels.push(agent.userAudioAmplitude.value));
  mounted(() => (isShown.value ? h(level.component) : null));
  await pass(1000);
  expect(level.counter.renders).toBeGreaterThan(5);
  expect(level.counter.renders).toBeLessThanOrEqual(11);
  expect(new Set(levels).size).toBe(levels.length);

  isShown.value = false;
  // The change after the last one read ends it.
  await pass(300);
  const measurements = microphone.measurements;
  await pass(1000);
  expect(microphone.measurements).toBe(measurements);
  expect(vi.getTimerCount()).toBe(0);

  isShown.value = true;
  await pass(300);
  expect(microphone.measurements).toBeGreaterThan(measurements);
});

test("lists microphones only while somebody reads them", async () => {
  const microphones = stubInputDevices(["Built-in"]);
  const world = createWorld();
  const { result: agent, unmount } = mountedSetup(() => useLayercodeAgent(world.options));
  await world.connect(agent);
  await settle();
  // The client itself looks after the microphone that is open.
  expect(microphones).toMatchObject({ enumerations: 1, listeners: 1 });

  const labels = computed(() => agent.availableInputDevices.value.map(({ label }) => label));
  const stop = watchEffect(() => void labels.value);
  await until(() => labels.value.length === 1);
  expect(microphones).toMatchObject({ enumerations: 2, listeners: 2 });
  microphones.change(["Built-in", "Headset"]);
  await until(() => labels.value.length === 2);

  stop();
  for (const label of ["one", "two"]) {
    microphones.change([label]);
    await settle();
  }
  expect(microphones.listeners).toBe(1);
  unmount();
  await until(() => microphones.listeners === 0);
});

test("a reader sees what its own reading has begun", async () => {
  stubInputDevices(["Built-in"]);
  const world = createWorld();
  const { result: agent } = mountedSetup(() => useLayercodeAgent(world.options));
  const seen: boolean[] = [];
  const stop = watchEffect(() => seen.push(agent.isInputDeviceListLoading.value), { flush: "sync" });
  await until(() => seen.length === 2);
  await agent.refreshInputDevices();
  expect(seen).toEqual([true, false, true, false]);
  stop();
});

test("what is still read at the end is given up with the scope", async () => {
  const microphones = stubInputDevices(["Built-in"]);
  const world = createWorld();
  const { result: agent, unmount } = mountedSetup(() => useLayercodeAgent(world.options));
  const stop = watchEffect(() => void agent.availableInputDevices.value);
  await until(() => microphones.listeners === 1);
  unmount();
  expect(microphones.listeners).toBe(0);
  expect(agent.availableInputDevices.value).toHaveLength(1);
  expect(microphones.listeners).toBe(0);
  stop();
});

test("two agents are two", async () => {
  const [one, two] = [createWorld(), createWorld()];
  const { result: agents } = mountedSetup(() => ({
    one: useLayercodeAgent(one.options),
    two: useLayercodeAgent(two.options),
  }));
  const words = (agent: LayercodeAgent): Ref<string> => computed(() => agent.messages.value.map((m) => m.text).join());
  await one.connect(agents.one);
  await two.connect(agents.two);
  one.server.text("assistant-1", "one");
  expect([words(agents.one).value, words(agents.two).value]).toEqual(["one", ""]);
  await agents.one.disconnect();
  expect([agents.one.status.value, agents.two.status.value]).toEqual(["disconnected", "connected"]);
});
