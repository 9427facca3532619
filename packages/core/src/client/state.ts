import type { AgentConfig } from "../authorization/schema.js";
import type { AgentState } from "../conversation/agent-state.js";
import type { Message } from "../conversation/messages.js";
import type { LayercodeError } from "../errors.js";
import type { ConnectionLoss } from "../transport/reconnect.js";

/** Where the connection stands. */
export type ClientStatus = "disconnected" | "connecting" | "connected" | "reconnecting" | "error";

/** Whose turn it is; `turnId` is `null` where the server named none. */
export interface Turn {
  readonly role: "user" | "assistant";
  readonly turnId: string | null;
}

/** Push-to-talk, as a button needs it. */
export interface PushToTalk {
  /** Whether the agent listens only while pressed. */
  readonly enabled: boolean;
  readonly pressed: boolean;
}

/** How far a connection that was lost is from being mended. */
export interface Reconnecting {
  /** Which attempt it is, or will be, counted from 1. */
  readonly attempt: number;
  /** Milliseconds from the loss, or the attempt before, to this one; `null` when it waits for the network. */
  readonly delay: number | null;
  /** Why the connection was lost, or the attempt before failed. */
  readonly reason: ConnectionLoss;
}

/** One immutable snapshot of a client; its identity changes only when something in it did. */
export interface ClientState {
  readonly status: ClientStatus;
  /** While the status is `reconnecting`; else `null`. */
  readonly reconnecting: Reconnecting | null;
  /** Survives disconnects: the next `connect()` resumes it. */
  readonly conversationId: string | null;
  /** The agent's configuration; `null` before the first authorization, or when the server sent none. */
  readonly config: AgentConfig | null;
  readonly turn: Turn | null;
  /** What the agent does, in one word. */
  readonly agentState: AgentState;
  readonly userSpeaking: boolean;
  /** True from the first rendered sample until everything was played, or an interruption. */
  readonly agentSpeaking: boolean;
  readonly isMuted: boolean;
  /** Whether the microphone is switched on. */
  readonly audioInput: boolean;
  /** Whether the agent's speech is switched on. */
  readonly audioOutput: boolean;
  readonly pushToTalk: PushToTalk;
  /** The microphone that the user chose; `null` follows the system. */
  readonly preferredInputDeviceId: string | null;
  /** The microphone that is open; `null` while none is, or where the platform does not tell. */
  readonly activeInputDeviceId: string | null;
  /** Whether the microphone has delivered nothing but exact zeros for 3 s, though it is on and not muted. */
  readonly microphoneSilent: boolean;
  /** Where the agent is heard; `null`: on the system's choice. */
  readonly outputDeviceId: string | null;
  /** How loud the agent is, 0..1. */
  readonly volume: number;
  /** Whether the browser holds the sound back, the microphone's too, until `resumeAudio()` is called in a gesture. */
  readonly audioBlocked: boolean;
  /** The transcript, oldest first. */
  readonly messages: readonly Message[];
  /** What ended the last connection, took a channel away or kept the sound from a device; `null` again at the next `connect()`. */
  readonly error: LayercodeError | null;
}
