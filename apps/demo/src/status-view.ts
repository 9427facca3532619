import type { LayercodeClient, Undo } from "@layercode/core";
import { element } from "./elements";
import { describeActivity, statusNames } from "./status";

/** Shows the connection, what is going on, and what to do next. Only the connection is announced: the rest changes with every word. */
export function showStatus(client: LayercodeClient): Undo {
  const status = element("status", HTMLParagraphElement);
  const activity = element("activity", HTMLParagraphElement);
  const hint = element("hint", HTMLParagraphElement);

  const render = () => {
    const state = client.getSnapshot();
    const words = describeActivity(state);
    status.dataset.status = state.status;
    setText(status, statusNames[state.status]);
    setText(activity, words.activity);
    setText(hint, words.hint);
  };
  render();
  return client.subscribe(render);
}

// An unchanged text is not announced a second time.
function setText(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}
