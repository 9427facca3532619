import type { Tool, Undo } from "@layercode/core";
import { latestTool } from "@layercode/core/bindings";
import { untrack } from "svelte";
import { getLayercode } from "./context.js";
import type { LayercodeAgent } from "./use-layercode-agent.js";
import { whileMounted } from "./while-mounted.js";

/**
 * Gives the agent a tool while this component is there: `useTool("zoom", { input: z.number(), run: (by) => (zoom = by) })`.
 * What `run` reads is read when it is called. A function gives a tool that changes: it is asked at each call. It comes
 * before a tool of the same name in the options. Outside of a component it counts at once, until the undo that it returns.
 * Default: the context's agent.
 */
export function useTool<Input, Output>(
  name: string,
  tool: Tool<Input, Output> | (() => Tool<Input, Output>),
  agent: LayercodeAgent = getLayercode(),
): Undo {
  const getTool = typeof tool === "function" ? () => untrack(tool) : () => tool;
  return whileMounted(() => agent.client.addTool(name, latestTool(getTool)));
}
