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
