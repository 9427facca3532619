import type { Conversation } from "./conversation.js";
import type { Reply } from "./reply.js";
import { isAgentSpeaking } from "./speaking.js";

/**
 * What the agent does. `thinking`: from the end of the user's turn to the first sound of the answer. `interrupted`: from
 * the moment the user interrupted it to the end of the user's turn, and while it pauses for a user who may be speaking.
 * `listening`: the microphone reaches it. `idle`: none of these.
 */
export type AgentState = "idle" | "listening" | "thinking" | "speaking" | "interrupted";

/** What the agent of a connected client does. `isHeard`: whether what the user says now reaches it. */
export function agentStateOf(conversation: Conversation, isHeard: boolean): AgentState {
  const { pending, replies, playback } = conversation;
  if (isAgentSpeaking(conversation)) return "speaking";
  if (pending === "interruption" || playback.held === "paused") return "interrupted";
  if (pending === "answer" || isUnderWay(replies.current)) return "thinking";
  return isHeard ? "listening" : "idle";
}

function isUnderWay(reply: Reply | null): boolean {
  return reply !== null && !reply.acknowledged && !(reply.ended && !reply.hasAudio);
}
