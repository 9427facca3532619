import type { ClientStats } from "@layercode/core";
import { createStatsStore } from "@layercode/core/bindings";
import { untrack } from "svelte";
import { createSubscriber } from "svelte/reactivity";
import { getLayercode } from "./context.js";
import type { LayercodeAgent } from "./use-layercode-agent.js";

/**
 * How the client does, as a reactive `current`: `getStats()`, asked at once and then every `intervalMs` (default 1000) while
 * it is read; `null` before the first answer. Default: of the context's agent.
 */
export function useStats(
  { intervalMs }: { intervalMs?: number } = {},
  agent: LayercodeAgent = getLayercode(),
): { readonly current: ClientStats | null } {
  const store = createStatsStore(agent.client, intervalMs);
  // `untrack`: it may change inside a reaction, where Svelte forbids setting state, as `update` does.
  const track = createSubscriber((update) => store.subscribe(() => untrack(update)));
  return {
    get current() {
      track();
      return store.get();
    },
  };
}
