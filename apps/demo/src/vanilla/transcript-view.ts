import type { LayercodeClient, Message, Undo } from "@layercode/core";
import { rendered } from "../shared/render-count";
import { isAtEnd, remarkOf, speakers } from "../shared/transcript";
import { part } from "./part";
import { watch } from "./watch";

/** Shows the transcript as it grows. A message that did not change is not touched: screen readers read what is new. */
export function showTranscript(panel: HTMLElement, client: LayercodeClient): Undo {
  const list = part(panel, ".messages", HTMLOListElement);
  const empty = part(panel, ".no-messages", HTMLParagraphElement);
  const shown = new Map<string, { message: Message; item: HTMLLIElement }>();

  const render = (messages: readonly Message[]) => {
    rendered("transcript");
    const follow = isAtEnd(list);
    const gone = new Set(shown.keys());
    for (const message of messages) {
      gone.delete(message.id);
      const known = shown.get(message.id);
      if (known?.message === message) continue;
      const item = known?.item ?? list.appendChild(createItem());
      fillItem(item, message);
      shown.set(message.id, { message, item });
    }
    for (const id of gone) {
      shown.get(id)?.item.remove();
      shown.delete(id);
    }
    empty.hidden = messages.length > 0;
    if (follow) list.scrollTop = list.scrollHeight;
  };
  // What scrolls must be reachable by keyboard; not every browser sees to it by itself.
  list.tabIndex = 0;
  return watch(
    client,
    (state) => [state.messages],
    (messages) => render(messages),
  );
}

function createItem(): HTMLLIElement {
  const item = document.createElement("li");
  for (const name of ["speaker", "text", "remark"]) {
    const line = document.createElement("p");
    line.className = name;
    item.append(line);
  }
  return item;
}

function fillItem(item: HTMLLIElement, message: Message): void {
  const { role, status, text } = message;
  item.dataset.role = role;
  item.dataset.status = status;
  // An interim text changes with every word: it is to be read aloud when it has settled.
  item.ariaBusy = String(status === "interim");
  const lines = [speakers[role], text, remarkOf(message)];
  item.querySelectorAll("p").forEach((line, index) => {
    const words = lines[index] ?? "";
    if (line.textContent !== words) line.textContent = words;
  });
}
