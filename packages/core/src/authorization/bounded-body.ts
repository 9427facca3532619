import type { Deadline } from "./deadline.js";
import { maxBodyBytes } from "./limits.js";

/** A body that was read, or why it was not. */
export type BoundedBody = { ok: true; text: string } | { ok: false; reason: "too-large" | "not-utf8" };

/**
 * Reads a body of at most 64 kB as UTF-8 text; the rest of a longer one is cancelled, not read.
 * Rejects when the stream fails or the deadline passes.
 */
export async function readBoundedText(message: Request | Response, deadline?: Deadline): Promise<BoundedBody> {
  const reader = message.body?.getReader?.();
  if (!reader) return readAtOnce(message, deadline);
  const chunks: Uint8Array[] = [];
  let length = 0;
  let finished = false;
  try {
    for (;;) {
      const reading = reader.read();
      const { done, value } = await (deadline ? deadline.race(reading) : reading);
      if (done) break;
      length += value.byteLength;
      if (length > maxBodyBytes) return { ok: false, reason: "too-large" };
      chunks.push(value);
    }
    finished = true;
  } finally {
    // Without it the connection behind an unread body stays open.
    if (!finished) reader.cancel().catch(() => {});
  }
  return decode(chunks, length);
}

// No body at all, or a polyfill's, which is no stream of the Web's.
async function readAtOnce(message: Request | Response, deadline?: Deadline): Promise<BoundedBody> {
  const text = await (deadline ? deadline.race(message.text()) : message.text());
  return text.length > maxBodyBytes ? { ok: false, reason: "too-large" } : { ok: true, text };
}

function decode(chunks: readonly Uint8Array[], length: number): BoundedBody {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  try {
    return { ok: true, text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return { ok: false, reason: "not-utf8" };
  }
}

/** Gives up a body nobody will read, so that its connection does not stay open. */
export function discardBody(message: Request | Response): void {
  if (message.body?.cancel && !message.body.locked) message.body.cancel().catch(() => {});
}
