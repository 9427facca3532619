import type { Tool } from "@layercode/core";
import { latestTool } from "@layercode/core/bindings";
import { type MaybeRef, toRaw, unref } from "vue";
import { injectLayercode } from "./context.js";
import type { AnyLayercodeAgent } from "./use-layercode-agent.js";
import { whileShown } from "./while-shown.js";

/**
 * Gives the agent a tool while this component is mounted, and not while `<KeepAlive>` has put it aside:
 * `useTool("zoom", { input: z.number(), run: (by) => (zoom.value = by) })`. Of a ref, a call takes the present value. It
 * comes before a tool of the same name in the options. Default: the injected agent.
 */
export function useTool<Input, Output>(
  name: string,
  tool: MaybeRef<Tool<Input, Output>>,
  agent: AnyLayercodeAgent = injectLayercode(),
): void {
  // `toRaw`, because a schema may have private fields, which a proxy of it has not.
  whileShown(() =>
    agent.client.addTool(
      name,
      latestTool(() => toRaw(unref(tool))),
    ),
  );
}
