import type { LayercodeClient, Message, Undo } from "@layercode/core";
import { rendered } from "../shared/render-count.js";
import { heardAndUnheard, isAtEnd, remarkOf, speakers } from "../shared/transcript.js";
import { part } from "./part.js";
import { watch } from "./watch.js";

/** Shows the transcript as it grows. A message that did not change is not touched: screen readers read what is new. */
export function showTranscript(panel: HTMLElement, client: LayercodeClient): Undo {
  const log = part(panel, ".messages", HTMLDivElement);
  const list = part(panel, ".messages ol", HTMLOListElement);
  const empty = part(panel, ".no-messages", HTMLParagraphElement);
  const shown = new Map<string, { message: Message; item: HTMLLIElement }>();

  const render = (messages: readonly Message[]) => {
    rendered("transcript");
    const follow = isAtEnd(log);
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
    if (follow) log.scrollTop = log.scrollHeight;
  };
  // What scrolls must be reachable by keyboard; not every browser sees to it by itself.
  log.tabIndex = 0;
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
    if (name === "text") {
      line.dir = "auto";
      line.append(document.createElement("span"), document.createElement("del"));
    }
    item.append(line);
  }
  return item;
}

function fillItem(item: HTMLLIElement, message: Message): void {
  const { role, status } = message;
  item.dataset.role = role;
  item.dataset.status = status;
  // An interim text changes with every word: it is to be read aloud when it has settled.
  item.setAttribute("aria-busy", String(status === "interim"));
  const texts = [speakers[role], ...heardAndUnheard(message), remarkOf(message)];
  item.querySelectorAll(".speaker, .text > *, .remark").forEach((place, index) => {
    const words = texts[index] ?? "";
    if (place.textContent !== words) place.textContent = words;
  });
}
