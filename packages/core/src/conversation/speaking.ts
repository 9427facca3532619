import type { Conversation, ConversationContext } from "./conversation.js";

// The one place that says who is speaking; everything else only notes what it knows of it.

/**
 * The user speaks: while push-to-talk is held, while the microphone hears speech, and while the server has the user's turn
 * open; each only as far as the microphone is on and not muted.
 */
export function isUserSpeaking(
  { userTurnIsOpen }: Conversation,
  { isListening, isPressed, isSpeechHeard }: Pick<ConversationContext, "isListening" | "isPressed" | "isSpeechHeard">,
): boolean {
  return isListening && (isPressed || isSpeechHeard || userTurnIsOpen);
}

/** The agent speaks: from the first rendered sample until everything was played, an interruption or a pause. */
export function isAgentSpeaking({ playback }: Conversation): boolean {
  return playback.isPlaying && playback.held !== "paused";
}
