import type { LayercodeClient, Message, Undo } from "@layercode/core";
import { element } from "./elements";

/** Shows the transcript as it grows. A message that did not change is not touched: screen readers read what is new. */
export function showTranscript(client: LayercodeClient): Undo {
  const list = element("messages", HTMLOListElement);
  const empty = element("no-messages", HTMLParagraphElement);
  const shown = new Map<string, { message: Message; item: HTMLLIElement }>();

  const render = () => {
    const { messages } = client.getSnapshot();
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 48;
    const gone = new Set(shown.keys());
    let changed = false;
    for (const message of messages) {
      gone.delete(message.id);
      const known = shown.get(message.id);
      if (known?.message === message) continue;
      const item = known?.item ?? list.appendChild(createItem());
      fillItem(item, message);
      shown.set(message.id, { message, item });
      changed = true;
    }
    for (const id of gone) {
      shown.get(id)?.item.remove();
      shown.delete(id);
    }
    empty.hidden = messages.length > 0;
    // Whoever scrolled up to read is left alone.
    if (changed && atEnd) list.scrollTop = list.scrollHeight;
  };

  // What scrolls must be reachable by keyboard; not every browser sees to it by itself.
  list.tabIndex = 0;
  list.replaceChildren();
  render();
  return client.subscribe(render);
}

const speakers: Record<Message["role"], string> = { user: "You", assistant: "Agent" };
const remarks: Record<Message["status"], string> = { interim: "", final: "", interrupted: "Interrupted" };

function createItem(): HTMLLIElement {
  const item = document.createElement("li");
  for (const part of ["speaker", "text", "remark"]) {
    const line = document.createElement("p");
    line.className = part;
    item.append(line);
  }
  return item;
}

function fillItem(item: HTMLLIElement, { id, role, status, text }: Message): void {
  item.dataset.messageId = id;
  item.dataset.role = role;
  item.dataset.status = status;
  // An interim text changes with every word: it is to be read aloud when it has settled.
  item.ariaBusy = String(status === "interim");
  const lines = [speakers[role], text, remarks[status]];
  item.querySelectorAll("p").forEach((line, index) => {
    const words = lines[index] ?? "";
    if (line.textContent !== words) line.textContent = words;
  });
}
