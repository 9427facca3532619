import { automaticConfig, createWorld as createAnyWorld } from "@layercode/client-testing";
import { flushSync } from "svelte";
import { expect, onTestFinished, test, vi } from "vitest";
import { useLayercodeAgent, useStats } from "./index.js";

test("useStats shows how the client does where it is read", async () => {
  const world = createAnyWorld({ agentConfig: automaticConfig });
  const agent = useLayercodeAgent(world.options);
  onTestFinished(() => agent.dispose());
  await world.connect(agent);
  const asked = vi.spyOn(agent.client, "getStats");
  const stats = useStats({ intervalMs: 10 }, agent);
  expect([stats.current, asked.mock.calls.length]).toEqual([null, 0]);
  const shown: (number | undefined)[] = [];
  const stop = $effect.root(() => {
    $effect(() => {
      shown.push(stats.current?.session.messagesSent);
    });
  });
  flushSync();
  await vi.waitFor(() => expect(shown.slice(0, 2)).toEqual([undefined, 1]));
  stop();
});
