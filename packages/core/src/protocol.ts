export { decodeBase64, encodeBase64 } from "./protocol/base64.js";
export type {
  ClientAudioMessage,
  ClientMessage,
  ClientReadyMessage,
  ClientReplayFinishedMessage,
  ClientResponseDataMessage,
  ClientResponseTextMessage,
  ClientTurnEndMessage,
  ClientTurnStartMessage,
  ClientVadEventsMessage,
} from "./protocol/client-messages.js";
export { clientMessageSchemas, parseClientMessage } from "./protocol/client-schemas.js";
export { parseServerMessage, serialize } from "./protocol/codec.js";
export type { ParseResult, UnknownMessage } from "./protocol/parse.js";
export { type ServerMessage, type ServerMessageOf, serverMessageSchemas } from "./protocol/server-messages.js";
