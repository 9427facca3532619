import type { LayercodeClient, Undo } from "@layercode/core";
import { element } from "./elements";

/** The text box: what is written is a turn of its own, with or without a microphone. */
export function showComposer(client: LayercodeClient): Undo {
  const form = element("composer", HTMLFormElement);
  const text = element("text", HTMLInputElement);
  const send = element("send", HTMLButtonElement);

  const render = () => {
    const connected = client.getSnapshot().status === "connected";
    text.disabled = !connected;
    send.disabled = !connected;
  };
  render();

  const listening = new AbortController();
  form.addEventListener(
    "submit",
    (event) => {
      event.preventDefault();
      client.sendClientResponseText(text.value).then(
        () => form.reset(),
        // The text stays; why it could not be sent is told by the error event.
        () => {},
      );
    },
    { signal: listening.signal },
  );
  const unsubscribe = client.subscribe(render);
  return () => {
    listening.abort();
    unsubscribe();
  };
}
