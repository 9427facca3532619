import type { Conversation } from "../src/conversation/conversation.js";
import { withPlayback } from "../src/conversation/playback.js";
import { type Reply, withReplies } from "../src/conversation/reply.js";
import { contextOf, emptyConversation } from "./slices.js";

// Conversations in which the agent has a turn, as plain values.

export const context = contextOf();
export const soundOff = contextOf({ isAudible: false });
export const pcm = new Uint8Array(320);

/** A place in a turn. */
export const at = (turnId: string, deltaId: string | null = null) => ({ turnId, deltaId, ms: 100 });

export function withReply(reply: Partial<Reply>, more: Partial<Conversation> = {}): Conversation {
  const current = { turnId: "a", ended: false, hasAudio: false, acknowledged: false, ...reply };
  return withReplies({ ...emptyConversation, ...more }, { current });
}

/** Its audio waits in the player. */
export const queued = withPlayback(withReply({ hasAudio: true }), { queuedTurnIds: ["a"] });
/** Its audio is heard. */
export const playing = withPlayback(queued, { isPlaying: true });

/** Of a server that sends `response.end`. */
export const knowsEnd = (conversation: Conversation) => withReplies(conversation, { serverSendsEnd: true });

/** The names of what an acknowledgement consists of. */
export const acknowledges = ["→ send", "emit message", "→ replayFinished"];
