import type { LayercodeClient } from "../client/client.js";
import type { Message } from "../conversation/messages.js";
import type { SpokenText } from "../conversation/spoken-text.js";
import type { Undo } from "../undo.js";
import { followWindow } from "./follow-window.js";
import { spokenTextOf, watchSpokenText } from "./spoken-text.js";

export interface CaptionsOptions {
  /**
   * What a screen reader reads aloud, politely: each `"turn"` of the agent once it is over, each `"sentence"` once it was
   * heard (for braille), or `"nothing"`. Default `"turn"`.
   */
  announce?: "turn" | "sentence" | "nothing";
}

/**
 * Captions of what the agent says: the sentence that is being heard, what was heard of it in an element with the attribute
 * `data-spoken`, the rest in one with `data-ahead`. That is for the eyes; a live region that nobody sees tells screen
 * readers whole turns, or sentences, never single words. Returns the undo, which empties the element.
 */
export function attachCaptions(
  element: HTMLElement,
  client: LayercodeClient,
  { announce = "turn" }: CaptionsOptions = {},
): Undo {
  return followWindow(element, client, () => captionIn(element, client, announce));
}

function captionIn(element: HTMLElement, client: LayercodeClient, announce: CaptionsOptions["announce"]): Undo {
  const { ownerDocument: document } = element;
  const create = (tag: "div" | "p" | "span", attribute: string, value = "") => {
    const made = document.createElement(tag);
    made.setAttribute(attribute, value);
    return made;
  };
  const heard = create("span", "data-spoken");
  const ahead = create("span", "data-ahead");
  const seen = create("p", "aria-hidden", "true");
  seen.append(heard, ahead);
  seen.dir = "auto";
  const live = create("div", "aria-live", "polite");
  live.style.cssText = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)";
  element.append(seen, live);

  let told = { id: "", length: 0 };
  /** Tells what has been heard of a message since it was told of last. */
  const tell = ({ id, text }: Message, length: number) => {
    const words = text.slice(told.id === id ? told.length : 0, length).trim();
    told = { id, length };
    if (announce === "nothing" || words === "") return;
    const paragraph = document.createElement("p");
    paragraph.textContent = words;
    // The one before stays until then: a screen reader may still be at it.
    live.replaceChildren(...[...live.children].slice(-1), paragraph);
  };

  const messageOf = (id = "") => client.getSnapshot().messages.findLast((message) => message.id === id);
  let shown: SpokenText | null = null;
  let isAttached = false;
  const show = (spoken: SpokenText | null) => {
    const message = messageOf(spoken?.messageId);
    const last = shown && shown.messageId !== spoken?.messageId && messageOf(shown.messageId);
    const end = endOf(message, spoken);
    shown = spoken;
    if (last) tell(last, spokenTextOf(last, spoken).length);
    const isOver = message !== undefined && isHeardOut(message, end);
    // Of what was over before, nobody wants to read, or to be told.
    if (message && isOver && !isAttached) told = { id: message.id, length: end };
    else if (message) {
      const [from, to] = sentenceAround(message.text, end);
      setText(heard, message.text.slice(from, end));
      setText(ahead, message.status === "interrupted" ? "" : message.text.slice(end, to));
      if (isOver || announce === "sentence") tell(message, isOver ? end : from);
    }
  };
  const stop = watchSpokenText(client, show, element);
  isAttached = true;
  // That a message was interrupted, or is complete, may come without another word of it.
  const unsubscribe = client.subscribe(() => show(shown));
  return () => {
    unsubscribe();
    stop();
    seen.remove();
    live.remove();
  };
}

/** How much of a message has been heard. */
function endOf(message: Message | undefined, spoken: SpokenText | null): number {
  return (message?.heardText ?? spoken?.text ?? "").length;
}

/** Whether nothing more of a message will be heard, of which `length` characters were. */
function isHeardOut({ status, text, heardText }: Message, length: number): boolean {
  return status === "interrupted" ? heardText !== undefined : status === "final" && length === text.length;
}

/** All up to the mark that ends a sentence, and the space behind it. */
const sentences =
  /.+?(?:[.!?\u2026]["'\u201d\u2019)\]]*\s+|[\u3002\uff01\uff1f]["'\u201d\u2019)\]\u300d\u300f]*\s*|$)/gsu;

/** The sentence that is being said when `length` characters of the text have been heard: where it begins, and ends. */
function sentenceAround(text: string, length: number): readonly [from: number, to: number] {
  let from = 0;
  for (const [sentence] of text.matchAll(sentences)) {
    // At its end it is still shown: nothing of the next one has been heard.
    if (length <= from + sentence.trimEnd().length) return [from, from + sentence.length];
    from += sentence.length;
  }
  return [from, text.length];
}

function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
