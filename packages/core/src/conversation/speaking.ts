import type { Conversation, ConversationContext } from "./conversation.js";

// The one place that says who is speaking; everything else only notes what it knows of it.

/**
 * The user speaks: while push-to-talk is held, and while the server has the user's turn open; both only as far as the
 * microphone is on and not muted.
 */
export function isUserSpeaking(
  { userTurnIsOpen }: Conversation,
  { isListening, isPressed }: Pick<ConversationContext, "isListening" | "isPressed">,
): boolean {
  return isListening && (isPressed || userTurnIsOpen);
}

/** The agent speaks: from the first rendered sample until everything was played, or an interruption. */
export function isAgentSpeaking({ playback }: Conversation): boolean {
  return playback.isPlaying;
}
