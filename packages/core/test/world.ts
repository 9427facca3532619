import * as testing from "@layercode/client-testing";
import { vi } from "vitest";
import { LayercodeClient } from "../src/client/client.js";
import type { AgentConfig } from "../src/index.js";
import type { LayercodeClientOptions } from "../src/options/layercode-client-options.js";

export { audioContent, deferred } from "@layercode/client-testing";
export { settle } from "@layercode/client-testing/vitest";

/** Loads what a session loads. Then `settleLoaded()` is enough, which takes no time where settle() takes milliseconds. */
export async function loadCode(): Promise<void> {
  await Promise.all([
    import("../src/runtime/session-runtime.js"),
    import("../src/runtime/page-locks.js"),
    import("../src/runtime/media-session.js"),
    import("../src/runtime/permission.js"),
    import("../src/runtime/hidden-page.js"),
    import("../src/runtime/remembered-devices.js"),
    import("../src/runtime/run-tool.js"),
    import("../src/runtime/session-records.js"),
    import("../src/runtime/session-log-format.js"),
    import("../src/diagnosis/diagnose.js"),
    import("../src/recording/start-recording.js"),
    import("../src/stats/statistics.js"),
    import("../src/audio/audio-package.js"),
    import("../src/authorization/refused.js"),
  ]);
}

/** Waits until every promise that can settle has done so, where no code is still to be loaded. */
export async function settleLoaded(): Promise<void> {
  for (let turns = 0; turns < 4; turns++) await testing.turnOfTheLoop();
}

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
