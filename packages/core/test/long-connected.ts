import { vi } from "vitest";
import { createWorld } from "./world.js";

export { stopTime } from "@layercode/client-testing/vitest";

export type World = ReturnType<typeof createWorld>;

/** A world that has been connected long enough to count. */
export async function longConnected(...setup: Parameters<typeof createWorld>): Promise<World> {
  const world = createWorld(...setup);
  await world.connect();
  vi.advanceTimersByTime(10_000);
  return world;
}

export const shown = ({ client }: World) => client.getSnapshot();
