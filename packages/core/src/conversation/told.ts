import type { ClientReplayFinishedMessage, ClientVadEventsMessage } from "../protocol/client-messages.js";
import { next } from "../transition.js";
import type { Conversation, ConversationContext, ConversationTransition } from "./conversation.js";
import type { ObservedMessage, SpeakingFlags } from "./events.js";
import { isAgentSpeaking, isUserSpeaking } from "./speaking.js";

/** Who is speaking, as every message says that an app is told. */
export function flagsOf(conversation: Conversation, context: ConversationContext): SpeakingFlags {
  return { agentSpeaking: isAgentSpeaking(conversation), userSpeaking: isUserSpeaking(conversation, context) };
}

/** Tells the server something of this end's own, and the app that it was told. */
export function tell(
  conversation: Conversation,
  message: ClientReplayFinishedMessage | ClientVadEventsMessage,
  context: ConversationContext,
): ConversationTransition {
  const payload = { ...message, ...flagsOf(conversation, context) } as ObservedMessage;
  return next(conversation, { signal: "send", message }, { type: "emit", event: "message", payload });
}
