import { afterEach, beforeEach, vi } from "vitest";
import { config, createWorld } from "./world.js";

export type World = ReturnType<typeof createWorld>;

/** Time stands still in each test of the file, and chance is one half. */
export function stopTime(): void {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] });
    vi.spyOn(Math, "random").mockReturnValue(0.5);
  });
  afterEach(async () => {
    // What was being loaded meets the page that it was loaded for.
    await vi.dynamicImportSettled();
    vi.useRealTimers();
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });
}

/** A world that has been connected long enough to count. */
export async function longConnected(
  options: Parameters<typeof createWorld>[0] = {},
  agentConfig = config,
): Promise<World> {
  const world = createWorld(options, agentConfig);
  await world.connect();
  vi.advanceTimersByTime(10_000);
  return world;
}

export const shown = ({ client }: World) => client.getSnapshot();
