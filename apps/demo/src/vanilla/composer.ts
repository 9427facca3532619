import type { LayercodeClient, Undo } from "@layercode/core";
import { rendered } from "../shared/render-count";
import { part } from "./part";
import { watch } from "./watch";

/** The text box: what is written is a turn of its own, with or without a microphone. */
export function showComposer(panel: HTMLElement, client: LayercodeClient): Undo {
  const form = part(panel, ".composer", HTMLFormElement);
  const text = part(panel, ".composer input", HTMLInputElement);
  const send = part(panel, ".send", HTMLButtonElement);

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    client.sendClientResponseText(text.value).then(
      () => form.reset(),
      // The text stays; why it could not be sent is told by the error event.
      () => {},
    );
  });
  return watch(
    client,
    (state) => [state.status === "connected"],
    (connected) => {
      rendered("composer");
      text.disabled = !connected;
      send.disabled = !connected;
    },
  );
}
