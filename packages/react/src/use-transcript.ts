import type { Message } from "@layercode/core";
import { type AgentChoice, useChosenAgent } from "./context.js";
import { useSelector } from "./use-selector.js";

/** The transcript, oldest first; of the nearest `LayercodeProvider` unless an agent is given. */
export function useTranscript(agent?: AgentChoice["agent"]): readonly Message[] {
  return useSelector(useChosenAgent("useTranscript()", { agent }), ({ messages }) => messages);
}
