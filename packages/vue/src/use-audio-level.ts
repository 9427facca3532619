import { watchAudioLevel } from "@layercode/core";
import { injectLayercode } from "./context.js";
import type { AnyLayercodeAgent } from "./use-layercode-agent.js";
import { whileShown } from "./while-shown.js";

export interface UseAudioLevelOptions {
  /** Whose sound. Default `"agent"`. */
  source?: "agent" | "user";
  /** Default: the injected one. */
  agent?: AnyLayercodeAgent;
}

/**
 * Calls back with the level of one side (RMS, 0..1) once an animation frame while connected, and with 0 when that ends;
 * not while `<KeepAlive>` has put the component aside. Causes no rendering: write the level to an element.
 */
export function useAudioLevel(
  callback: (level: number) => void,
  { source = "agent", agent = injectLayercode() }: UseAudioLevelOptions = {},
): void {
  whileShown(() => watchAudioLevel(agent.client, source, callback));
}
