import type { SpokenText } from "@layercode/core";
import { spokenTextStore } from "@layercode/core/bindings";
import { untrack } from "svelte";
import { createSubscriber } from "svelte/reactivity";
import { getLayercode } from "./context.js";
import type { LayercodeAgent } from "./use-layercode-agent.js";

/**
 * What of the agent's speech has been heard by now, as a reactive `current`: `null` before the agent has said something, and
 * where nobody reads it. Changes at most 10 times a second. Default: of the context's agent.
 */
export function useSpokenText(agent: LayercodeAgent = getLayercode()): { readonly current: SpokenText | null } {
  const store = spokenTextStore(agent.client);
  // `untrack`: it may change inside a reaction, where Svelte forbids setting state, as `update` does.
  const track = createSubscriber((update) => store.subscribe(() => untrack(update)));
  return {
    get current() {
      track();
      return store.get();
    },
  };
}
