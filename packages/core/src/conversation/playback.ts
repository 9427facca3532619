import type { PlaybackPosition } from "../audio/ports.js";
import type { Step } from "../client/model.js";
import { bareTurnId, isSameTurn } from "../protocol/turn-id.js";

/** How many turns that are over are remembered, so that their late audio is dropped. */
const overLimit = 500;

/** The agent's current turn. */
export interface AgentTurn {
  /** As the server wrote it; `null` until a message names it. */
  readonly turnId: string | null;
  readonly ended: boolean;
  readonly hasAudio: boolean;
  /** Whether a `replay_finished` was sent for it. */
  readonly acknowledged: boolean;
}

/** What is being played, and what the server has been told of it. */
export interface Playback {
  readonly turn: AgentTurn | null;
  /** Turns with audio in the player that was not reported finished, as the server wrote them. */
  readonly unfinished: readonly string[];
  /** Bare ids of turns of which nothing more is wanted: interrupted ones, and those of earlier connections. */
  readonly over: readonly string[];
  /** A turn was interrupted before anything named it: whatever comes before the next `turn.start` is its. */
  readonly dropUnannounced: boolean;
  /** Whether a `response.end` came on this connection. */
  readonly serverSendsEnd: boolean;
  /** Interrupted turns of which the player has not said yet what was heard. */
  readonly cut: readonly string[];
  /** Where playback ran dry, until more audio comes. */
  readonly dry: PlaybackPosition | null;
}

/** Changes some of it. */
export function updatePlayback(step: Step, patch: Partial<Playback>): void {
  step.set({ playback: { ...step.model.playback, ...patch } });
}

/** Whatever still comes of these turns is not wanted. */
export function drop(step: Step, turnIds: readonly string[]): void {
  const over = new Set([...step.model.playback.over, ...turnIds.map(bareTurnId)]);
  updatePlayback(step, { over: [...over].slice(-overLimit) });
}

/** What was dry is over, or plays on. */
export function endGrace(step: Step): void {
  updatePlayback(step, { dry: null });
  step.run({ type: "cancel", timer: "graceExpired" });
}

/** Whether it is the turn of this id; one that nothing has named yet is nobody's. */
export function isTurn(turn: AgentTurn, turnId: string): boolean {
  return turn.turnId !== null && isSameTurn(turn.turnId, turnId);
}

/** Whether what comes is played. */
export function isAudible(step: Step): boolean {
  return step.state.audioOutput && step.model.audioOutput.status !== "off";
}
