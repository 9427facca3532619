import type { ClientReplayFinishedMessage } from "../protocol/client-messages.js";
import { chain, next } from "../transition.js";
import type { Conversation, ConversationContext, ConversationTransition } from "./conversation.js";
import { withTranscript } from "./messages.js";
import { withReply } from "./reply.js";
import { tell } from "./told.js";
import { assistantEnded } from "./transcript.js";

/**
 * With audio output off, a turn is acknowledged so long after its start, in ms, at the latest. With it on, one without
 * a sound so long after its last text, where the server is not known to send `response.end`. See the rules of
 * `replay_finished`, docs/protocol.md#replay_finished.
 */
export const silentTurnMs = 1000;

/** The time is up within which a turn was to make a sound: acknowledge it, or the server would wait for ever. */
export function silentTurnExpired(
  conversation: Conversation,
  _event: unknown,
  context: ConversationContext,
): ConversationTransition {
  const { current, serverSendsEnd } = conversation.replies;
  if (!context.isAudible) return acknowledgeOnce(conversation, context);
  if (serverSendsEnd) return next(conversation);
  return chain(
    conversation,
    (before) => acknowledgeOnce(before, context),
    (before) => next(current?.turnId ? withTranscript(before, assistantEnded, current.turnId) : before),
  );
}

/** The turn ends, or the next begins: its silence is not waited for any more. With the sound off, acknowledge it now. */
export function endSilence(conversation: Conversation, context: ConversationContext): ConversationTransition {
  if (!context.isAudible) return acknowledgeOnce(conversation, context);
  return next(conversation, { type: "cancel", timer: "silentTurnExpired" });
}

/** Sends the one acknowledgement of the current turn, unless it was sent. */
export function acknowledgeOnce(conversation: Conversation, context: ConversationContext): ConversationTransition {
  const { current } = conversation.replies;
  return chain(
    conversation,
    (before) => next(before, { type: "cancel", timer: "silentTurnExpired" }),
    (before) =>
      current && !current.acknowledged
        ? acknowledge(before, { turnId: current.turnId, deltaId: null }, context)
        : next(before),
  );
}

/** Tells the server that the turn was heard, as far as it was. */
export function acknowledge(
  conversation: Conversation,
  { turnId, deltaId }: { turnId: string | null; deltaId: string | null },
  context: ConversationContext,
): ConversationTransition {
  const message: ClientReplayFinishedMessage = {
    type: "trigger.response.audio.replay_finished",
    reason: "completed",
    ...(turnId !== null && { turn_id: turnId }),
    ...(deltaId !== null && { last_delta_id_played: deltaId }),
  };
  return chain(
    conversation,
    (before) => tell(before, message, context),
    (before) => next(withReply(before, turnId, { acknowledged: true }), { signal: "replayFinished" } as const),
  );
}
