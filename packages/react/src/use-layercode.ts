import type { AgentSource } from "./agent-fields.js";
import { useChosenAgent } from "./context.js";
import { useSelector } from "./use-selector.js";

/**
 * The agent of the nearest `LayercodeProvider`: its fields, methods and client. The component renders again when a
 * field changes that it read. Throws an `Error` outside of a provider.
 */
export function useLayercode(): AgentSource;
/**
 * What `selector` returns for the agent: `useLayercode((agent) => agent.messages.length)`. The component renders again
 * when a field changes that the selector read, unless `isEqual` (default `Object.is`) finds the new result equal.
 */
export function useLayercode<T>(selector: (agent: AgentSource) => T, isEqual?: (before: T, after: T) => boolean): T;
export function useLayercode(
  selector: (agent: AgentSource) => unknown = (agent) => agent,
  isEqual = Object.is,
): unknown {
  return useSelector(useChosenAgent("useLayercode()"), selector, isEqual);
}
