import type { Message } from "@layercode/core";
import type { ShallowRef } from "vue";
import { injectLayercode } from "./context.js";
import { type AnyLayercodeAgent, refsOf } from "./use-layercode-agent.js";

/** The messages of an agent, oldest first; of the injected one by default. */
export function useTranscript(agent: AnyLayercodeAgent = injectLayercode()): Readonly<ShallowRef<readonly Message[]>> {
  return refsOf(agent).messages;
}
