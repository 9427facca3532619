import { automaticConfig, createWorld as createAnyWorld, pushToTalkConfig } from "@layercode/client-testing";

export { nothingHeld, until } from "@layercode/client-testing";
export { settle, stubDevices, stubInputDevices } from "@layercode/client-testing/vitest";

export type World = ReturnType<typeof createWorld>;

/** What surrounds an agent. */
export function createWorld({ pushToTalk = false } = {}) {
  return createAnyWorld({ agentConfig: pushToTalk ? pushToTalkConfig : automaticConfig });
}
