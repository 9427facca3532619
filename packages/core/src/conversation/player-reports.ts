import type { PlaybackPosition } from "../audio/ports.js";
import { chain, next } from "../transition.js";
import { acknowledge } from "./acknowledgement.js";
import type { Conversation, ConversationContext, ConversationTransition } from "./conversation.js";
import { withTranscript } from "./messages.js";
import { endGrace, withPlayback } from "./playback.js";
import { speechOf } from "./speech.js";
import { assistantEnded, heardPositionsSettled, heardUntil } from "./transcript.js";

/**
 * An underrun plus this, in ms, counts as finished where the server is not known to send `response.end`: the grace of
 * docs/protocol.md#replay_finished.
 */
const graceMs = 300;

/** What a player reports of a position. */
export type PlayerReport = "playbackRanDry" | "playbackFinished" | "playbackInterrupted";

/** The player rendered a first sample of the turn, or the first one after an underrun, which was heard as `silentMs` of silence. */
export function playbackStarted(
  conversation: Conversation,
  { turnId, silentMs = 0 }: { turnId: string; silentMs?: number | undefined },
): ConversationTransition {
  if (!conversation.playback.queuedTurnIds.includes(turnId)) return next(conversation);
  const playing = withPlayback(conversation, { isPlaying: true });
  if (silentMs <= 0) return next(playing);
  return next(playing, { type: "emit", event: "audio:underrun", payload: { turnId, silentMs } } as const);
}

/** The player ran dry within a turn: an underrun, or, where the server never sends `response.end`, perhaps the end. */
export function playbackRanDry(
  conversation: Conversation,
  { position }: { position: PlaybackPosition },
  context: ConversationContext,
): ConversationTransition {
  const heard = noteHeard(conversation, position);
  if (!heard.playback.queuedTurnIds.includes(position.turnId)) return answerInterruption(heard, position, context);
  const dry = withPlayback(heard, { ranDryAt: position });
  if (dry.replies.serverSendsEnd) return next(dry);
  return next(dry, { type: "schedule", timer: "graceExpired", afterMs: graceMs } as const);
}

/** More audio came than the player holds: of this turn some was dropped. */
export function playerFull(conversation: Conversation, { turnId }: { turnId: string }): ConversationTransition {
  const { isFull, queuedTurnIds } = conversation.playback;
  if (isFull || queuedTurnIds.length === 0) return next(conversation);
  const full = { type: "emit", event: "audio:queue-full", payload: { turnId } } as const;
  return next(withPlayback(conversation, { isFull: true }), full);
}

/** No audio came within the grace: the turn was heard whole. */
export function graceExpired(
  conversation: Conversation,
  _event: unknown,
  context: ConversationContext,
): ConversationTransition {
  const { ranDryAt } = conversation.playback;
  // Meanwhile a response.end of another turn may have come: this server tells where turns end.
  if (!ranDryAt || conversation.replies.serverSendsEnd) return next(conversation);
  return chain(
    conversation,
    (before) => playbackFinished(before, { position: ranDryAt }, context),
    (before) => next(withTranscript(before, assistantEnded, ranDryAt.turnId)),
  );
}

/** Everything of the turn was rendered. */
export function playbackFinished(
  conversation: Conversation,
  { position }: { position: PlaybackPosition },
  context: ConversationContext,
): ConversationTransition {
  const heard = noteHeard(conversation, position);
  const { queuedTurnIds } = heard.playback;
  if (!queuedTurnIds.includes(position.turnId)) return answerInterruption(heard, position, context);
  return chain(
    heard,
    endGrace,
    (before) =>
      next(withPlayback(before, { queuedTurnIds: queuedTurnIds.filter((turnId) => turnId !== position.turnId) })),
    (before) => acknowledge(before, position, context),
  );
}

/** Where the interruption stopped the player: the heard position of the turn that played. */
export function playbackInterrupted(
  conversation: Conversation,
  { position }: { position: PlaybackPosition },
  context: ConversationContext,
): ConversationTransition {
  const settled = withTranscript(noteHeard(conversation, position), heardPositionsSettled);
  if (!settled.playback.awaitingHeardPosition.includes(position.turnId)) return next(settled);
  return chain(
    settled,
    (before) => answerInterruption(before, position, context),
    (before) => next(withPlayback(before, { awaitingHeardPosition: [] })),
  );
}

/** A report of a player that was closed: it only tells how far a turn was heard that was interrupted before. */
export function playerReportedLate(
  conversation: Conversation,
  { report: { type, position } }: { report: { type: PlayerReport; position: PlaybackPosition } },
): ConversationTransition {
  const { awaitsHeardPosition } = speechOf(conversation.transcript.speeches, position.turnId);
  if (!awaitsHeardPosition) return next(conversation);
  const heard = noteHeard(conversation, position);
  return next(type === "playbackInterrupted" ? withTranscript(heard, heardPositionsSettled) : heard);
}

/** A report that crossed our `interrupt()` on the way counts as its answer: acknowledge once. */
function answerInterruption(
  conversation: Conversation,
  position: PlaybackPosition,
  context: ConversationContext,
): ConversationTransition {
  const { awaitingHeardPosition } = conversation.playback;
  if (!awaitingHeardPosition.includes(position.turnId)) return next(conversation);
  const rest = awaitingHeardPosition.filter((turnId) => turnId !== position.turnId);
  return acknowledge(withPlayback(conversation, { awaitingHeardPosition: rest }), position, context);
}

/** Notes how far a turn was heard, also one that is not acknowledged any more: its message may show it. */
function noteHeard(conversation: Conversation, { turnId, ms }: PlaybackPosition): Conversation {
  return withTranscript(conversation, heardUntil, turnId, ms);
}
