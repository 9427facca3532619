import type { DetectionSettings } from "../audio/ports.js";
import type { ClientVadEventsMessage } from "../protocol/client-messages.js";
import { chain, next } from "../transition.js";
import type { Conversation, ConversationContext, ConversationTransition } from "./conversation.js";
import { type Playback, withPlayback } from "./playback.js";
import { tell } from "./told.js";

// Barge-in before the server knows of it: the user is heard here, and the agent falls silent. The server has the last
// word: it opens the user's turn, which interrupts the agent, or the agent goes on where it was.

/** The server and the app are told what was heard here. */
export function vadReported(
  conversation: Conversation,
  { event }: { event: ClientVadEventsMessage["event"] },
  context: ConversationContext,
): ConversationTransition {
  return tell(conversation, { type: "vad_events", event }, context);
}

/**
 * The user begins to speak. `held`: what the microphone has done to the player already; an agent that is heard and was not
 * held on the way is held now.
 */
export function speechStarted(
  conversation: Conversation,
  { held, bargeIn }: { held: Playback["held"]; bargeIn: DetectionSettings["bargeIn"] },
): ConversationTransition {
  const { playback } = conversation;
  const isQueued = playback.queuedTurnIds.length > 0;
  const already = playback.held === "paused" ? "paused" : (held ?? playback.held);
  if (!isQueued || bargeIn === "off") return already ? releaseAgent(conversation) : next(conversation);
  // Nothing of what is held is to go on while the user still speaks.
  const stays = [{ type: "cancel", timer: "resumeDue" }] as const;
  if (already) return next(withPlayback(conversation, { held: already }), ...stays);
  if (!playback.isPlaying) return next(conversation);
  const wanted = bargeIn === "pause" ? "paused" : "ducked";
  return next(withPlayback(conversation, { held: wanted }), { type: "holdAgent", held: wanted });
}

/** The user has stopped: that closes the turn which the server had opened, and the agent waits a moment for the server. */
export function speechEnded(
  conversation: Conversation,
  _signal: unknown,
  { settings }: { settings: { vadResumeDelay: number } },
): ConversationTransition {
  const closed: Conversation = { ...conversation, userTurnIsOpen: false };
  if (!conversation.playback.held) return next(closed);
  return next(closed, { type: "schedule", timer: "resumeDue", afterMs: settings.vadResumeDelay });
}

/** The server has not opened the user's turn: it was a false alarm, and the agent goes on. */
export function resumeDue(conversation: Conversation): ConversationTransition {
  return chain(conversation, releaseAgent, (before) => next(before, { signal: "falseAlarm" }));
}

/** Nothing is left to be held: what comes next must not wait for the end of speech that it answers. */
export function releaseIfIdle(conversation: Conversation): ConversationTransition {
  const { held, queuedTurnIds } = conversation.playback;
  return held && queuedTurnIds.length === 0 ? releaseAgent(conversation) : next(conversation);
}

/** The player goes on as if nobody had spoken. */
export function releaseAgent(conversation: Conversation): ConversationTransition {
  return next(
    withPlayback(conversation, { held: null }),
    { type: "cancel", timer: "resumeDue" },
    { type: "releaseAgent" },
  );
}
