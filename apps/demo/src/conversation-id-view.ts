import type { LayercodeClient, Undo } from "@layercode/core";
import { element } from "./elements";

/** Shows the id by which the conversation can be resumed, and the button that starts another. */
export function showConversationId(client: LayercodeClient, startAnew: (previous: LayercodeClient) => void): Undo {
  const shown = element("conversation-id", HTMLElement);
  const button = element("new-conversation", HTMLButtonElement);
  const render = () => {
    const { conversationId } = client.getSnapshot();
    shown.textContent = conversationId ?? "none yet";
    button.disabled = conversationId === null;
  };
  render();
  const unsubscribe = client.subscribe(render);
  const listening = new AbortController();
  button.addEventListener("click", () => startAnew(client), { signal: listening.signal });
  return () => {
    listening.abort();
    unsubscribe();
  };
}
