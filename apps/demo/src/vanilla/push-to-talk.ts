import { attachPushToTalk, type LayercodeClient, type Undo } from "@layercode/core";
import { canHold, holdLabel } from "../shared/controls.js";
import { rendered } from "../shared/render-count.js";
import { part } from "./part.js";
import { watch } from "./watch.js";

/** Shows the button when the agent listens only while it is held. */
export function showPushToTalk(panel: HTMLElement, client: LayercodeClient): Undo {
  const button = part(panel, ".push-to-talk", HTMLButtonElement);
  const undo = [
    watch(
      client,
      (state) => [canHold(state), state.pushToTalk.pressed, state.isMuted],
      (shown, pressed, isMuted) => {
        rendered("push-to-talk");
        button.hidden = !shown;
        button.disabled = isMuted;
        button.setAttribute("aria-pressed", String(pressed));
        button.textContent = holdLabel(pressed);
      },
    ),
    attachPushToTalk(button, client),
  ];
  return () => {
    for (const stop of undo) stop();
  };
}
