import type { ClientMessage } from "./client-messages.js";
import { type ParseResult, parseWith } from "./parse.js";
import { type ServerMessage, serverMessageSchemas } from "./server-messages.js";

/** Reads one frame the server wrote. Never throws: an unknown type comes back as `{ type: "unknown", raw }`. */
export function parseServerMessage(text: string): ParseResult<ServerMessage> {
  return parseWith(serverMessageSchemas, text);
}

/** One message as the JSON text frame that carries it. */
export function serialize(message: ClientMessage | ServerMessage): string {
  return JSON.stringify(message);
}
