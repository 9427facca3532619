import type { Message } from "@layercode/core";

export const speakers: Record<Message["role"], string> = { user: "You", assistant: "Agent" };

const deliveries = { queued: "Waits for the connection", unknown: "May not have arrived", failed: "Not sent" };

/** What is to be said of a message, if anything. */
export function remarkOf({ status, interruptedBy, delivery }: Message): string {
  if (status === "interrupted") return interruptedBy === "connection" ? "Cut off with the connection" : "Interrupted";
  return delivery ? deliveries[delivery] : "";
}

/** What of a message was heard, and what was not: the rest of one that was cut short, where that is known. */
export function heardAndUnheard({ text, heardText = text }: Message): [heard: string, unheard: string] {
  return [heardText, text.slice(heardText.length)];
}

/** How near to its end, in px, a transcript counts as scrolled there: then it follows what is new. */
const nearEnd = 48;

/** Whether the reader is at the end. Whoever scrolled up to read is left alone. */
export function isAtEnd({ scrollHeight, scrollTop, clientHeight }: HTMLElement): boolean {
  return scrollHeight - scrollTop - clientHeight < nearEnd;
}

/** A word with what stands behind it. */
export interface Word {
  readonly text: string;
  /** Whether it has not been heard yet. */
  readonly isAhead: boolean;
}

/**
 * The words of a text, of which `heard` characters have been heard. As the agent speaks only `isAhead` changes, which a page
 * shows by an attribute: a screen reader reads texts that change aloud, and would be told every word.
 */
export function wordsOf(text: string, heard: number): readonly Word[] {
  const words: Word[] = [];
  let end = 0;
  for (const { segment, isWordLike } of segmentsOf(text)) {
    end += segment.length;
    const last = words.at(-1);
    if (isWordLike || !last) words.push({ text: segment, isAhead: end > heard });
    else words[words.length - 1] = { ...last, text: last.text + segment };
  }
  return words;
}

function segmentsOf(text: string): Iterable<{ segment: string; isWordLike?: boolean | undefined }> {
  // Firefox has Intl.Segmenter since 125.
  if (Intl.Segmenter) return new Intl.Segmenter(undefined, { granularity: "word" }).segment(text);
  return (text.match(/\S+\s*/g) ?? []).map((segment) => ({ segment, isWordLike: true }));
}
