import type { LatencyStats } from "./client-stats.js";

/** Figures of what was measured, in ms, the newest last. */
export function latencyOf(measured: readonly number[]): LatencyStats {
  const sorted = [...measured].sort((one, other) => one - other);
  // The nearest rank: a value that was measured.
  const rank = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? null;
  return { last: measured.at(-1) ?? null, median: rank(0.5), p95: rank(0.95), count: measured.length };
}
