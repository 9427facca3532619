import type { ObservedDataMessage, Undo } from "@layercode/core";
import { untrack } from "svelte";
import { getLayercode } from "./context.js";
import type { LayercodeAgent } from "./use-layercode-agent.js";
import { whileMounted } from "./while-mounted.js";

/**
 * Calls back with each `response.data` message while this component is there; outside of one, until the undo that it
 * returns. The type of `content` is that of the agent's option `data`, where the agent is given. Default: the context's.
 */
// biome-ignore lint/suspicious/noExplicitAny: without a schema, data is any.
export function useDataMessage<Content = any>(
  callback: (message: ObservedDataMessage<Content>) => void,
  agent: LayercodeAgent<Content> = getLayercode(),
): Undo {
  return whileMounted(() => agent.client.on("data", (message) => untrack(() => callback(message))));
}
