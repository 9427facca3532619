import type { ClientMessage, ServerMessage, UnknownMessage } from "@layercode/core/protocol";

/** What a client wrote, as far as it could be read. */
export type ReceivedMessage = ClientMessage | UnknownMessage;
/** What the server wrote; `session.send` may have written anything. */
export type SentMessage = ServerMessage | { type: string; [field: string]: unknown };
