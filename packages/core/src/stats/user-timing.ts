import type { TurnSummary } from "../conversation/turn-summary.js";

/** What the browser's User Timing shows: from `start` to `end`, in ms on the page's clock. */
export function measure(
  name: "layercode:connect" | "layercode:turn",
  start: number,
  end: number,
  detail: TurnSummary | { conversationId: string | null },
): void {
  // A browser refuses what begins before the page did.
  performance.measure(name, { start: Math.max(0, start), end: Math.max(0, start, end), detail });
}
