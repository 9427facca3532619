import type { Message } from "@layercode/core";
import type { LayercodeAgent } from "./agent.js";
import { getLayercode } from "./context.js";

/** The transcript, oldest first, as a reactive `current`. Default: of the context's agent. */
export function useTranscript(agent: LayercodeAgent = getLayercode()): { readonly current: readonly Message[] } {
  return {
    get current() {
      return agent.messages;
    },
  };
}
