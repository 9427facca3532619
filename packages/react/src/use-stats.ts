import type { ClientStats } from "@layercode/core";
import { createStatsStore } from "@layercode/core/bindings";
import { useMemo, useSyncExternalStore } from "react";
import { type AgentChoice, useChosenAgent } from "./context.js";

/**
 * How the client does: `getStats()`, asked at once and then every `intervalMs` (default 1000) while the component is on the
 * page; `null` before the first answer. Renders the component that calls it, as often, and no other.
 */
export function useStats({ intervalMs, ...choice }: { intervalMs?: number } & AgentChoice = {}): ClientStats | null {
  const { client } = useChosenAgent("useStats()", choice).agent;
  const { subscribe, get } = useMemo(() => createStatsStore(client, intervalMs), [client, intervalMs]);
  return useSyncExternalStore(subscribe, get, nothingYet);
}

function nothingYet(): null {
  return null;
}
