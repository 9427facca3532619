export type {
  AudioInputDevice,
  AudioInputDevice as LayercodeAudioInputDevice,
  AudioOutputDevice,
} from "./audio/devices.js";
export {
  listAudioInputDevices,
  listAudioOutputDevices,
  watchAudioInputDevices,
  watchAudioOutputDevices,
} from "./audio/devices.js";
export type {
  AudioInput,
  AudioInputEvents,
  AudioInputFrame,
  AudioOutput,
  AudioOutputEvents,
  DetectionSettings,
  DevicePermission,
  ListedDevices,
  ListOptions,
  PlaybackPosition,
  SpeechEvent,
  Vad,
} from "./audio/ports.js";
export type {
  AgentConfig,
  AuthorizeSessionRequest,
  AuthorizeSessionRequestBody,
  AuthorizeSessionRequestParams,
} from "./authorization/schema.js";
export { LayercodeClient, LayercodeClient as default, type MuteOptions } from "./client/client.js";
export type { ILayercodeClient } from "./client/layercode-client-interface.js";
export type { ClientState, PushToTalk } from "./client/snapshot.js";
export type { AgentState } from "./conversation/agent-state.js";
export type { Turn } from "./conversation/conversation.js";
export type { ForeignMessage, ObservedDataMessage, ObservedMessage, SpeakingFlags } from "./conversation/events.js";
export type { InterruptedBy, Message } from "./conversation/messages.js";
export type { SpokenText } from "./conversation/spoken-text.js";
export type { TurnSummary } from "./conversation/turn-summary.js";
export { formatDiagnosis } from "./diagnosis/format-diagnosis.js";
export type { DiagnoseOptions, Diagnosis, DiagnosisCheck, DiagnosisCheckName } from "./diagnosis/report.js";
export { type AudioSource, watchAudioLevel } from "./dom/audio-level.js";
export { attachCaptions, type CaptionsOptions } from "./dom/captions.js";
export { attachPushToTalk, type PushToTalkOptions } from "./dom/push-to-talk.js";
export { spokenTextOf, watchSpokenText } from "./dom/spoken-text.js";
export { attachVisualizer, type VisualizerOptions } from "./dom/visualizer.js";
export type { LayercodeErrorCode, LayercodeErrorOptions } from "./errors.js";
export { isLayercodeError, LayercodeError } from "./errors.js";
export type {
  ClientStatus,
  ConnectInfo,
  EndReason,
  Reconnecting,
  StatusText,
} from "./machine/connection/connection.js";
export type { ConnectionLoss, ReconnectEvent, ReconnectOptions } from "./machine/connection/reconnect-policy.js";
export type { LayercodeClientCallbacks } from "./options/callbacks.js";
export type { ClientEvents } from "./options/client-events.js";
export type { LayercodeClientOptions, Logger, LogLevel } from "./options/layercode-client-options.js";
export type { Tool, ToolContext, Tools } from "./options/tools.js";
export type { ClientMessage } from "./protocol/client-messages.js";
export type { ParseResult, UnknownMessage } from "./protocol/parse.js";
export type { ServerMessage, ServerMessageOf } from "./protocol/server-messages.js";
export type { ToolCall, ToolError, ToolErrorCode, ToolOutcome } from "./protocol/tool-calls.js";
export type { Recording, RecordingEnd, RecordingOptions } from "./recording/recording.js";
export type { SchemaIssue, SchemaResult, StandardSchemaV1 } from "./standard-schema.js";
export type { ClientStats, LatencyStats } from "./stats/client-stats.js";
export type { WebSocketConstructor } from "./transport/websocket.js";
export type { Undo } from "./undo.js";
