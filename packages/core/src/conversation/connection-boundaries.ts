import { chain, next } from "../transition.js";
import {
  type Conversation,
  type ConversationContext,
  type ConversationTransition,
  emptyConversation,
} from "./conversation.js";
import { markInterrupted, silencePlayer } from "./interruption.js";
import { type InterruptedBy, settled, withTranscript } from "./messages.js";
import { endGrace } from "./playback.js";
import { ignoreTurns } from "./reply.js";

/**
 * A connection begins. The turns that earlier ones brought are ignored: a server that sends them once more does not
 * make them heard twice.
 */
export function connectionBegan(conversation: Conversation): ConversationTransition {
  const { messages, speeches } = conversation.transcript;
  const said = messages.flatMap(({ role, turnId }) => (role === "assistant" && turnId ? turnId : []));
  return next(ignoreTurns(conversation, [...said, ...speeches.map(({ turnId }) => turnId)]));
}

/** The connection is lost or closed: what plays falls silent, and there is no server to acknowledge it to. */
export function connectionEnded(
  conversation: Conversation,
  { by }: { by: InterruptedBy },
  context: ConversationContext,
): ConversationTransition {
  const { playback } = conversation;
  return chain(
    conversation,
    (before) => next(markInterrupted(before, by, context)),
    endGrace,
    (before) => next(before, { type: "cancel", timer: "silentTurnExpired" }),
    (before) =>
      next({
        ...emptyConversation,
        transcript: before.transcript,
        replies: { ...emptyConversation.replies, ignoredTurnIds: before.replies.ignoredTurnIds },
      }),
    (before) => silencePlayer(before, playback, context),
    (before) => next(withTranscript(before, settled, by)),
  );
}
