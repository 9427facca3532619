import type { LayercodeClient, Message } from "@layercode/core";
import { type AgentChoice, useChosenAgent } from "./provider.js";
import type { AgentSource } from "./reads.js";
import { useReading } from "./use-reading.js";

/**
 * The agent of the nearest `LayercodeProvider`: its fields, methods and client. The component renders again when a
 * field changed that it read. Throws an `Error` outside of a provider.
 */
export function useLayercode(): AgentSource;
/**
 * What `selector` makes of the agent: `useLayercode((agent) => agent.messages.length)`. The component renders again
 * when a field that the selector read has changed, and `isEqual` (default `Object.is`) says that the outcome has.
 */
export function useLayercode<T>(selector: (agent: AgentSource) => T, isEqual?: (before: T, after: T) => boolean): T;
export function useLayercode(
  selector: (agent: AgentSource) => unknown = (agent) => agent,
  isEqual = Object.is,
): unknown {
  return useReading(useChosenAgent("useLayercode()"), selector, isEqual);
}

/** The transcript, oldest first; of the nearest `LayercodeProvider` unless an agent is given. */
export function useTranscript(agent?: AgentChoice["agent"]): readonly Message[] {
  return useReading(useChosenAgent("useTranscript()", { agent }), ({ messages }) => messages);
}

/** The client of the nearest `LayercodeProvider`. Renders nothing again. Throws an `Error` outside of one. */
export function useLayercodeClient(): LayercodeClient {
  return useChosenAgent("useLayercodeClient()").agent.client;
}
