import type { PlaybackPosition } from "../audio/ports.js";
import type { Step } from "../client/model.js";
import type { ClientReplayFinishedMessage } from "../protocol/client-messages.js";
import { assistantEnded } from "./transcript.js";
import { bareTurnId } from "./turn-id.js";

/** Drain plus this, in ms, counts as finished where the server is not known to send `response.end` (protocol §2). */
const graceMs = 300;
/** With audio output off, a turn is acknowledged after this, in ms, at the latest (protocol §2). */
const silentTurnMs = 1000;
/** How many interrupted turns are remembered, so that their late audio is dropped. */
export const interruptedLimit = 64;

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
  /** Bare ids of interrupted turns, newest last. */
  readonly interrupted: readonly string[];
  /** A turn was interrupted before anything named it: whatever comes before the next `turn.start` is its. */
  readonly dropUnannounced: boolean;
  /** Whether a `response.end` came on this connection. */
  readonly serverSendsEnd: boolean;
  /** Interrupted turns of which the player has not said yet what was heard. */
  readonly cut: readonly string[];
  /** Where playback ran dry, until more audio comes. */
  readonly dry: PlaybackPosition | null;
}

/** A next turn; nothing more comes for the one before. */
export function agentTurnStarted(step: Step, turnId: string | null): void {
  step.set({ answer: "none" });
  const before = step.model.playback.turn;
  const audible = isAudible(step);
  if (!audible) acknowledgeOnce(step);
  if (before?.turnId && !before.ended) endTurn(step, before.turnId);
  const turn = { turnId, ended: false, hasAudio: false, acknowledged: false };
  update(step, { turn, dropUnannounced: false });
  if (!audible) step.run({ type: "schedule", timer: "silentTurnExpired", afterMs: silentTurnMs });
}

/** Whether a `response.*` message is still wanted; it names, or begins, the turn where no other is under way. */
export function claimTurn(step: Step, turnId: string): boolean {
  const { turn, interrupted, dropUnannounced } = step.model.playback;
  if (dropUnannounced || interrupted.includes(bareTurnId(turnId))) return false;
  if (turn?.turnId === null) update(step, { turn: { ...turn, turnId } });
  else if (!turn || (turn.ended && !isTurn(turn, turnId))) agentTurnStarted(step, turnId);
  return true;
}

/** `response.audio` of a turn that was claimed. */
export function agentAudio(step: Step, turnId: string, deltaId: string | null, pcm: Uint8Array<ArrayBuffer>): void {
  if (!isAudible(step)) return acknowledgeOnce(step);
  const { turn, unfinished } = step.model.playback;
  if (pcm.length === 0) return;
  endGrace(step);
  update(step, {
    turn: turn && { ...turn, hasAudio: turn.hasAudio || isTurn(turn, turnId) },
    unfinished: unfinished.includes(turnId) ? unfinished : [...unfinished, turnId],
  });
  step.run({ type: "enqueue", turnId, deltaId, pcm });
}

/** `response.end` of a turn that was claimed. */
export function agentTurnEnded(step: Step, turnId: string): void {
  const { turn } = step.model.playback;
  update(step, { serverSendsEnd: true });
  endTurn(step, turnId);
  if (!turn || !isTurn(turn, turnId)) return;
  update(step, { turn: { ...turn, ended: true } });
  if (!isAudible(step) || !turn.hasAudio) acknowledgeOnce(step);
}

/** The user took the turn: what plays falls silent, and what still comes of it is dropped. */
export function interruptAgent(step: Step): void {
  const { turn, unfinished, interrupted, dry } = step.model.playback;
  const over = new Set(unfinished);
  if (turn?.turnId && !turn.ended) over.add(turn.turnId);
  if (over.size > 0 && !turn?.acknowledged) step.set({ answer: "cut" });
  endGrace(step);
  update(step, {
    unfinished: [],
    interrupted: [...interrupted, ...[...over].map(bareTurnId)].slice(-interruptedLimit),
    cut: unfinished,
    dropUnannounced: turn?.turnId === null,
  });
  for (const turnId of over) step.write(assistantEnded(step.model.transcript, turnId, "interrupted"));
  step.show({ agentSpeaking: false });
  // The player answers with what was heard; that answer becomes the replay_finished. A dry one has answered already.
  if (dry) answerCut(step, dry);
  else if (unfinished.length > 0) step.run({ type: "interrupt" });
}

