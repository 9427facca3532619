import {
  type LayercodeClient,
  type Message,
  type SpokenText,
  spokenTextOf,
  type Undo,
  watchSpokenText,
} from "@layercode/core";
import { rendered } from "../shared/render-count.js";
import { heardAndUnheard, isAtEnd, remarkOf, speakers, wordsOf } from "../shared/transcript.js";
import { part } from "./part.js";
import { watch } from "./watch.js";

/** Shows the transcript as it grows. A message that did not change is not touched: screen readers read what is new. */
export function showTranscript(panel: HTMLElement, client: LayercodeClient): Undo {
  const log = part(panel, ".messages", HTMLDivElement);
  const list = part(panel, ".messages ol", HTMLOListElement);
  const empty = part(panel, ".no-messages", HTMLParagraphElement);
  const shown = new Map<string, { message: Message; item: HTMLLIElement }>();
  let spoken: SpokenText | null = null;

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
      showHeard(item, message, spoken);
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
  const undo = [
    watch(
      client,
      (state) => [state.messages],
      (messages) => render(messages),
    ),
    watchSpokenText(
      client,
      (now) => {
        const before = spoken;
        spoken = now;
        // The one that was heard until now, and the one that is.
        for (const id of new Set([before?.messageId, now?.messageId])) {
          const entry = id !== undefined && shown.get(id);
          if (entry) showHeard(entry.item, entry.message, now);
        }
      },
      log,
    ),
  ];
  return () => {
    for (const stop of undo) stop();
  };
}

function createItem(): HTMLLIElement {
  const item = document.createElement("li");
  for (const name of ["speaker", "text", "remark"]) {
    const line = document.createElement("p");
    line.className = name;
    if (name === "text") {
      line.dir = "auto";
      // The words, and what nobody heard of them.
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
  const [heard, unheard] = heardAndUnheard(message);
  fillWords(item, heard);
  const texts = [speakers[role], unheard, remarkOf(message)];
  item.querySelectorAll(".speaker, .text del, .remark").forEach((place, index) => {
    const words = texts[index] ?? "";
    if (place.textContent !== words) place.textContent = words;
  });
}

function fillWords(item: HTMLLIElement, text: string): void {
  const place = part(item, ".text > span", HTMLSpanElement);
  const words = wordsOf(text, text.length);
  while (place.children.length > words.length) place.lastElementChild?.remove();
  for (const [index, word] of words.entries()) {
    const element = place.children[index] ?? place.appendChild(document.createElement("span"));
    if (element.textContent !== word.text) element.textContent = word.text;
  }
}

/** What of the agent's words has not been heard yet stands back: only an attribute changes, and nothing is read aloud. */
function showHeard(item: HTMLLIElement, message: Message, spoken: SpokenText | null): void {
  const [text, unheard] = heardAndUnheard(message);
  const words = wordsOf(text, unheard ? text.length : spokenTextOf(message, spoken).length);
  const place = part(item, ".text > span", HTMLSpanElement);
  for (const [index, { isAhead }] of words.entries()) place.children[index]?.toggleAttribute("data-ahead", isAhead);
}
