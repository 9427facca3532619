import type { LayercodeClientCallbacks } from "./callbacks.js";
import type { LayercodeClientOptions } from "./layercode-client-options.js";

/** From when on a change of an option counts, in the words of the README. */
type When =
  | "at once"
  | "next authorization"
  | "next call"
  | "next connect()"
  | "next connection"
  | "next loss"
  | "next message"
  | "never";

/**
 * A column of the options' table, for callbacks are always the latest. No page loads it, so it stands beside table.ts: only
 * the README's test imports it.
 */
export const whenChangesCount = {
  agentId: "next connect()",
  authorizeSessionEndpoint: "next authorization",
  conversationId: "next connect()",
  metadata: "next authorization",
  authorizeSessionRequest: "next authorization",
  credentials: "next authorization",
  connectTimeout: "next authorization",
  preConnectBuffer: "at once",
  reconnect: "next loss",
  audioInput: "at once",
  audioOutput: "at once",
  volume: "at once",
  deferAudioInit: "never",
  enableAmplitudeMonitoring: "at once",
  audioConstraints: "next connect()",
  mediaStream: "next connect()",
  audioProcessor: "next connect()",
  frameMs: "next connect()",
  playout: "next connect()",
  workletUrl: "next connect()",
  enableVAD: "at once",
  vad: "at once",
  vadModelUrl: "at once",
  vadWorkletUrl: "at once",
  recordingWorkletUrl: "next call",
  bargeIn: "at once",
  vadResumeDelay: "at once",
  userTiming: "at once",
  onHidden: "next connection",
  mediaSession: "next connection",
  audioSession: "next connect()",
  rememberDevices: "never",
  wakeLock: "next connection",
  exclusive: "next connection",
  initialMessages: "never",
  maxMessages: "next message",
  data: "next message",
  clientData: "next call",
  tools: "next call",
  toolTimeout: "next call",
  logger: "at once",
  logLevel: "at once",
  audio: "next connect()",
  url: "next connection",
  WebSocket: "next connection",
  fetch: "next connection",
} as const satisfies Record<Exclude<keyof LayercodeClientOptions, keyof LayercodeClientCallbacks>, When>;
