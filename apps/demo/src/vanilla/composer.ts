import type { LayercodeClient, Undo } from "@layercode/core";
import { isUnderWay } from "../shared/controls.js";
import { rendered } from "../shared/render-count.js";
import { part } from "./part.js";
import { watch } from "./watch.js";

/** The text box: what is written is a turn of its own, with or without a microphone, and waits for a lost connection. */
export function showComposer(panel: HTMLElement, client: LayercodeClient): Undo {
  const form = part(panel, ".composer", HTMLFormElement);
  const text = part(panel, ".composer input", HTMLInputElement);
  const send = part(panel, ".send", HTMLButtonElement);

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const written = text.value;
    form.reset();
    // What was not sent comes back, unless something else is being written.
    client.sendClientResponseText(written).catch(() => {
      text.value ||= written;
    });
  });
  return watch(
    client,
    (state) => [isUnderWay(state)],
    (canWrite) => {
      rendered("composer");
      text.disabled = !canWrite;
      send.disabled = !canWrite;
    },
  );
}
