import type { LayercodeError } from "../errors.js";
import type { ClientMessage } from "../protocol/client-messages.js";
import type { ClientEvents } from "./events.js";

/** `connect`: authorization and socket; `microphone`: a permission prompt; `flush`: the tail of a press; the others: a turn. */
export type TimerName = "connect" | "microphone" | "flush" | "grace" | "silent-turn";

type Emission = { [K in keyof ClientEvents]: { type: "emit"; event: K; payload: Parameters<ClientEvents[K]>[0] } };

/** What the reducer wants done. A value, until the client runs it. */
export type Effect =
  | { type: "authorize"; attempt: number; conversationId: string | null }
  | { type: "socket.open"; attempt: number; clientSessionKey: string }
  | { type: "microphone.open"; microphone: number }
  | { type: "microphone.close" }
  | { type: "microphone.mute"; muted: boolean }
  | { type: "microphone.flush"; press: number }
  | { type: "speaker.open"; speaker: number }
  | { type: "speaker.close" }
  | { type: "player.enqueue"; turnId: string; deltaId: string | null; pcm: Uint8Array<ArrayBuffer> }
  | { type: "player.end"; turnId: string }
  | { type: "player.interrupt" }
  | { type: "send"; message: ClientMessage }
  | { type: "schedule"; timer: TimerName; afterMs: number }
  | { type: "cancel"; timer: TimerName }
  /** Socket, microphone, speaker and audio clock are given up; `calls` are settled when they are. */
  | { type: "close"; calls: readonly number[] }
  | { type: "settle"; calls: readonly number[]; error?: LayercodeError }
  | Emission[keyof ClientEvents];
