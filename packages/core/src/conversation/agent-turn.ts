import { isSameTurn } from "../protocol/turn-id.js";
import { chain, next } from "../transition.js";
import { acknowledgeOnce, endSilence, silentTurnMs } from "./acknowledgement.js";
import type { Conversation, ConversationContext, ConversationTransition } from "./conversation.js";
import { withTranscript } from "./messages.js";
import { endGrace, queuedTurnLimit, withPlayback } from "./playback.js";
import { playbackFinished, playerFull } from "./player-reports.js";
import { ignoreTurns, isIgnored, isReply, withReplies, withReply } from "./reply.js";
import { assistantEnded, assistantText, audioComplete, audioReceived, type Piece } from "./transcript.js";

const scheduleSilence = { type: "schedule", timer: "silentTurnExpired", afterMs: silentTurnMs } as const;

/** `turn.start assistant`: the agent begins a turn, so nothing more comes of the one before. */
export function agentTurnStarted(
  conversation: Conversation,
  turnId: string | null,
  context: ConversationContext,
): ConversationTransition {
  const { replies } = conversation;
  const { current: last } = replies;
  const isRepeated = turnId !== null && last !== null && !last.ended && isReply(last, turnId);
  // The server repeated this turn.start, or sent it for a turn that was dropped: ignore it.
  if (isRepeated || (turnId !== null && isIgnored(replies, turnId))) return next(conversation);
  const current = { turnId, ended: false, hasAudio: false, acknowledged: false };
  return chain(
    conversation,
    (before) => next({ ...before, pending: "nothing" }),
    (before) => endSilence(before, context),
    (before) => (last?.turnId && !last.ended ? endTurn(before, last.turnId, context) : next(before)),
    (before) => next(withReplies(before, { current, ignoresUnnamed: false })),
    (before) => (context.isAudible ? next(before) : next(before, scheduleSilence)),
  );
}

/**
 * Takes a `response.*` message of a turn, unless the turn is ignored. The message names the turn that has no name yet, or
 * begins one where no other is under way.
 */
export function claimTurn(
  conversation: Conversation,
  turnId: string,
  context: ConversationContext,
  take: (claimed: Conversation) => ConversationTransition,
): ConversationTransition {
  const { current, ignoresUnnamed } = conversation.replies;
  if (isIgnored(conversation.replies, turnId)) return next(conversation);
  // The first message that names the interrupted turn: its id is remembered, so that its late audio is ignored even
  // after the next turn.start.
  if (ignoresUnnamed) return next(ignoreTurns(conversation, [turnId]));
  if (current?.turnId === null) return take(withReply(conversation, null, { turnId }));
  const begins = !current || (current.ended && !isReply(current, turnId));
  return chain(conversation, (before) => (begins ? agentTurnStarted(before, turnId, context) : next(before)), take);
}

/** `response.text` and `response.text.delta` of a turn that was claimed. */
export function agentText(
  conversation: Conversation,
  piece: Piece,
  isDelta: boolean,
  { isAudible }: ConversationContext,
): ConversationTransition {
  const written = withTranscript(conversation, assistantText, piece, isDelta);
  const { current, serverSendsEnd } = written.replies;
  if (!current || !isReply(current, piece.turnId)) return next(written);
  // A text that comes after its turn's end is whole: no more of it will come.
  const settled = current.ended ? withTranscript(written, assistantEnded, piece.turnId) : written;
  const mayStaySilent = !current.hasAudio && !current.acknowledged;
  return mayStaySilent && !serverSendsEnd && isAudible ? next(settled, scheduleSilence) : next(settled);
}

/** `response.audio` of a turn that was claimed. */
export function agentAudio(
  conversation: Conversation,
  { turnId, deltaId, pcm }: { turnId: string; deltaId: string | null; pcm: Uint8Array<ArrayBuffer> },
  context: ConversationContext,
): ConversationTransition {
  const received = withTranscript(conversation, audioReceived, turnId, pcm.length);
  if (!context.isAudible) return acknowledgeOnce(received, context);
  if (pcm.length === 0) return next(received);
  const { current } = received.replies;
  const { queuedTurnIds } = received.playback;
  // Some servers write the id of one turn with and without its prefix: the player is given one name.
  const queued = queuedTurnIds.find((other) => isSameTurn(other, turnId));
  const name = queued ?? turnId;
  if (!queued && queuedTurnIds.length >= queuedTurnLimit)
    return chain(
      received,
      (before) => playerFull(before, { turnId }),
      // Nobody will hear it, so nobody shall wait for it.
      (before) => acknowledgeOnce(before, context),
    );
  const isFirst = current !== null && !current.hasAudio && isReply(current, turnId);
  return chain(
    received,
    endGrace,
    (before) => (isFirst ? next(before, { type: "cancel", timer: "silentTurnExpired" }) : next(before)),
    (before) => next(isFirst ? withReply(before, turnId, { hasAudio: true }) : before),
    (before) => next(queued ? before : withPlayback(before, { queuedTurnIds: [...queuedTurnIds, name] })),
    (before) => next(before, { type: "enqueue", turnId: name, deltaId, pcm }),
  );
}

/** `response.end` of a turn that was claimed. */
export function agentTurnEnded(
  conversation: Conversation,
  turnId: string,
  context: ConversationContext,
): ConversationTransition {
  return chain(
    conversation,
    (before) => next(withTranscript(withReplies(before, { serverSendsEnd: true }), audioComplete, turnId)),
    (before) => endTurn(before, turnId, context),
    (before) => next(withReply(before, turnId, { ended: true })),
    (before) => {
      const { current } = before.replies;
      if (!current || !isReply(current, turnId)) return next(before);
      return context.isAudible && current.hasAudio ? next(before) : acknowledgeOnce(before, context);
    },
  );
}

function endTurn(conversation: Conversation, turnId: string, context: ConversationContext): ConversationTransition {
  const { queuedTurnIds, ranDryAt } = conversation.playback;
  const queued = queuedTurnIds.find((other) => isSameTurn(other, turnId));
  return chain(
    conversation,
    (before) => (queued === undefined ? next(before) : next(before, { type: "end", turnId: queued })),
    // The player has run dry in this turn: now it is known that nothing more comes, so it has finished.
    (before) =>
      ranDryAt && ranDryAt.turnId === queued ? playbackFinished(before, { position: ranDryAt }, context) : next(before),
    (before) => next(withTranscript(before, assistantEnded, turnId)),
  );
}
