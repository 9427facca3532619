import { automaticConfig, createWorld as createAnyWorld } from "@layercode/client-testing";
import { expect, onTestFinished, test, vi } from "vitest";
import { effectScope, h, nextTick, ref } from "vue";
import { mounted } from "../test/mounted.js";
import { useLayercodeAgent, useStats } from "./index.js";

test("useStats shows how the client does while its component is on the page", async () => {
  const world = createAnyWorld({ agentConfig: automaticConfig });
  const scope = effectScope();
  onTestFinished(() => scope.stop());
  const agent = scope.run(() => useLayercodeAgent(world.options))!;
  await world.connect(agent);
  const asked = vi.spyOn(agent.client, "getStats");
  const Shown = {
    setup() {
      const stats = useStats({ intervalMs: 10 }, agent);
      return () => h("p", `${stats.value?.session.messagesSent}`);
    },
  };
  const isShown = ref(true);
  const { target } = mounted(() => (isShown.value ? h(Shown) : null));
  expect(target.textContent).toBe("undefined");
  await vi.waitFor(() => expect(target.textContent).toBe("1"));
  await vi.waitFor(() => expect(asked.mock.calls.length).toBeGreaterThan(2));
  isShown.value = false;
  await nextTick();
  await Promise.all(asked.mock.results.map(({ value }) => value));
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { length } = asked.mock.calls;
  vi.advanceTimersByTime(1000);
  expect(asked.mock.calls.length).toBe(length);
});
