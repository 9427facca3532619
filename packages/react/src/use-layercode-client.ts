import type { LayercodeClient } from "@layercode/core";
import { useChosenAgent } from "./context.js";

/** The client of the nearest `LayercodeProvider`. Causes no rendering. Throws an `Error` outside of a provider. */
export function useLayercodeClient(): LayercodeClient {
  return useChosenAgent("useLayercodeClient()").agent.client;
}
