// Types only: the client does not parse what it writes. Who does goes by the table in client-fields.ts, behind ./protocol.

interface Base {
  /** Optional on every message, for correlation. */
  event_id?: string;
}

/** First frame of a connection, exactly once. */
export interface ClientReadyMessage extends Base {
  type: "client.ready";
}

/** Microphone audio. */
export interface ClientAudioMessage extends Base {
  type: "client.audio";
  /** Base64 of PCM16 little-endian, mono, 8000 Hz. */
  content: string;
}

/** Voice activity as the client heard it. */
export interface ClientVadEventsMessage extends Base {
  type: "vad_events";
  event: "vad_start" | "vad_end" | "vad_model_failed";
}

/** Push-to-talk pressed. */
export interface ClientTurnStartMessage extends Base {
  type: "trigger.turn.start";
  role: "user";
}

/** Push-to-talk released. */
export interface ClientTurnEndMessage extends Base {
  type: "trigger.turn.end";
  role: "user";
}

/** All audio received so far was heard, or its playback was interrupted. */
export interface ClientReplayFinishedMessage extends Base {
  type: "trigger.response.audio.replay_finished";
  reason: "completed";
  turn_id?: string;
  /** The last delta heard to its end. */
  last_delta_id_played?: string;
}

/** A typed user message. */
export interface ClientResponseTextMessage extends Base {
  type: "client.response.text";
  content: string;
}

/** App data for the backend. */
export interface ClientResponseDataMessage extends Base {
  type: "client.response.data";
  /** An object, most often; whatever JSON can carry. */
  data: unknown;
}

/** Everything a client writes. */
export type ClientMessage =
  | ClientReadyMessage
  | ClientAudioMessage
  | ClientVadEventsMessage
  | ClientTurnStartMessage
  | ClientTurnEndMessage
  | ClientReplayFinishedMessage
  | ClientResponseTextMessage
  | ClientResponseDataMessage;
