import type { ObservedDataMessage } from "@layercode/core";
import { useEffect, useRef } from "react";
import { type AgentChoice, useChosenAgent } from "./context.js";
import { useIsomorphicLayoutEffect } from "./use-isomorphic-layout-effect.js";

/**
 * Calls back with each `response.data` message while this component is mounted; the latest callback. With an `agent` or a
 * `client`, the type of `content` is that of its option `data`. Causes no rendering.
 */
// biome-ignore lint/suspicious/noExplicitAny: without a schema, data is any.
export function useDataMessage<Content = any>(
  callback: (message: ObservedDataMessage<Content>) => void,
  choice?: AgentChoice<Content>,
): void {
  const { client } = useChosenAgent("useDataMessage()", choice).agent;
  const latest = useRef(callback);
  useIsomorphicLayoutEffect(() => {
    latest.current = callback;
  });
  useEffect(() => client.on("data", (message) => latest.current(message)), [client]);
}
