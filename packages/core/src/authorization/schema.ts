/** What is POSTed to the app's authorize endpoint. */
export interface AuthorizeSessionRequestBody {
  agent_id: string;
  /** Passed on to the agent's backend with every webhook. */
  // biome-ignore lint/suspicious/noExplicitAny: it is the app's own, which knows what it put there.
  metadata: Record<string, any>;
  sdk_version: string;
  /** Present when a conversation is resumed. */
  conversation_id?: string | null;
}

/** What an `authorizeSessionRequest` is given: `url` is the endpoint as it was configured. */
export interface AuthorizeSessionRequestParams {
  url: string;
  body: AuthorizeSessionRequestBody;
}

/** An app's own way to reach its authorize endpoint, in place of `fetch`. */
export type AuthorizeSessionRequest = (request: AuthorizeSessionRequestParams) => Promise<Response>;

/** An agent's configuration as the server sends it. Fields that this version does not know are kept. */
export interface AgentConfig {
  /** Always there: what the server left out is filled in. */
  transcription: TranscriptionConfig;
  vad?: VadConfig;
}

/** How a user's turn is opened. */
export interface TranscriptionConfig {
  /** By speech or by a button. By speech when the server does not say. */
  trigger: "automatic" | "push_to_talk";
  /** Whether speech interrupts the agent. True when the server does not say. */
  can_interrupt: boolean;
  /** As the server sends it; else whether the trigger is not a button. */
  automatic: boolean;
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
