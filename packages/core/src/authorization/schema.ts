/** What is POSTed to the app's authorize endpoint. */
export interface AuthorizeSessionRequestBody {
  agent_id: string;
  /** Passed on to the agent's backend with every webhook. */
  metadata: Record<string, unknown>;
  sdk_version: string;
  /** Present when a conversation is resumed. */
  conversation_id?: string | null;
}

/** An app's own way to reach its authorize endpoint, in place of `fetch`: `url` is the endpoint as it was configured. */
export type AuthorizeSessionRequest = (request: {
  url: string;
  body: AuthorizeSessionRequestBody;
}) => Promise<Response>;

/** What the endpoint answers. */
export interface AuthorizeSessionResponse {
  client_session_key: string;
  conversation_id: string;
  config?: AgentConfig;
}

/** An agent's configuration as the server sends it. Fields that this version does not know are kept. */
export interface AgentConfig {
  transcription?: TranscriptionConfig;
  vad?: VadConfig;
}

/** How a user's turn is opened. */
export interface TranscriptionConfig {
  /** By speech or by a button. By speech when absent. */
  trigger?: "automatic" | "push_to_talk";
  /** Whether speech interrupts the agent. True when absent. */
  can_interrupt?: boolean;
  automatic?: boolean;
}

/** Local voice detection. A frame is `frame_samples` at 16 kHz; thresholds are probabilities. */
export interface VadConfig {
  enabled?: boolean;
  /** Whether microphone audio waits for speech. */
  gate_audio?: boolean;
  /** Chunks of about 100 ms kept from before the speech. */
  buffer_frames?: number;
  model?: string;
  positive_speech_threshold?: number;
  negative_speech_threshold?: number;
  redemption_frames?: number;
  min_speech_frames?: number;
  pre_speech_pad_frames?: number;
  frame_samples?: number;
}

type Fields = Record<string, unknown>;
type Check = (value: unknown) => boolean;

const isFlag: Check = (value) => typeof value === "boolean";
const isText: Check = (value) => typeof value === "string";
const isAmount: Check = (value) => typeof value === "number" && value >= 0;

const transcriptionChecks: Record<keyof TranscriptionConfig, Check> = {
  trigger: (value) => value === "automatic" || value === "push_to_talk",
  can_interrupt: isFlag,
  automatic: isFlag,
};

const vadChecks: Record<keyof VadConfig, Check> = {
  enabled: isFlag,
  gate_audio: isFlag,
  buffer_frames: isAmount,
  model: isText,
  positive_speech_threshold: isAmount,
  negative_speech_threshold: isAmount,
  redemption_frames: isAmount,
  min_speech_frames: isAmount,
  pre_speech_pad_frames: isAmount,
  frame_samples: isAmount,
};

/**
 * Reads the endpoint's answer; `undefined` when it opens no session. `conversation_id` goes before the older
 * `session_id`, and `null` counts as absent.
 */
export function parseAuthorizeSessionResponse(value: unknown): AuthorizeSessionResponse | undefined {
  if (!isObject(value)) return undefined;
  const key = value.client_session_key;
  const conversationId = value.conversation_id ?? value.session_id;
  if (!isFilled(key) || !isFilled(conversationId)) return undefined;
  const config = parseAgentConfig(value.config);
  return { client_session_key: key, conversation_id: conversationId, ...(config && { config }) };
}

/** Reads a configuration. A field of the wrong type counts as absent: no configuration is a reason not to talk. */
export function parseAgentConfig(value: unknown): AgentConfig | undefined {
  if (!isObject(value)) return undefined;
  const config = { ...value };
  for (const [name, checks] of [
    ["transcription", transcriptionChecks],
    ["vad", vadChecks],
  ] as const) {
    if (isObject(config[name])) config[name] = keepValid(config[name], checks);
    else delete config[name];
  }
  return config;
}

function keepValid(fields: Fields, checks: Record<string, Check>): Fields {
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([name, value]) => value !== null && (!Object.hasOwn(checks, name) || checks[name]?.(value)),
    ),
  );
}

function isFilled(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
