import * as testing from "@layercode/client-testing";
import { vi } from "vitest";
import { LayercodeClient } from "../src/client/client.js";
import type { AgentConfig } from "../src/index.js";
import type { LayercodeClientOptions } from "../src/options/layercode-client-options.js";

export { audioContent, deferred } from "@layercode/client-testing";
export { settle } from "@layercode/client-testing/vitest";
/** How many timers an idle session has: one looks whether the device has slept. */
export const idleTimers = 1;
export const config: AgentConfig = testing.automaticConfig;
export const pushToTalkConfig: AgentConfig = testing.pushToTalkConfig;

/** A client, and everything around it in a test's hands; the microphone waits until the test resolves its prompt. */
export function createWorld(
  options: Partial<LayercodeClientOptions> = {},
  agentConfig: AgentConfig | null = config,
  ports: Pick<testing.WorldSetup, "microphone" | "speaker"> = {},
) {
  const create = (all: LayercodeClientOptions) => new LayercodeClient(all);
  const world = testing.createClientWorld(create, options, { ...ports, agentConfig });
  world.microphone.permission = "prompt";
  return Object.assign(world, {
    /** An attempt to come back, however long it waits, and its socket opens. */
    async comesBack(): Promise<void> {
      const opened = world.sockets.length;
      vi.advanceTimersByTime(8000);
      await testing.until(() => world.sockets.length > opened);
      world.socket.open();
    },
  });
}
