import { get } from "svelte/store";
import { expect, test, vi } from "vitest";
import { createWorld } from "../test/world.js";
import { toStore, useLayercodeAgent } from "./index.js";

test("a field's store gives its value at once and after every change", async () => {
  const world = createWorld();
  const agent = useLayercodeAgent(world.options);
  const status = toStore(agent, "status");
  const seen: string[] = [];
  const unsubscribe = status.subscribe((value) => seen.push(value));
  await world.connect(agent);
  await vi.waitFor(() => expect(seen).toEqual(["disconnected", "connecting", "connected"]));
  unsubscribe();
  await agent.disconnect();
  expect(seen).toHaveLength(3);
});

test("a field's store is never behind for one who subscribes again", async () => {
  const world = createWorld();
  const agent = useLayercodeAgent(world.options);
  const muted = toStore(agent, "isMuted");
  expect(get(muted)).toBe(false);
  agent.mute();
  expect(get(muted)).toBe(true);
  await agent.unmute();
  expect(get(muted)).toBe(false);
});

test("the whole store is the client's snapshot", async () => {
  const agent = useLayercodeAgent(createWorld().options);
  const store = toStore(agent);
  agent.mute();
  expect(get(store)).toBe(agent.client.getSnapshot());
  const listener = vi.fn();
  const unsubscribe = store.subscribe(listener);
  await agent.unmute();
  expect(listener).toHaveBeenLastCalledWith(expect.objectContaining({ isMuted: false }));
  unsubscribe();
});

test("a level is measured only while its store is subscribed", async () => {
  const world = createWorld();
  const agent = useLayercodeAgent(world.options);
  await world.connect(agent);
  world.microphone.loudness = 0.5;
  const level = toStore(agent, "userAudioAmplitude");
  expect(world.microphone.measurements).toBe(0);
  const seen: number[] = [];
  const unsubscribe = level.subscribe((value) => seen.push(value));
  await vi.waitFor(() => expect(seen).toEqual([0, 0.5]));
  unsubscribe();
  await agent.dispose();
});
