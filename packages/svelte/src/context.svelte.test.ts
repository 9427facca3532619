import { expect, test, vi } from "vitest";
import Consumer from "../test/fixtures/Consumer.svelte";
import Provider from "../test/fixtures/Provider.svelte";
import { mounted } from "../test/mounted.js";
import { createWorld } from "../test/world.js";
import { useLayercodeAgent } from "./index.js";

test("a component takes the agent of the nearest component above", () => {
  const agents = [useLayercodeAgent(createWorld().options), useLayercodeAgent(createWorld().options)];
  const take = vi.fn();
  mounted(Provider, { agents, take });
  expect(take.mock.calls.map(([agent]) => agents.indexOf(agent))).toEqual([0, 1]);
});

test("does not end an agent that was given", async () => {
  const world = createWorld();
  const agent = useLayercodeAgent(world.options);
  await world.connect(agent);
  const { destroy } = mounted(Provider, { agents: [agent], take: () => {} });
  await destroy();
  expect(agent.status).toBe("connected");
  await agent.dispose();
});

test("without an agent above, the error names both halves", () => {
  expect(() => mounted(Consumer, { take: () => {} })).toThrow(/getLayercode\(\).*setLayercode\(/);
});
