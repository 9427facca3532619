import type { ObservedDataMessage } from "@layercode/core";
import { injectLayercode } from "./context.js";
import type { AnyLayercodeAgent } from "./use-layercode-agent.js";
import { whileShown } from "./while-shown.js";

/**
 * Calls back with each `response.data` message while this component is mounted, and not while `<KeepAlive>` has put it
 * aside. The type of `content` is that of the agent's option `data`, where the agent is given. Default: the injected one.
 */
// biome-ignore lint/suspicious/noExplicitAny: without a schema, data is any.
export function useDataMessage<Content = any>(
  callback: (message: ObservedDataMessage<Content>) => void,
  agent: AnyLayercodeAgent<Content> = injectLayercode(),
): void {
  whileShown(() => agent.client.on("data", callback));
}
