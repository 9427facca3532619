import type { PlaybackPosition } from "../audio/ports.js";
import { next, type Transition } from "../transition.js";

/**
 * How many turns may wait in the player at once. A server that ends none of them, or a player that reports none, costs no
 * more than these.
 */
export const queuedTurnLimit = 500;

/** The account of what the player was given, and of what it has reported. */
export interface Playback {
  /** Turns with audio in the player that it has not reported finished, as the server wrote their ids. */
  readonly queuedTurnIds: readonly string[];
  /** Whether the player has rendered a sample of what is queued. */
  readonly isPlaying: boolean;
  /** Interrupted turns whose heard position the player has not reported yet. */
  readonly awaitingHeardPosition: readonly string[];
  /** Where the player ran dry, until more audio comes. */
  readonly ranDryAt: PlaybackPosition | null;
  /** Whether audio was dropped because the queue is full, and the app was told. */
  readonly isFull: boolean;
  /** What it does because the user may be speaking, until the server says so, or the time is up to wait for that. */
  readonly held: "paused" | "ducked" | null;
}

/** Changes some of the account. Nothing plays where nothing is queued, and nothing is full. */
export function withPlayback<C extends { readonly playback: Playback }>(conversation: C, patch: Partial<Playback>): C {
  const playback = { ...conversation.playback, ...patch };
  const isQueued = playback.queuedTurnIds.length > 0;
  const { isPlaying, isFull } = playback;
  return { ...conversation, playback: { ...playback, isPlaying: isPlaying && isQueued, isFull: isFull && isQueued } };
}

/** Playback resumed or ended: the underrun is over, and the grace timer that it started. */
export function endGrace<C extends { readonly playback: Playback }>(
  conversation: C,
): Transition<C, { type: "cancel"; timer: "graceExpired" }> {
  return next(withPlayback(conversation, { ranDryAt: null }), { type: "cancel", timer: "graceExpired" });
}
