import type { SpokenText } from "@layercode/core";
import { spokenTextStore } from "@layercode/core/bindings";
import { useSyncExternalStore } from "react";
import { type AgentChoice, useChosenAgent } from "./context.js";

/**
 * What of the agent's speech has been heard by now, `null` before the agent has said something. Renders the component that
 * calls it, at most 10 times a second and only while the agent speaks, and no other.
 */
export function useSpokenText(choice?: AgentChoice): SpokenText | null {
  const { client } = useChosenAgent("useSpokenText()", choice).agent;
  const { subscribe, get } = spokenTextStore(client);
  return useSyncExternalStore(subscribe, get, nothingYet);
}

function nothingYet(): null {
  return null;
}
