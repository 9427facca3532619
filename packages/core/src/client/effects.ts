import type { LayercodeError } from "../errors.js";
import type { ClientMessage } from "../protocol/client-messages.js";
import type { ClientEvents } from "./events.js";
import type { ChannelName } from "./model.js";

/** A timer is named by the event that it becomes. */
export type TimerName =
  | "connectTimedOut"
  | "promptExpired"
  | "flushExpired"
  | "graceExpired"
  | "silentTurnExpired"
  | "reconnectDue"
  | "signMissed";

type Emission = { [K in keyof ClientEvents]: { type: "emit"; event: K; payload: Parameters<ClientEvents[K]>[0] } };

/** What the audio is asked for; its answer repeats it. */
export type AudioRequest =
  | { type: "setOutputDevice"; deviceId: string | null; before: string | null; calls: readonly number[] }
  | { type: "prepare"; withAudio: boolean; calls: readonly number[] }
  | { type: "resumeAudio"; calls: readonly number[] };

/** What the reducer wants done. A value, until the client runs it. */
export type Effect =
  | { type: "authorize"; attempt: number; agentId: string; conversationId: string | null }
  /** Page and network are watched until the end of the session. */
  | { type: "watchPage" }
  | { type: "openSocket"; attempt: number; clientSessionKey: string }
  /** Socket and request are given up; the audio stays. */
  | { type: "drop" }
  /** Connected: the screen stays on, other tabs fall silent, as the options say. */
  | { type: "hold" }
  | { type: "openChannel"; channel: ChannelName; id: number; deviceId: string | null }
  | { type: "closeChannel"; channel: ChannelName }
  | { type: "mute"; muted: boolean }
  | { type: "setVolume"; volume: number }
  | AudioRequest
  | { type: "flush"; press: number }
  /** What the microphone heard, and waits for the connection, is not wanted. */
  | { type: "forgetAudio" }
  | { type: "enqueue"; turnId: string; deltaId: string | null; pcm: Uint8Array<ArrayBuffer> }
  | { type: "end"; turnId: string }
  | { type: "interrupt" }
  | { type: "send"; message: ClientMessage }
  | { type: "schedule"; timer: TimerName; afterMs: number }
  | { type: "cancel"; timer: TimerName }
  /** Socket, request, audio clock and timers are given up; `calls` are settled when they are. */
  | { type: "close"; calls: readonly number[] }
  /** A function of the app has thrown. */
  | { type: "report"; error: unknown }
  | { type: "settle"; calls: readonly number[]; error?: LayercodeError | undefined }
  | Emission[keyof ClientEvents];
