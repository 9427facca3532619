import { stopTime } from "@layercode/client-testing/vitest";
import { expect, test, vi } from "vitest";
import { createWorld, settle } from "../../test/world.js";
import { createStatsStore } from "./stats.js";

stopTime();

test("a client is asked how it does while somebody subscribes: at once, then every interval", async () => {
  const world = createWorld();
  const getStats = vi.spyOn(world.client, "getStats");
  const store = createStatsStore(world.client, 250);
  vi.advanceTimersByTime(1000);
  expect([store.get(), getStats.mock.calls.length]).toEqual([null, 0]);
  let changes = 0;
  const undo = store.subscribe(() => void changes++);
  for (let n = 0; n < 4; n++) {
    await settle();
    vi.advanceTimersByTime(250);
  }
  await settle();
  expect([changes, getStats.mock.calls.length]).toEqual([5, 5]);
  expect(store.get()?.turns.count).toBe(0);
  undo();
  vi.advanceTimersByTime(1000);
  await settle();
  expect([changes, getStats.mock.calls.length, vi.getTimerCount()]).toEqual([5, 5, 0]);
});

test("an answer that comes when nobody subscribes any more is nobody's; one that fails is asked for again", async () => {
  const world = createWorld();
  vi.spyOn(world.client, "getStats").mockRejectedValueOnce(new Error("Code could not be fetched."));
  const store = createStatsStore(world.client);
  store.subscribe(() => {})();
  await settle();
  expect([store.get(), vi.getTimerCount()]).toEqual([null, 0]);
  const undo = store.subscribe(() => {});
  await settle();
  vi.advanceTimersByTime(1000);
  await settle();
  expect(store.get()?.turns.count).toBe(0);
  undo();
});
