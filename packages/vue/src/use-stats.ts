import type { ClientStats } from "@layercode/core";
import { createStatsStore } from "@layercode/core/bindings";
import { type ShallowRef, shallowRef } from "vue";
import { injectLayercode } from "./context.js";
import type { AnyLayercodeAgent } from "./use-layercode-agent.js";
import { whileShown } from "./while-shown.js";

/**
 * How the client of the injected agent does, or of another one: `getStats()`, asked at once and then every `intervalMs`
 * (default 1000) while the component is on the page; `null` before the first answer.
 */
export function useStats(
  { intervalMs }: { intervalMs?: number } = {},
  agent: AnyLayercodeAgent = injectLayercode(),
): Readonly<ShallowRef<ClientStats | null>> {
  const store = createStatsStore(agent.client, intervalMs);
  const stats = shallowRef(store.get());
  whileShown(() =>
    store.subscribe(() => {
      stats.value = store.get();
    }),
  );
  return stats;
}
