import { LayercodeError } from "../errors.js";
import type { SchemaIssue } from "../standard-schema.js";
import { decodeBase64 } from "./base64.js";
import type { ClientMessage } from "./client-messages.js";
import { type ParseResult, readerOf } from "./parse.js";
import { type ServerMessage, serverFields } from "./server-messages.js";

/** Reads one frame the server wrote. Never throws: an unknown type comes back as `{ type: "unknown", raw }`. */
export const parseServerMessage: (text: string) => ParseResult<ServerMessage> = /* @__PURE__ */ readerOf(serverFields);

/** One message as the JSON text frame that carries it. */
export function serialize(message: ClientMessage | ServerMessage): string {
  return JSON.stringify(message);
}

/** A frame of the server, and the samples in it, where it carries some: PCM16 little-endian. */
export interface Frame {
  frame: ParseResult<ServerMessage>;
  pcm: Uint8Array<ArrayBuffer> | null;
  /** Why the content of a `response.data` does not fit the app's schema, where it has one. */
  misfit?: { issues: readonly SchemaIssue[]; error: LayercodeError };
}

/** Reads what one frame carried, audio included. Never throws. */
export function readFrame(data: unknown): Frame {
  if (typeof data !== "string") return { frame: { ok: false, error: binaryFrame(data) }, pcm: null };
  const frame = parseServerMessage(data);
  if (!frame.ok || frame.message.type !== "response.audio") return { frame, pcm: null };
  const pcm = decodeBase64(frame.message.content);
  if (pcm) return { frame, pcm };
  const fault = `A "response.audio" message of turn ${frame.message.turn_id} is malformed: "content" is not base64.`;
  return { frame: { ok: false, error: new LayercodeError("protocol", fault) }, pcm };
}

function binaryFrame(data: unknown): LayercodeError {
  // A Blob in browsers, a Buffer or an ArrayBuffer in Node.
  const { byteLength, size = byteLength } = Object(data) as { byteLength?: number; size?: number };
  const remedy = "The protocol has text frames only: write each message as text, and let no proxy change it.";
  return new LayercodeError("protocol", `A frame is binary (${size ?? "unknown"} bytes). ${remedy}`);
}
