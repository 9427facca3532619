import type { SpokenText } from "@layercode/core";
import { spokenTextStore } from "@layercode/core/bindings";
import { type ShallowRef, shallowRef } from "vue";
import { injectLayercode } from "./context.js";
import type { AnyLayercodeAgent } from "./use-layercode-agent.js";
import { whileShown } from "./while-shown.js";

/**
 * What of the agent's speech has been heard by now, of the injected agent by default; `null` before the agent has said
 * something, and while `<KeepAlive>` has put the component aside. Changes at most 10 times a second.
 */
export function useSpokenText(agent: AnyLayercodeAgent = injectLayercode()): Readonly<ShallowRef<SpokenText | null>> {
  const store = spokenTextStore(agent.client);
  const spoken = shallowRef(store.get());
  const follow = () => {
    spoken.value = store.get();
  };
  whileShown(() => {
    const undo = store.subscribe(follow);
    follow();
    return () => {
      undo();
      spoken.value = null;
    };
  });
  return spoken;
}
