export { decodeBase64, encodeBase64 } from "./protocol/base64.js";
export { parseClientMessage } from "./protocol/client-fields.js";
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
export { parseServerMessage, serialize } from "./protocol/codec.js";
export type { ParseResult, UnknownMessage } from "./protocol/parse.js";
export { clientMessageSchemas, serverMessageSchemas } from "./protocol/schemas.js";
export type { ServerMessage, ServerMessageOf } from "./protocol/server-messages.js";
export {
  type ToolCall,
  type ToolError,
  type ToolErrorCode,
  type ToolOutcome,
  type ToolResultData,
  toolCallOf,
  toolResultOf,
} from "./protocol/tool-calls.js";
export { isSameTurn } from "./protocol/turn-id.js";
