import type { ClientState, ClientStatus, LayercodeClient, Undo } from "@layercode/core";
import { rendered } from "../shared/render-count.js";
import { describeActivity, statusNames } from "../shared/status.js";
import { part } from "./part.js";
import { watch } from "./watch.js";

/** Shows the connection, what is going on, and what to do next. Only the connection is announced: the rest changes with every word. */
export function showStatus(panel: HTMLElement, client: LayercodeClient): Undo {
  const connection = part(panel, ".status", HTMLParagraphElement);
  const activity = part(panel, ".activity", HTMLParagraphElement);
  const hint = part(panel, ".hint", HTMLParagraphElement);

  const select = (state: ClientState): [ClientStatus, string, string] => {
    const words = describeActivity(state);
    return [state.status, words.activity, words.hint];
  };
  return watch(client, select, (status, activityWords, hintWords) => {
    rendered("status");
    connection.dataset.status = status;
    setText(connection, statusNames[status]);
    setText(activity, activityWords);
    setText(hint, hintWords);
  });
}

// An unchanged text is not announced a second time.
function setText(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}
