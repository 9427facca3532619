import { chain, next } from "../transition.js";
import { acknowledgeOnce, endSilence } from "./acknowledgement.js";
import { releaseAgent } from "./barge-in.js";
import type { Conversation, ConversationContext, ConversationTransition } from "./conversation.js";
import type { InterruptedBy } from "./messages.js";
import { withTranscript } from "./messages.js";
import { endGrace, type Playback, queuedTurnLimit, withPlayback } from "./playback.js";
import { playbackInterrupted } from "./player-reports.js";
import { ignoreTurns, isReply, type Reply, withReplies } from "./reply.js";
import { speechOf } from "./speech.js";
import { assistantEnded, heardPositionsAwaited, heardUntil } from "./transcript.js";

/** The user took the turn (barge-in): what plays falls silent, and what still comes of it is ignored. */
export function interruptAgent(
  conversation: Conversation,
  _event: unknown,
  context: ConversationContext,
): ConversationTransition {
  const playback = conversation.playback;
  const reply = conversation.replies.current;
  const { queuedTurnIds } = playback;
  return chain(
    conversation,
    (before) => next(isInterruptible(playback, reply) ? { ...before, pending: "interruption" } : before),
    (before) => endSilence(before, context),
    endGrace,
    (before) => next(markInterrupted(before, "user", context)),
    (before) => next(ignoreTurns(before, [...queuedTurnIds, ...unendedTurnId(reply)])),
    (before) => next(withReplies(before, { ignoresUnnamed: reply?.turnId === null })),
    (before) => {
      // Of a player that never answers the newest are awaited.
      const awaitingHeardPosition = [...before.playback.awaitingHeardPosition, ...queuedTurnIds].slice(
        -queuedTurnLimit,
      );
      return next(withPlayback(before, { queuedTurnIds: [], awaitingHeardPosition }));
    },
    // The player answers with the heard position, which becomes the replay_finished.
    (before) => silencePlayer(before, playback, context),
  );
}

/** Marks the messages of what is under way as interrupted: what waits to be heard, and a turn that may still go on. */
export function markInterrupted(
  conversation: Conversation,
  by: InterruptedBy,
  { isAudible }: Pick<ConversationContext, "isAudible">,
): Conversation {
  const { current: reply, serverSendsEnd } = conversation.replies;
  const { queuedTurnIds } = conversation.playback;
  const queued = queuedTurnIds.reduce(
    (before, turnId) => withTranscript(before, assistantEnded, turnId, by),
    conversation,
  );
  if (!reply?.turnId || reply.ended || queuedTurnIds.some((turnId) => isReply(reply, turnId))) return queued;
  const { turnId } = reply;
  // A server that tells nowhere where turns end: a turn that was heard whole was complete.
  if (reply.acknowledged && !serverSendsEnd) return withTranscript(queued, assistantEnded, turnId);
  const marked = withTranscript(queued, assistantEnded, turnId, by);
  // With the sound off nobody listens to a turn, unless the sound was switched off in the middle of it.
  const { awaitsHeardPosition, heardMs } = speechOf(marked.transcript.speeches, turnId);
  const isSettled = !awaitsHeardPosition && (isAudible || heardMs > 0);
  return isSettled ? withTranscript(marked, heardUntil, turnId) : marked;
}

/**
 * Silences the player, given its account as it was before the interruption. It answers with the heard position; a player
 * that ran dry has reported that already. What it is given afterwards plays, also where it was held.
 */
export function silencePlayer(
  conversation: Conversation,
  { queuedTurnIds, ranDryAt, held }: Pick<Playback, "queuedTurnIds" | "ranDryAt" | "held">,
  context: ConversationContext,
): ConversationTransition {
  return chain(
    conversation,
    (before) => {
      if (ranDryAt) return playbackInterrupted(before, { position: ranDryAt }, context);
      if (queuedTurnIds.length === 0) return next(before);
      return next(withTranscript(before, heardPositionsAwaited, queuedTurnIds), { type: "interrupt" });
    },
    (before) => (held ? releaseAgent(before) : next(before)),
  );
}

/** The sound is about to be switched off: what plays falls silent, and the server must not wait for the turn. */
export function silenceOutput(conversation: Conversation, context: ConversationContext): ConversationTransition {
  const { playback, replies } = conversation;
  const { queuedTurnIds, awaitingHeardPosition } = playback;
  const mayWait = queuedTurnIds.length > 0 || awaitingHeardPosition.length > 0 || !replies.current?.ended;
  return chain(
    conversation,
    endGrace,
    (before) => next(withPlayback(before, { queuedTurnIds: [], awaitingHeardPosition: [] })),
    (before) => silencePlayer(before, playback, context),
    (before) => (mayWait ? acknowledgeOnce(before, context) : next(before)),
  );
}

function isInterruptible({ queuedTurnIds }: Playback, reply: Reply | null): boolean {
  const isUnderWay = queuedTurnIds.length > 0 || unendedTurnId(reply).length > 0;
  return isUnderWay && !reply?.acknowledged;
}

function unendedTurnId(reply: Reply | null): readonly string[] {
  return reply?.turnId && !reply.ended ? [reply.turnId] : [];
}
