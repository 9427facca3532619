import type { LayercodeClient, Undo } from "@layercode/core";
import { part } from "./part.js";
import { watch } from "./watch.js";

/** A light that is on while the user is heard to speak. What is going on, the status says in words. */
export function showSpeakingLight(panel: HTMLElement, client: LayercodeClient): Undo {
  const light = part(panel, ".speaking-light", HTMLSpanElement);
  return watch(
    client,
    (state) => [state.userSpeaking],
    (isLit) => {
      light.dataset.lit = String(isLit);
    },
  );
}
