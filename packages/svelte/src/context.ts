import { getContext, setContext } from "svelte";
import type { LayercodeAgent } from "./use-layercode-agent.js";

const key = Symbol("layercode");

/** Gives this component and all below it the agent, and returns it. Call it while the component initialises. */
export function setLayercode(agent: LayercodeAgent): LayercodeAgent {
  return setContext(key, agent);
}

/** The agent of the nearest component above that called `setLayercode()`. Throws an `Error` where there is none. */
export function getLayercode(): LayercodeAgent {
  const agent = getContext<LayercodeAgent | undefined>(key);
  if (agent) return agent;
  throw new Error(
    "getLayercode() found no agent. Call setLayercode(useLayercodeAgent({ … })) in a component above, or pass an agent.",
  );
}
