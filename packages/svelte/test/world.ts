import { automaticConfig, createWorld as createAnyWorld, pushToTalkConfig } from "@layercode/client-testing";

export { nothingHeld, turnOfTheLoop } from "@layercode/client-testing";

/** What surrounds an agent, which is heard at a quarter of full scale. */
export function createWorld(trigger: "automatic" | "push_to_talk" = "automatic") {
  const world = createAnyWorld({ agentConfig: trigger === "push_to_talk" ? pushToTalkConfig : automaticConfig });
  world.speaker.loudness = 0.25;
  return world;
}
