import type { Message } from "@layercode/core";
import { getLayercode } from "./context.js";
import type { LayercodeAgent } from "./use-layercode-agent.js";

/** The transcript, oldest first, as a reactive `current`. Default: of the context's agent. */
export function useTranscript(agent: LayercodeAgent = getLayercode()): { readonly current: readonly Message[] } {
  return {
    get current() {
      return agent.messages;
    },
  };
}
