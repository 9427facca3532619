import type { LayercodeAgentOptions } from "@layercode/core/bindings";

/**
 * The options of `useLayercodeAgent` and of `LayercodeProvider`. Changed later: callbacks are always the latest,
 * `audioInput` and `audioOutput` apply at once, everything else at the next `connect()`.
 */
export interface UseLayercodeAgentOptions extends LayercodeAgentOptions {}
