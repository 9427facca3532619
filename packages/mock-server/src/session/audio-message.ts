import { isBase64 } from "../pcm.js";

const [head, tail] = ['{"type":"client.audio","content":"', '"}'];

/**
 * The `content` of a frame of audio as clients write it, `null` of every other frame. Hundreds of sessions send fifty of
 * them a second each: they are read without a parser, and what is read is the same.
 */
export function audioContent(text: string): string | null {
  if (!text.startsWith(head) || !text.endsWith(tail)) return null;
  const content = text.slice(head.length, -tail.length);
  return isBase64(content) ? content : null;
}
