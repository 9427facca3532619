import type { AgentConfig } from "../authorization/schema.js";
import type { ConversationContext } from "../conversation/conversation.js";
import type { Input } from "./channels/input.js";
import type { Output } from "./channels/output.js";
import type { Phase } from "./connection/connection.js";
import type { Settings } from "./settings.js";

/** What a slice may know of the others, as they are when it is called. */
export interface Context extends ConversationContext {
  /** Milliseconds on a clock that nobody sets back: for durations. */
  readonly now: number;
  /** A chance, 0 up to 1. */
  readonly random: number;
  readonly settings: Settings;
  readonly phase: Phase;
  readonly isConnected: boolean;
  /** The agent's configuration, as the server sent it last. */
  readonly config: AgentConfig | null;
  /** Whether the agent listens only while push-to-talk is held. */
  readonly isPushToTalk: boolean;
  readonly microphone: Input;
  readonly speaker: Output;
  readonly isMicrophoneOpen: boolean;
  readonly isOpeningChannel: boolean;
  /** Whether audio of the agent waits to be heard, or plays. */
  readonly isAgentQueued: boolean;
  /** Whether a channel is on and not held back: a session would open it. */
  readonly wantsAudio: boolean;
}
