import type { LayercodeClient, Undo } from "@layercode/core";
import { showLatency } from "../shared/latency.js";
import { rendered } from "../shared/render-count.js";
import { part } from "./part.js";
import { watch } from "./watch.js";

/** Shows the id by which the conversation can be resumed, how long the last turn took, and the button that starts another. */
export function showFooter(panel: HTMLElement, client: LayercodeClient, startAnew: () => void): Undo {
  const shown = part(panel, ".conversation-id code", HTMLElement);
  const button = part(panel, ".new-conversation", HTMLButtonElement);
  button.addEventListener("click", startAnew);
  const hide = showLatency(part(panel, ".latency", HTMLElement), client);
  const unwatch = watch(
    client,
    (state) => [state.conversationId],
    (conversationId) => {
      rendered("footer");
      shown.textContent = conversationId ?? "none yet";
      button.disabled = conversationId === null;
    },
  );
  return () => {
    unwatch();
    hide();
  };
}
