import type { Tool } from "@layercode/core";
import { latestTool } from "@layercode/core/bindings";
import { useEffect, useRef } from "react";
import { type AgentChoice, useChosenAgent } from "./context.js";
import { useIsomorphicLayoutEffect } from "./use-isomorphic-layout-effect.js";

/**
 * Gives the agent a tool while this component is mounted: `useTool("zoom", { input: z.number(), run: setZoom })`. A call
 * runs the `run` of the latest rendering. It comes before a tool of the same name in the options. Causes no rendering.
 */
export function useTool<Input, Output>(name: string, tool: Tool<Input, Output>, choice?: AgentChoice): void {
  const { client } = useChosenAgent("useTool()", choice).agent;
  const latest = useRef(tool);
  useIsomorphicLayoutEffect(() => {
    latest.current = tool;
  });
  useEffect(
    () =>
      client.addTool(
        name,
        latestTool(() => latest.current),
      ),
    [client, name],
  );
}