/** The player rendered a first sample of the turn. */
export function playbackStarted(step: Step, { turnId }: { turnId: string }): void {
  if (step.model.playback.unfinished.includes(turnId)) step.show({ agentSpeaking: true });
}

/** The player ran dry within a turn: a fault of the network, unless nothing tells where turns end. */
export function playbackRanDry(step: Step, { position }: { position: PlaybackPosition }): void {
  const { unfinished, serverSendsEnd } = step.model.playback;
  const { turnId } = position;
  if (!unfinished.includes(turnId)) return answerCut(step, position);
  step.emit("audio:underrun", { turnId });
  update(step, { dry: position });
  if (!serverSendsEnd) step.run({ type: "schedule", timer: "graceExpired", afterMs: graceMs });
}

/** Nothing came within the grace: what was played was all. */
export function graceExpired(step: Step): void {
  const { dry } = step.model.playback;
  if (dry) playbackFinished(step, { position: dry });
}

/** Everything of the turn was rendered. */
export function playbackFinished(step: Step, { position }: { position: PlaybackPosition }): void {
  const { unfinished } = step.model.playback;
  if (!unfinished.includes(position.turnId)) return answerCut(step, position);
  const left = unfinished.filter((turnId) => turnId !== position.turnId);
  endGrace(step);
  update(step, { unfinished: left });
  if (left.length === 0) step.show({ agentSpeaking: false });
  acknowledge(step, position);
}

/** What the interruption cut. */
export function playbackInterrupted(step: Step, { position }: { position: PlaybackPosition }): void {
  answerCut(step, position);
}

// Also what the player said of the turn just before the interruption reached it is the answer to it.
function answerCut(step: Step, position: PlaybackPosition): void {
  const { cut } = step.model.playback;
  if (!cut.includes(position.turnId)) return;
  update(step, { cut: cut.filter((turnId) => turnId !== position.turnId) });
  acknowledge(step, position);
}

/** Nothing is played any more: the server must not wait for the turn. */
export function outputSwitchedOff(step: Step): void {
  const { turn, unfinished } = step.model.playback;
  endGrace(step);
  update(step, { unfinished: [] });
  step.show({ agentSpeaking: false });
  if (unfinished.length > 0 || !turn?.ended) acknowledgeOnce(step);
}

/** Sends the turn's one acknowledgement, unless it was sent. */
export function acknowledgeOnce(step: Step): void {
  const { turn } = step.model.playback;
  step.run({ type: "cancel", timer: "silentTurnExpired" });
  if (turn && !turn.acknowledged) acknowledge(step, { turnId: turn.turnId, deltaId: null });
}

function acknowledge(step: Step, { turnId, deltaId }: { turnId: string | null; deltaId: string | null }): void {
  const { turn } = step.model.playback;
  if (turn?.turnId === turnId) update(step, { turn: { ...turn, acknowledged: true } });
  const message: ClientReplayFinishedMessage = {
    type: "trigger.response.audio.replay_finished",
    reason: "completed",
    ...(turnId !== null && { turn_id: turnId }),
    ...(deltaId !== null && { last_delta_id_played: deltaId }),
  };
  const { agentSpeaking, userSpeaking } = step.state;
  step.send(message);
  step.emit("message", { ...message, agentSpeaking, userSpeaking });
}

function endTurn(step: Step, turnId: string): void {
  if (step.model.playback.unfinished.includes(turnId)) step.run({ type: "end", turnId });
  step.write(assistantEnded(step.model.transcript, turnId, "final"));
}

function isTurn(turn: AgentTurn, turnId: string): boolean {
  return turn.turnId !== null && bareTurnId(turn.turnId) === bareTurnId(turnId);
}

function isAudible(step: Step): boolean {
  return step.state.audioOutput && step.model.audioOutput.status !== "off";
}

/** What was dry is over, or plays on. */
export function endGrace(step: Step): void {
  update(step, { dry: null });
  step.run({ type: "cancel", timer: "graceExpired" });
}

function update(step: Step, patch: Partial<Playback>): void {
  step.set({ playback: { ...step.model.playback, ...patch } });
}
