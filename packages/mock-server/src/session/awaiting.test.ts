import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ScriptProgress } from "../scenarios/script-progress.js";
import { Awaiting } from "./awaiting.js";
import { Sessions } from "./sessions.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test.each<[string, (timeoutMs: number) => Promise<unknown>]>([
  ["a message", (timeoutMs) => new Awaiting(() => [], 1000).waitFor("client.ready", { timeoutMs })],
  ["a session", (timeoutMs) => new Sessions(1000).next(timeoutMs)],
  ["the end of a script", (timeoutMs) => new ScriptProgress(() => "its end").waitForEnd(timeoutMs)],
])("waiting for %s may take longer than a timer can count", async (_, wait) => {
  const rejected = vi.fn();
  for (const timeoutMs of [Infinity, 2 ** 31]) wait(timeoutMs).catch(rejected);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(rejected).not.toHaveBeenCalled();
});
