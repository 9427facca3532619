import { createWorld as createAnyWorld, pushToTalkConfig } from "@layercode/client-testing";

export { deferred, nothingHeld } from "@layercode/client-testing";
export { settle, stubDevices, stubInputDevices } from "@layercode/client-testing/vitest";

/** What surrounds an agent that is held to talk, and is heard at a quarter of full scale. */
export function createWorld() {
  const world = createAnyWorld({ agentConfig: pushToTalkConfig });
  world.speaker.loudness = 0.25;
  return world;
}
